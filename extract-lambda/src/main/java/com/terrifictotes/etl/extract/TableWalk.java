package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
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
    private List<Long> seen;

    TableWalk(TableReading reading, TableProbe probe, RunBudget budget) {
        this.reading = reading;
        this.probe = probe;
        this.budget = budget;
        this.position = reading.after();
        this.seen = probe.seen();
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
    synchronized boolean isLarge() {
        return !handedOutAll && remaining() > FIRST_SLICE_ROWS;
    }

    /** The next slice; empty if there is none, or the budget is spent. Whoever takes it tells what became of it. */
    synchronized Optional<Slice> next(KeyFinder finder) throws SQLException {
        if (handedOutAll || abandoned || failure != null) {
            return Optional.empty();
        }
        TableProbe.Keys keys = probe.keys();
        long remaining = remaining();
        boolean isLittle = keys == null || remaining <= FIRST_SLICE_ROWS;
        long wanted = keys == null || isLittle ? remaining : Math.min(width, keysLeft(keys));
        long taken = budget.take(wanted);
        long after = position;
        if (taken == 0) {
            return Optional.empty();
        }
        if (isLittle && taken == wanted) {
            handedOutAll = true;
        } else if (keys == null) {
            // Few rows, but more than this run has room for.
            budget.giveBack(taken);
            return Optional.empty();
        } else {
            position = end(keys, taken, finder);
            handedOutAll = position >= keys.last();
        }
        return Optional.of(new Slice(new KeyRange(after, handedOutAll ? null : position), taken));
    }

    private long end(TableProbe.Keys keys, long taken, KeyFinder finder) throws SQLException {
        if (!sparse) {
            return Math.max(position, keys.first() - 1) + taken;
        }
        try {
            return finder.find(position, taken).orElse(keys.last());
        } catch (SQLException e) {
            budget.giveBack(taken);
            throw e;
        }
    }

    /** Tells what a slice came to. */
    synchronized void done(Slice slice, long sliceRows, long sliceBytes) {
        budget.spend(slice.mostRows(), sliceRows, sliceBytes);
        rows += sliceRows;
        sparse |= sliceRows * SPARSE < slice.mostRows();
        long target = Math.min(SLICE_BYTES, Math.max(1, budget.bytesLeft()));
        long fitting = sliceBytes == 0 ? Long.MAX_VALUE : Math.max(1, sliceRows) * target / sliceBytes;
        width = Math.max(1, Math.min(fitting, GROWTH * slice.mostRows()));
        handedOutAll |= remaining() == 0;
    }

    /** Tells that a slice could not be read. */
    void giveUp(Slice slice) {
        budget.giveBack(slice.mostRows());
    }

    /** The number of the next object. */
    synchronized int nextPart() {
        parts++;
        return parts;
    }

    synchronized void add(List<CsvObject> finished) {
        objects.addAll(finished);
    }

    /** The table cannot be read, or one that it travels with cannot; the run goes on without it. */
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

    /** Whether the run reads the table from its first row to its last, so that it can say what it has seen. */
    synchronized boolean isWhole() {
        return handedOutAll && failure == null && !reading.continues();
    }

    /** Tells which transactions the run has seen, see {@link Watermark#seen()}. */
    synchronized void seen(List<Long> transactions) {
        seen = transactions;
    }

    /**
     * What the manifest says about the table.
     *
     * @param targets the fingerprint of the warehouse tables made from it
     * @param now the watermark of this run
     */
    synchronized TableExtract extract(String targets, Watermark now) {
        List<CsvObject> ordered =
                objects.stream().sorted(Comparator.comparing(CsvObject::key)).toList();
        TableExtract before = reading.before();
        if (dealtWith() == null && reading.since() == null && !reading.continues()) {
            return TableExtract.notBegun(table(), reading.relation(), targets, now, null, ordered);
        }
        if (dealtWith() == null && before != null) {
            return before.unchanged(null, ordered);
        }
        Watermark begun = reading.begun();
        return new TableExtract(
                table(),
                reading.relation(),
                targets,
                reading.reading(),
                reading.since(),
                // Of a part that was read, rows behind the cursor have been seen and others have not.
                begun != null ? begun : now.seeing(handedOutAll ? seen : List.of()),
                handedOutAll ? null : position,
                null,
                ordered.stream().mapToLong(CsvObject::rows).sum(),
                ordered);
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
