package com.terrifictotes.etl.transform;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.transform.UnitTransformation.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Makes typed Parquet of the CSV objects of a run. A pure function of the run log: the same batch gives the same bytes,
 * and a batch that was transformed before is found there, which is fine. Built once and used for every invocation, one at
 * a time.
 */
public final class TransformStage {

    private static final Logger LOG = LoggerFactory.getLogger(TransformStage.class);

    /** Several times what the largest batch takes on the smallest function. */
    static final Duration TIME_FOR_A_BATCH = Duration.ofMinutes(2);

    private final Catalogue catalogue;
    private final RunLogs logs;
    private final ObjectStore ingestion;
    private final ObjectStore processed;
    private final Metrics metrics;
    private final Path workFolder;
    private final int threads;

    /**
     * A stage with a thread for each processor.
     *
     * @param catalogue the tables
     * @param logs what is committed, and what is loaded
     * @param ingestion the bucket with the CSV objects
     * @param processed the bucket for Parquet objects and the quarantine
     * @param metrics where figures go, from any thread
     * @param workFolder an existing folder for temporary files, as large as the
     *     largest Parquet object and its quarantine for each thread, and the joined rows that do not fit into memory
     */
    public TransformStage(
            Catalogue catalogue,
            RunLogs logs,
            ObjectStore ingestion,
            ObjectStore processed,
            Metrics metrics,
            Path workFolder) {
        this(
                catalogue,
                logs,
                ingestion,
                processed,
                metrics,
                workFolder,
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * A stage with that many threads; the objects are the same with any number.
     *
     * @param threads how many units are made at a time; at least 1
     */
    public TransformStage(
            Catalogue catalogue,
            RunLogs logs,
            ObjectStore ingestion,
            ObjectStore processed,
            Metrics metrics,
            Path workFolder,
            int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads can do nothing; expected 1 at least");
        }
        this.threads = threads;
        this.catalogue = requireNonNull(catalogue, "catalogue is null");
        this.logs = requireNonNull(logs, "logs is null");
        this.ingestion = requireNonNull(ingestion, "ingestion is null");
        this.processed = requireNonNull(processed, "processed is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.workFolder = requireNonNull(workFolder, "workFolder is null");
    }

    /**
     * Transforms one batch.
     *
     * @throws PipelineException {@link ErrorCode#REQUEST_INVALID} for a run or batch that does not exist,
     *     {@link ErrorCode#OBJECT_CORRUPT} if a CSV object is not what the manifest says; the object of that unit is not
     *     written then
     */
    public TransformedBatch transform(long run, int batch) {
        long last = logs.committed().tail();
        if (run < 1 || run > last) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID,
                    "run " + run + " does not exist; "
                            + (last == 0
                                    ? "no run does"
                                    : "the last one is " + logs.committed().locate(last)));
        }
        RunManifest manifest = logs.committed().read(run);
        Batch found = manifest.batch(batch)
                .orElseThrow(() -> new PipelineException(
                        ErrorCode.REQUEST_INVALID,
                        "run " + run + " has no batch " + batch + "; "
                                + logs.committed().locate(run) + " has "
                                + manifest.batches().size()));
        return transform(manifest, found);
    }

    /**
     * Transforms every batch of every run that is not loaded yet, oldest first, as long as there is time.
     *
     * @throws PipelineException as {@link #transform}; batches before the failing one stay transformed
     */
    public TransformAnswer transformPending(Deadline deadline) {
        List<TransformedBatch> done = new ArrayList<>();
        PrimitiveIterator.OfLong pending = logs.pending().iterator();
        while (pending.hasNext()) {
            RunManifest manifest = logs.committed().read(pending.nextLong());
            for (Batch batch : manifest.batches()) {
                if (!deadline.allows(TIME_FOR_A_BATCH)) {
                    LOG.info("stopped before run {} batch {}: too little time", manifest.run(), batch.batch());
                    return new TransformAnswer(done, true);
                }
                done.add(transform(manifest, batch));
            }
        }
        return new TransformAnswer(done, false);
    }

    private TransformedBatch transform(RunManifest manifest, Batch batch) {
        try (MDC.MDCCloseable run = MDC.putCloseable("run", Long.toString(manifest.run()));
                MDC.MDCCloseable number = MDC.putCloseable("batch", Integer.toString(batch.batch()))) {
            // While runs wait for the warehouse, every tick asks for them again.
            if (batch.units().stream().allMatch(unit -> processed.exists(unit.output()))) {
                LOG.info("found all {} objects", batch.units().size());
                return TransformedBatch.existing(manifest.run(), batch.batch());
            }
            return make(manifest, batch);
        }
    }

    private TransformedBatch make(RunManifest manifest, Batch batch) {
        long start = System.nanoTime();
        List<Outcome> outcomes;
        RunInputs inputs = new RunInputs(manifest);
        try (var folder = new TemporaryFolder(workFolder);
                var units = new UnitTransformation(catalogue, manifest, inputs, ingestion, processed, folder.path())) {
            outcomes =
                    new BatchTransformation(catalogue, manifest, inputs, units, threads).transform(batch, this::report);
        }
        metrics.report(
                Metric.DURATION, Duration.ofNanos(System.nanoTime() - start).toMillis());
        return TransformedBatch.of(manifest.run(), batch.batch(), outcomes);
    }

    private void report(Outcome outcome) {
        String target = outcome.unit().target();
        LOG.info(
                "{} {} rows of {} ({} quarantined, {} bytes, {} ms) as {}",
                outcome.created() ? "wrote" : "found",
                outcome.rows(),
                target,
                outcome.quarantined(),
                outcome.bytes(),
                outcome.milliseconds(),
                processed.locate(outcome.unit().output()));
        if (!outcome.created()) {
            // Whoever wrote it has reported it; a second report would be a second alarm.
            return;
        }
        metrics.report(Metric.ROWS_TRANSFORMED, outcome.rows(), target);
        if (outcome.quarantined() > 0) {
            metrics.report(Metric.ROWS_QUARANTINED, outcome.quarantined(), target);
        }
    }
}
