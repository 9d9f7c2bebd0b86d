package com.terrifictotes.etl.extract;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.extract.ChangeDetection.Strategy;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The queries for the rows that a run reads.
 *
 * <p>By transactions, a row has changed when the transaction that wrote it is not older than the horizon of the snapshot
 * before. {@code xmin} is a 32-bit number that wraps around, so rows are compared by age, which is negative for a number from
 * the other half of the circle. Freezing leaves the number as it was: a row that is 2^32 transactions old is read again for a
 * while, which changes nothing in the warehouse.
 *
 * <p>A row also counts as changed when the row that it joins to has: what is made of it is another now.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ddl-system-columns.html">PostgreSQL: System Columns</a>
 * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND">PostgreSQL:
 *     Preventing Transaction ID Wraparound Failures</a>
 */
final class RowQueries {

    private static final long LOW_32_BITS = 0xFFFF_FFFFL;

    private final Catalogue catalogue;
    private final ChangeDetection detection;
    private final Map<String, TableReading> readings;

    /** @param readings how each table is read */
    RowQueries(Catalogue catalogue, ChangeDetection detection, Map<String, TableReading> readings) {
        this.catalogue = catalogue;
        this.detection = detection;
        this.readings = Map.copyOf(readings);
    }

    /**
     * The rows of a reading.
     *
     * @param range which of their keys
     */
    String rows(TableReading reading, KeyRange range) {
        return "SELECT t.* FROM " + quote(reading.name()) + " t WHERE " + belongs(reading, "t") + " AND "
                + range.contains(reading.table(), "t");
    }

    /**
     * The key of the last one of so many rows of a reading, or NULL if there is none.
     *
     * @param after their keys are larger than this
     * @param rows how many
     */
    String endOfSlice(TableReading reading, long after, long rows) {
        String key = "t." + quote(reading.table().key());
        return "SELECT max(k.key) FROM (SELECT %s AS key FROM %s t WHERE %s AND %s ORDER BY 1 LIMIT %d) k"
                .formatted(
                        key,
                        quote(reading.name()),
                        belongs(reading, "t"),
                        KeyRange.after(after).contains(reading.table(), "t"),
                        rows);
    }

    /**
     * Rows of a table that do not belong to its own reading, but that rows read of other tables join to.
     *
     * @param range the keys of its own reading; null if it is not read
     * @param children the readings that had rows, with their keys
     * @return empty if there can be no such row
     */
    Optional<String> joinedRows(SourceTable parent, @Nullable KeyRange range, Map<TableReading, KeyRange> children) {
        List<String> joined = new ArrayList<>();
        children.forEach((child, keys) -> {
            for (Join join : catalogue.joins()) {
                if (join.parent().equals(parent.name()) && join.child().equals(child.name())) {
                    joined.add("t.%s IN (SELECT c.%s FROM %s c WHERE %s AND %s)"
                            .formatted(
                                    quote(parent.key()),
                                    quote(join.column()),
                                    quote(child.name()),
                                    belongs(child, "c"),
                                    keys.contains(child.table(), "c")));
                }
            }
        });
        TableReading own = readings.get(parent.name());
        if (joined.isEmpty() || (own != null && range != null && own.since() == null && range.isUnbounded())) {
            return Optional.empty();
        }
        String notItsOwn = own == null || range == null
                ? ""
                : " AND (" + belongs(own, "t") + " AND " + range.contains(parent, "t") + ") IS NOT TRUE";
        return Optional.of("SELECT t.* FROM " + quote(parent.name()) + " t WHERE (" + String.join(" OR ", joined) + ")"
                + notItsOwn);
    }

    /** Whether a row belongs to a reading, whatever its key. */
    String belongs(TableReading reading, String alias) {
        Watermark since = reading.since();
        if (since == null) {
            return "TRUE";
        }
        return "(" + within(reading.name(), alias, since) + notSeen(alias, since) + joinsToChanged(reading, alias)
                + ")";
    }

    /** A condition for all rows that a snapshot may not have seen, and some that it has. */
    String within(String table, String alias, Watermark watermark) {
        return switch (detection.of(table)) {
            case SNAPSHOT ->
                "age(%s.xmin) BETWEEN 0 AND age('%d'::xid)".formatted(alias, watermark.horizon() & LOW_32_BITS);
            case LAST_UPDATED ->
                // The application writes UTC. No upper bound: its clock may run ahead of the server's.
                "%s.%s >= timestamp '%s'"
                        .formatted(
                                alias,
                                quote(ChangeDetection.LAST_UPDATED_COLUMN),
                                LocalDateTime.ofInstant(watermark.time().minus(detection.lookback()), ZoneOffset.UTC));
        };
    }

    /**
     * Whether it is worth telling which transactions a snapshot has seen of those that {@link #within} lets through, and safe.
     * After 2^32 transactions it is not: a row of long ago may bear the number of a transaction that is open now, and nothing
     * in SQL tells the two apart.
     */
    boolean canTellSeen(String table, SourceSnapshot snapshot) {
        boolean letsSeenThrough = detection.of(table) == Strategy.LAST_UPDATED || snapshot.horizon() < snapshot.next();
        return letsSeenThrough && snapshot.next() <= LOW_32_BITS;
    }

    /** " OR it joins to a changed row", or nothing. */
    String joinsToChanged(TableReading reading, String alias) {
        StringBuilder condition = new StringBuilder();
        for (Join join : catalogue.joins()) {
            if (join.child().equals(reading.name()) && reading.since() != null) {
                Watermark since = sinceOfParent(join.parent(), reading.since());
                condition.append(" OR %s.%s IN (SELECT p.%s FROM %s p WHERE %s%s)"
                        .formatted(
                                alias,
                                quote(join.column()),
                                quote(catalogue.source(join.parent()).key()),
                                quote(join.parent()),
                                within(join.parent(), "p", since),
                                notSeen("p", since)));
            }
        }
        return condition.toString();
    }

    /** The child's watermark, with the transactions that were seen of the parent, if both are of the same snapshot. */
    private Watermark sinceOfParent(String parent, Watermark since) {
        TableReading reading = readings.get(parent);
        Watermark ofParent = reading == null ? null : reading.since();
        return ofParent != null
                        && ofParent.horizon() == since.horizon()
                        && ofParent.time().equals(since.time())
                ? ofParent
                : since.seeing(List.of());
    }

    /** " AND it was not seen", or nothing; all rows of a transaction become visible at once. */
    static String notSeen(String alias, Watermark since) {
        return since.seen().isEmpty()
                ? ""
                : " AND %s.xmin <> ALL ('{%s}'::xid[])"
                        .formatted(
                                alias,
                                since.seen().stream().map(String::valueOf).collect(joining(",")));
    }

    /**
     * A range of keys.
     *
     * @param after keys are larger than this
     * @param upTo keys are at most this; null if there is no bound
     */
    record KeyRange(long after, @Nullable Long upTo) {

        static KeyRange after(long after) {
            return new KeyRange(after, null);
        }

        boolean isUnbounded() {
            return after <= TableExtract.BEFORE_EVERY_KEY && upTo == null;
        }

        String contains(SourceTable table, String alias) {
            String key = alias + "." + quote(table.key());
            String lower = after <= TableExtract.BEFORE_EVERY_KEY ? "TRUE" : key + " > " + after;
            return upTo == null ? lower : lower + " AND " + key + " <= " + upTo;
        }
    }
}
