package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** A warm transform stage and a run with one sales order: a fact of one row and the days that it mentions. */
final class OneRow {

    private OneRow() {}

    /**
     * What was measured.
     *
     * @param files the stage on objects that are files
     * @param s3 the stage on objects in S3
     */
    record Figures(Timings files, Timings s3) {}

    /**
     * Extracts what is there and then one change after the other; then transforms those runs.
     *
     * @param folder where the objects that are files are, and temporary ones
     * @param warmUp runs that are not counted
     * @param runs runs that are
     */
    static Figures measure(BenchmarkServers servers, TotesysSource source, Path folder, int warmUp, int runs)
            throws SQLException, IOException, InterruptedException {
        Database database = servers.database();
        CsvStore store = new CsvStore(folder.resolve("objects"));
        Buckets buckets = servers.newBuckets();
        List<Extraction> extractions =
                List.of(store.extraction(database), new Extraction(database, servers.s3(), buckets));
        extractions.forEach(Extraction::everything);
        List<Long> first = extractions.stream().map(Extraction::lastRun).toList();
        for (int change = 0; change < warmUp + runs; change++) {
            source.changeSalesOrders(1);
            for (Extraction extraction : extractions) {
                // What is pending is read again by every tick.
                extraction.declareLoaded();
                extraction.everything();
                requireOneFact(extraction.run(extraction.lastRun()));
            }
        }
        Path work = Files.createDirectories(folder.resolve("work"));
        List<Timings> timings = Rounds.interleave(
                warmUp,
                runs,
                List.of(
                        new Stage(
                                "one row, files",
                                new Transformation(store.ingestion(), store.processed(), work),
                                first.getFirst()),
                        new Stage(
                                "one row, S3",
                                new Transformation(
                                        new ObjectStore(servers.s3(), buckets.ingestion()),
                                        new ObjectStore(servers.s3(), buckets.processed()),
                                        work),
                                first.getLast())));
        servers.discard(buckets);
        return new Figures(timings.getFirst(), timings.getLast());
    }

    private static void requireOneFact(RunManifest run) {
        List<String> targets = run.batches().stream()
                .flatMap(batch -> batch.units().stream())
                .map(Unit::target)
                .toList();
        if (!targets.equals(List.of(Transformation.LARGE_TARGET, "dim_date"))) {
            throw new IllegalStateException("run " + run.run() + " of one sales order makes " + targets
                    + "; let nobody write to the database meanwhile");
        }
    }

    /** Transforms one run after the other. */
    private static final class Stage implements Contender {

        private final String name;
        private final Transformation transformation;
        private long run;

        Stage(String name, Transformation transformation, long run) {
            this.name = name;
            this.transformation = transformation;
            this.run = run;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void prepare() {
            run++;
        }

        @Override
        public void run() {
            transformation.batch(run, 1);
        }
    }
}
