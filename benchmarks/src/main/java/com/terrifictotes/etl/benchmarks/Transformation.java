package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.transform.TransformAnswer;
import com.terrifictotes.etl.transform.TransformStage;
import com.terrifictotes.etl.transform.TransformedBatch;
import java.nio.file.Path;

/** The transform stage between two buckets, as a function has it; the one place that builds and calls it. */
final class Transformation {

    /** The warehouse table that the large table becomes. */
    static final String LARGE_TARGET = "fact_sales_order";

    private final RunLogs logs;
    private final TransformStage stage;

    /**
     * @param ingestion the bucket with runs
     * @param processed the bucket for Parquet
     * @param workFolder an existing folder for temporary files
     */
    Transformation(ObjectStore ingestion, ObjectStore processed, Path workFolder) {
        this.logs = RunLogs.of(ingestion, processed);
        this.stage = new TransformStage(Totesys.CATALOGUE, logs, ingestion, processed, Metrics.none(), workFolder);
    }

    /** Transforms every batch of every run. */
    void everything() {
        TransformAnswer answer = stage.transformPending(Deadline.none());
        if (answer.more()) {
            throw new IllegalStateException("batches are left, although there was time for them");
        }
        answer.batches().forEach(Transformation::requireMade);
    }

    /** Transforms every batch of one run. */
    void run(long run) {
        for (Batch batch : logs.committed().read(run).batches()) {
            batch(run, batch.batch());
        }
    }

    /**
     * Transforms one batch.
     *
     * @throws IllegalStateException if that was not all of the work: it existed, or rows went to the quarantine
     */
    void batch(long run, int batch) {
        requireMade(stage.transform(run, batch));
    }

    private static void requireMade(TransformedBatch batch) {
        if (batch.existed() || batch.quarantined() > 0) {
            throw new IllegalStateException("the work was not all done: " + batch);
        }
    }
}
