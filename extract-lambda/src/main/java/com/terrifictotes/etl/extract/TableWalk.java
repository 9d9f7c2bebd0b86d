package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.extract.RowQueries.KeyRange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The reading of one table in one run, slice by slice: a slice is a range of keys, and what comes after the last slice is where
 * the next run goes on. Where keys are dense, a slice is as many keys as it may have rows; where they are not, the source is
 * asked for the key that ends it. Several connections may read slices of one table: whatever was handed out is read, so there
 * are no holes. Safe for use by several threads.
 */
final class TableWalk {

    /** What is read in one piece, and how large the first slice is. */
    static final long FIRST_SLICE_ROWS = 20_000;

    /** What a slice should come to: often enough for budgets and for connections that share a table. */
    private static final long SLICE_BYTES = 16L * 1024 * 1024;

    private static final long GROWTH = 4;

    /** Fewer rows than this part of the keys, and it is worth asking where a slice ends. */
    private static final long SPARSE = 4;

    /**
     * Work for one query.
     *
     * @param keys the keys of its rows
     * @param mostRows how many rows it can have at most, which the budget has set aside
     */
    record Slice(KeyRange keys, long mostRows) {}

    private final TableReading reading;
    private final TableProbe probe;
    private final RunBudget budget;

    private final List<CsvObject> objects = new ArrayList<>();
    private long position;
    private long width = FIRST_SLICE_ROWS;
    private boolean sparse;
    private boolean handedOutAll;
    private boolean abandoned;
    private int parts;
    private long rows;
    private @Nullable String failure;

    TableWalk(TableReading reading, TableProbe probe, RunBudget budget) {
        this.reading = reading;
        this.probe = probe;
        this.budget = budget;
        this.position = reading.after();
        this.handedOutAll = remaining() == 0;
        this.sparse = probe.rows() != null && probe.keys() != null && probe.rows() * SPARSE < keysLeft(probe.keys());
    }

    /** Finds the key that ends a slice. */
    @FunctionalInterface
    interface KeyFinder {

        /**
         * The key of the row that is so many rows behind a key, or of the last one that is; empty if none is.
         *
         * @param after keys are larger than this
         * @param rows how many rows
         */
        OptionalLong find(long after, long rows) throws SQLException;
    }

    TableReading reading() {
        return reading;
    }

    String table() {
        return reading.name();
    }

    /** Whether it is worth more than one connection. */
    boolean isLarge() {
        return !handedOutAll && remaining() > FIRST_SLICE_ROWS;
    }

    /** The next slice; empty if there is none, or the budget is spent. */
    synchronized Optional<Slice> next(KeyFinder finder) throws SQLException {
        if (handedOutAll || abandoned || failure != null || budget.isSpent()) {
            return Optional.empty();
        }
        long allowed = budget.rowsLeft();
        long after = position;
        long mostRows = remaining();
        TableProbe.Keys keys = probe.keys();
        if (mostRows <= Math.min(FIRST_SLICE_ROWS, allowed)) {
            handedOutAll = true;
        } else if (keys == null) {
            // Few rows, but more than this run has room for.
            return Optional.empty();
        } else {
            long from = Math.max(position, keys.first() - 1);
            mostRows = Math.min(Math.min(width, allowed), keys.last() - from);
            position = sparse ? finder.find(position, mostRows).orElse(keys.last()) : from + mostRows;
            handedOutAll = position >= keys.last();
        }
        budget.setAside(mostRows);
        return Optional.of(new Slice(new KeyRange(after, handedOutAll ? null : position), mostRows));
    }

    /** Tells what a slice came to. */
    synchronized void done(Slice slice, long sliceRows, long sliceBytes) {
        budget.spend(slice.mostRows(), sliceRows, sliceBytes);
        rows += sliceRows;
        sparse |= sliceRows * SPARSE < slice.mostRows();
        long target = Math.min(SLICE_BYTES, Math.max(1, budget.bytesLeft()));
        long fitting = sliceBytes == 0 ? Long.MAX_VALUE : Math.max(1, sliceRows) * target / sliceBytes;
        width = Math.max(1, Math.min(fitting, GROWTH * slice.mostRows()));
    }

    /** The number of the next object. */
    synchronized int nextPart() {
        parts++;
        return parts;
    }

    synchronized void add(List<CsvObject> finished) {
        objects.addAll(finished);
    }

    /** The table cannot be read; the run goes on without it. */
    synchronized void fail(String reason) {
        failure = reason;
    }

    /** Nothing more is needed: the run has failed. */
    synchronized void abandon() {
        abandoned = true;
    }

    /** Why the table cannot be read, if it cannot. */
    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether every row of the reading has been read. */
    synchronized boolean isComplete() {
        return handedOutAll;
    }

    /** Whether anything has been read. */
    synchronized boolean hasRows() {
        return rows > 0;
    }

    /** The keys that this run has dealt with; null if none. */
    synchronized @Nullable KeyRange dealtWith() {
        if (handedOutAll) {
            return KeyRange.after(reading.after());
        }
        return position == reading.after() ? null : new KeyRange(reading.after(), position);
    }

    /**
     * What the manifest says about the table.
     *
     * @param targets the fingerprint of the warehouse tables made from it
     */
    synchronized TableExtract extract(String targets) {
        Watermark begun = reading.begun();
        if (dealtWith() == null
                && objects.isEmpty()
                && reading.before() != null
                && begun == null
                && reading.reading() == Reading.CHANGES) {
            return reading.before().untouched(null);
        }
        Watermark watermark = probe.watermark();
        if (begun != null) {
            watermark = begun;
        } else if (!handedOutAll) {
            // Rows behind the cursor have been seen, others have not.
            watermark = new Watermark(watermark.horizon(), watermark.time(), List.of());
        }
        return new TableExtract(
                table(),
                reading.relation(),
                targets,
                reading.reading(),
                reading.since(),
                watermark,
                handedOutAll ? null : position,
                null,
                objects.stream().mapToLong(CsvObject::rows).sum(),
                objects.stream().sorted(Comparator.comparing(CsvObject::key)).toList());
    }

    /** How many rows may be left at most. */
    private long remaining() {
        long uncounted = probe.keys() == null ? 0 : keysLeft(probe.keys());
        if (probe.rows() == null) {
            return uncounted;
        }
        long counted = Math.max(0, probe.rows() - rows);
        return probe.keys() == null ? counted : Math.min(counted, uncounted);
    }

    private long keysLeft(TableProbe.Keys keys) {
        return Math.max(0, keys.last() - Math.max(position, keys.first() - 1));
    }
}
