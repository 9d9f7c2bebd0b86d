package com.terrifictotes.etl.local.rebuild;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.load.LoadAnswer;
import com.terrifictotes.etl.load.LoadStage;
import com.terrifictotes.etl.transform.TransformStage;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Replays the log into a warehouse: every run that its ledger lacks, in order. Parquet objects that are gone are made
 * again from their CSV objects. May be stopped anywhere; the next one goes on behind the last run of the ledger.
 */
final class Rebuild {

    /** Who wants to know how far it is. */
    @FunctionalInterface
    interface Progress {
        /**
         * Told about once a second.
         *
         * @param run the last run that is in the warehouse
         * @param last the last run of the log
         */
        void reached(long run, long last);
    }

    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

    private final LoadStage load;
    private final TransformStage transform;
    private final RunLogs logs;
    private final LongSupplier lastRun;

    /**
     * A rebuild.
     *
     * @param load into the warehouse that is rebuilt
     * @param transform for the objects that it lacks
     * @param logs what there is to load
     * @param lastRun the last run of the warehouse's ledger
     */
    Rebuild(LoadStage load, TransformStage transform, RunLogs logs, LongSupplier lastRun) {
        this.load = load;
        this.transform = transform;
        this.logs = logs;
        this.lastRun = lastRun;
    }

    /**
     * Loads until nothing is pending.
     *
     * @throws PipelineException what a stage fails with; {@link ErrorCode#OBJECT_MISSING} if a run lacks Parquet objects
     *     although all of its batches have been transformed
     */
    void run(Progress progress) {
        long transformed = 0;
        while (true) {
            LoadAnswer answer = load.loadPending(untilNextReport());
            long reached = lastRun.getAsLong();
            progress.reached(reached, logs.committed().tail());
            if (!answer.more()) {
                return;
            }
            if (answer.waitingFor() != null) {
                if (transformed == reached + 1) {
                    throw new PipelineException(
                            ErrorCode.OBJECT_MISSING, answer.waitingFor() + "; its batches were transformed just now");
                }
                transformed = reached + 1;
                for (Batch batch : logs.committed().read(transformed).batches()) {
                    transform.transform(transformed, batch.batch());
                }
            }
        }
    }

    /** At least one run, then as many as fit between two reports. */
    private static Deadline untilNextReport() {
        long end = System.nanoTime() + BETWEEN_REPORTS.toNanos();
        return new Deadline(() -> System.nanoTime() < end ? Duration.ofDays(1) : Duration.ZERO);
    }
}
