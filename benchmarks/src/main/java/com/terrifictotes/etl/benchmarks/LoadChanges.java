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

/** The load of a run with many changed sales orders, beside the same new versions brought by hand. */
final class LoadChanges {

    private LoadChanges() {}

    /**
     * What was measured.
     *
     * @param rows sales orders in the warehouse afterwards, every version
     * @param stage the load stage
     * @param ofFact what the sales orders took of it, by the ledger
     * @param byHand the same versions, copied into a temporary table and inserted into the fact
     */
    record Figures(long rows, Timings stage, Timings ofFact, Timings byHand) {}

    /**
     * Brings everything into a warehouse, changes sales orders, and loads that run again and again into copies of the
     * warehouse: once to have the new versions, which warms up as well, and then to measure.
     *
     * @param folder where files are meanwhile
     * @param changed how many sales orders change
     * @param client copies by hand
     * @param rounds how often
     */
    static Figures measure(
            BenchmarkServers servers, TotesysSource source, Path folder, int changed, SqlClient client, int rounds)
            throws SQLException, IOException, InterruptedException {
        Path work = Files.createDirectories(folder.resolve("work"));
        CsvStore store = new CsvStore(folder.resolve("objects"));
        Function<Warehouse, Loading> function = function(store, work);
        Extraction extraction = store.extraction(servers.database());
        Upstream upstream = new Upstream(source, extraction, store.transformation(work));
        Warehouses warehouses = servers.warehouses();
        Warehouse before = warehouses.create();

        upstream.everything();
        function.apply(before).everything();
        warehouses.tidy(before);
        long runsBefore = extraction.lastRun();
        upstream.change(changed);
        Path rows = folder.resolve("rows");
        Warehouse after = warehouses.copyOf(before);
        Loading loading = function.apply(after);
        loading.oneRun();
        loading.requireBrought(changed);
        FactCheck check = export(after, runsBefore, rows);
        warehouses.drop(after);

        StageLoad stage = new StageLoad(function, warehouses, Optional.of(before), runsBefore, check);
        List<Timings> timings = Rounds.interleave(
                0,
                rounds,
                List.of(
                        stage,
                        new CopyByHand(
                                client.title() + " copy and INSERT",
                                client,
                                CopyScript.throughTemporaryTable(check.fact()),
                                rows,
                                warehouses,
                                before,
                                check)));
        warehouses.drop(before);
        Files.delete(rows);
        return new Figures(check.contents().rows(), timings.getFirst(), stage.ofFact(), timings.getLast());
    }

    /**
     * The log of the loaded runs already has the run that is loaded: it is as if the warehouse had been restored. What that
     * spares is one write of a file.
     */
    private static Function<Warehouse, Loading> function(CsvStore store, Path work) throws IOException {
        ObjectStore ingestion = store.ingestion();
        ObjectStore processed = store.processed();
        return warehouse -> new Loading(ingestion, processed, processed, warehouse.database(), work);
    }

    /** Writes the rows of the last run to a file, as if they were of the one before, which every copy knows. */
    private static FactCheck export(Warehouse warehouse, long runsBefore, Path file) throws SQLException, IOException {
        try (Connection connection = warehouse.connect()) {
            FactTable fact = FactTable.of(connection, Transformation.LARGE_TARGET);
            fact.export(connection, runsBefore, runsBefore, file);
            return FactCheck.of(connection, fact);
        }
    }
}
