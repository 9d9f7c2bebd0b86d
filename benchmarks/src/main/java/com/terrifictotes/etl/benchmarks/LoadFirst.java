package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The load of everything into an empty database, beside the sales orders alone copied by hand. */
final class LoadFirst {

    private LoadFirst() {}

    /**
     * What was measured.
     *
     * @param rows sales orders in the warehouse
     * @param stage the load stage: the migrations, and all runs with all their tables
     * @param ofFact what the sales orders took of it, by the ledger
     * @param plain the same sales orders, copied into the same fact beside the same dimensions
     * @param bare the same, but foreign keys and secondary indexes are made afterwards
     */
    record Figures(long rows, Timings stage, Timings ofFact, Timings plain, Timings bare) {}

    /**
     * Loads once to have the rows and the dimensions, which warms up as well; then measures.
     *
     * @param store what the load reads
     * @param folder where files are meanwhile
     * @param client copies by hand
     */
    static Figures measure(BenchmarkServers servers, CsvStore store, Path folder, SqlClient client, int rounds)
            throws SQLException, IOException, InterruptedException {
        Path work = Files.createDirectories(folder.resolve("work"));
        store.transform(work);
        ObjectStore ingestion = store.ingestion();
        ObjectStore processed = store.processed();
        FileS3Client logs = new FileS3Client(folder.resolve("logs"));
        Function<Warehouse, Loading> function = warehouse ->
                new Loading(ingestion, processed, new ObjectStore(logs, warehouse.name()), warehouse.database(), work);

        Warehouses warehouses = servers.warehouses();
        Warehouse dimensions = warehouses.create();
        function.apply(dimensions).everything();
        Path rows = folder.resolve("rows");
        FactCheck check = takeFact(dimensions, rows);
        warehouses.tidy(dimensions);

        StageLoad stage = new StageLoad(function, warehouses, Optional.empty(), 0, check);
        List<Timings> timings = Rounds.interleave(
                0,
                rounds,
                List.of(
                        stage,
                        new CopyByHand(
                                client.title() + " copy",
                                client,
                                CopyScript.plain(check.fact()),
                                rows,
                                warehouses,
                                dimensions,
                                check),
                        new CopyByHand(
                                client.title() + " copy, keys later",
                                client,
                                CopyScript.bare(check.fact()),
                                rows,
                                warehouses,
                                dimensions,
                                check)));
        warehouses.drop(dimensions);
        Files.delete(rows);
        return new Figures(check.contents().rows(), timings.getFirst(), stage.ofFact(), timings.get(1), timings.get(2));
    }

    /** Writes the rows of the fact to a file and removes them from the warehouse. */
    private static FactCheck takeFact(Warehouse warehouse, Path file) throws SQLException, IOException {
        try (Connection connection = warehouse.connect()) {
            FactTable fact = FactTable.of(connection, Transformation.LARGE_TARGET);
            FactCheck check = FactCheck.of(connection, fact);
            fact.export(connection, 0, Long.MAX_VALUE, file);
            fact.truncate(connection);
            return check;
        }
    }
}
