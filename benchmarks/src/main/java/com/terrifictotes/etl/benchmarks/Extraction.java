package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.ExtractAnswer;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.extract.ExtractStage;
import java.time.Clock;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/** The extract stage on a pair of buckets, as a function has it; the one place that builds and calls it. */
final class Extraction {

    private final RunLogs logs;
    private final ExtractStage stage;

    Extraction(Database source, S3Client s3, Buckets buckets) {
        ObjectStore ingestion = new ObjectStore(s3, buckets.ingestion());
        this.logs = RunLogs.of(ingestion, new ObjectStore(s3, buckets.processed()));
        this.stage = new ExtractStage(
                Totesys.CATALOGUE, logs, ingestion, source, Metrics.none(), Clock.systemUTC(), ExtractSettings.DEFAULT);
    }

    /** Invokes the stage until everything that is there is committed. */
    void everything() {
        ExtractAnswer answer;
        do {
            answer = stage.extract(ExtractRequest.changes(), Deadline.none());
        } while (answer.more());
    }

    /**
     * One invocation.
     *
     * @throws IllegalStateException if it was not a quiet one
     */
    void quietTick() {
        ExtractAnswer answer = stage.extract(ExtractRequest.changes(), Deadline.none());
        if (answer.run() != null || answer.pending() != 0) {
            throw new IllegalStateException("the tick was not quiet: run " + answer.run() + " was extracted and "
                    + answer.pending() + " are pending; let nobody write to the database meanwhile");
        }
    }

    /** Says of every run that it is in the warehouse, as the loader does. */
    void declareLoaded() {
        logs.pending()
                .mapToObj(run -> logs.committed().read(run))
                .forEach(run -> logs.loaded()
                        .append(new LoadManifest(
                                Manifest.VERSION,
                                run.run(),
                                run.attempt(),
                                run.snapshotTime(),
                                run.snapshotTime(),
                                List.of(),
                                null)));
    }

    /**
     * What is committed.
     *
     * @param salesOrders rows of the table sales_order
     * @param rows rows of all tables, that one included
     * @param bytes of CSV
     */
    record Extracted(long salesOrders, long rows, long bytes) {}

    /** What all runs together hold, by their manifests. */
    Extracted extracted() {
        return new Extracted(
                tables().filter(table -> table.table().equals(TotesysSource.LARGE_TABLE))
                        .mapToLong(TableExtract::rows)
                        .sum(),
                tables().mapToLong(TableExtract::rows).sum(),
                tables().flatMap(table -> table.objects().stream())
                        .mapToLong(CsvObject::bytes)
                        .sum());
    }

    /** The last run that is committed. */
    long lastRun() {
        return logs.committed().tail();
    }

    /** The manifest of a run. */
    RunManifest run(long run) {
        return logs.committed().read(run);
    }

    private Stream<TableExtract> tables() {
        return LongStream.rangeClosed(1, lastRun())
                .mapToObj(this::run)
                .map(RunManifest::tables)
                .flatMap(List::stream);
    }
}
