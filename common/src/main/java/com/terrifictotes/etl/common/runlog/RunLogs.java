package com.terrifictotes.etl.common.runlog;

import com.terrifictotes.etl.common.storage.ObjectStore;
import java.util.stream.LongStream;

/**
 * Both ends of the pipeline: the runs that the extraction committed, and those that are in the warehouse.
 *
 * @param committed the log in the ingestion bucket
 * @param loaded the log in the processed bucket
 */
public record RunLogs(ManifestLog<RunManifest> committed, ManifestLog<LoadManifest> loaded) {

    /** The logs of two buckets. */
    public static RunLogs of(ObjectStore ingestion, ObjectStore processed) {
        return new RunLogs(
                new ManifestLog<>(ingestion, RunManifest.class), new ManifestLog<>(processed, LoadManifest.class));
    }

    /** The runs that are committed and not loaded yet, oldest first. */
    public LongStream pending() {
        return pending(committed.tail());
    }

    /**
     * The runs up to {@code last} that are not loaded yet, oldest first.
     *
     * @param last the last run that is committed
     */
    public LongStream pending(long last) {
        return LongStream.rangeClosed(loaded.tail(last) + 1, last);
    }
}
