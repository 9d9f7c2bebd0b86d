package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import java.time.Duration;

/** What a run does to one table, added up while it is loaded. */
final class TableCounts {

    private final String table;
    private long read;
    private long inserted;
    private long updated;
    private long inferred;
    private long quarantined;
    private long bytes;
    private Duration duration = Duration.ZERO;

    TableCounts(String table) {
        this.table = table;
    }

    void add(LoadedObject object) {
        read += object.rows();
        quarantined += object.quarantined();
        bytes += object.bytes();
    }

    void addMerged(long mergedInserted, long mergedUpdated) {
        inserted += mergedInserted;
        updated += mergedUpdated;
    }

    void addInferred(long rows) {
        inferred += rows;
    }

    void took(Duration time) {
        duration = duration.plus(time);
    }

    /** The rows that were staged so far; the next one's position. */
    long read() {
        return read;
    }

    long quarantined() {
        return quarantined;
    }

    long bytes() {
        return bytes;
    }

    Duration duration() {
        return duration;
    }

    /** A row is inserted, updated or unchanged; one whose key occurs again later in the run is unchanged. */
    TableLoad toTableLoad() {
        return new TableLoad(table, read, inserted, updated, read - inserted - updated, inferred, quarantined);
    }
}
