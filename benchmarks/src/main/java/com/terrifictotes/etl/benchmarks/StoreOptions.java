package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the CSV comes from that a benchmark converts. */
final class StoreOptions {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description =
                    "Where the CSV (and the Parquet that a load needs) is, or is kept for the next time, by number of"
                            + " rows; other files are beside it meanwhile. Default: a temporary folder.")
    private @Nullable Path store;

    StoreOptions() {}

    /** Work on stores that are there. */
    interface Work {
        /**
         * Does it.
         *
         * @param stores in the order of the sizes
         * @param folder where output may be meanwhile
         */
        void on(List<CsvStore> stores, Path folder) throws SQLException, IOException, InterruptedException;
    }

    /**
     * Extracts what is not there yet, stops the servers, and then does the work.
     *
     * @param sizes numbers of sales orders, ascending
     */
    void with(List<Integer> sizes, Work work) throws SQLException, IOException, InterruptedException {
        try (ScratchFolder scratch = store == null ? ScratchFolder.create() : ScratchFolder.createIn(store)) {
            Path folder = store == null ? scratch.path() : store;
            extract(sizes, folder);
            work.on(
                    sizes.stream().map(size -> CsvStore.ofSize(folder, size)).toList(),
                    scratch.path().resolve("work"));
        }
    }

    /** Starts the database that is asked for. */
    BenchmarkServers start() throws IOException, SQLException {
        return database.start();
    }

    private void extract(List<Integer> sizes, Path folder) throws SQLException, IOException {
        List<Integer> missing = new ArrayList<>();
        for (int size : sizes) {
            if (!CsvStore.ofSize(folder, size).holds(size)) {
                missing.add(size);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        try (BenchmarkServers servers = start()) {
            Database totesys = servers.database();
            TotesysSource source = TotesysSource.create(totesys, missing.getFirst());
            for (int size : missing) {
                source.growTo(size);
                CsvStore.ofSize(folder, size).fill(source, totesys);
            }
        }
    }
}
