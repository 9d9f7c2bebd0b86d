package com.terrifictotes.etl.extract;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a reading before any of its rows is read.
 *
 * @param rows how many rows it has; null if that is not worth counting, because it is read in full or by several runs
 * @param keys the keys of the table; null if the table is empty, or the rows are few enough to be read without them
 * @param seen transactions whose rows the snapshot sees although it may not have seen all that are as young; see {@link
 *     Watermark#seen()}. Only where the rows were counted
 */
record TableProbe(@Nullable Long rows, @Nullable Keys keys, List<Long> seen) {

    /** More of them would make manifests and queries heavy, for a saving that does not matter then. */
    private static final int MAX_SEEN = 1_000;

    private static final String SEEN = "(array_agg(DISTINCT t.xmin::text::bigint) %s)[1:" + (MAX_SEEN + 1) + "]";

    /**
     * The keys of a table.
     *
     * @param first the smallest
     * @param last the largest
     */
    record Keys(long first, long last) {}

    /** What the first look at a table finds. */
    private record Count(@Nullable Long rows, List<Long> seen) {}

    /**
     * Probes tables, in one round trip if there is nothing to read.
     *
     * @param fewRows readings of so many rows are read without looking at the keys
     */
    static Map<String, TableProbe> of(
            Connection connection,
            SourceSnapshot snapshot,
            RowQueries queries,
            Collection<TableReading> readings,
            long fewRows)
            throws SQLException {
        Map<String, Count> counts = counts(connection, snapshot, queries, readings);
        List<TableReading> large = readings.stream()
                .filter(reading -> {
                    Long rows = requireNonNull(counts.get(reading.name())).rows();
                    return rows == null || rows > fewRows;
                })
                .toList();
        Map<String, Keys> keys = keys(connection, large);
        Map<String, TableProbe> probes = new HashMap<>();
        counts.forEach(
                (table, count) -> probes.put(table, new TableProbe(count.rows(), keys.get(table), count.seen())));
        return probes;
    }

    private static Map<String, Count> counts(
            Connection connection, SourceSnapshot snapshot, RowQueries queries, Collection<TableReading> readings)
            throws SQLException {
        Map<String, Count> counts = new HashMap<>();
        List<String> parts = new ArrayList<>();
        for (TableReading reading : readings) {
            counts.put(reading.name(), new Count(null, List.of()));
            countQuery(reading, snapshot, queries).ifPresent(parts::add);
        }
        if (parts.isEmpty()) {
            return counts;
        }
        SourceTransaction.query(connection, String.join("\nUNION ALL\n", parts), row -> {
            while (row.next()) {
                counts.put(row.getString(1), new Count(row.getObject(2, Long.class), seen(row.getArray(3))));
            }
        });
        return counts;
    }

    private static Optional<String> countQuery(TableReading reading, SourceSnapshot snapshot, RowQueries queries) {
        Watermark since = reading.since();
        if (since == null || reading.continues()) {
            return Optional.empty();
        }
        String joined = queries.joinsToChanged(reading, "t");
        String counted = since.seen().isEmpty()
                ? "count(*)"
                : "count(*) FILTER (WHERE TRUE" + RowQueries.notSeen("t", since) + joined + ")";
        String seen = queries.canTellSeen(reading.name(), snapshot)
                ? SEEN.formatted("FILTER (WHERE " + queries.within(reading.name(), "t", snapshot.watermark()) + ")")
                : "NULL::bigint[]";
        return Optional.of("SELECT '%s', %s, %s FROM %s t WHERE %s%s"
                .formatted(
                        reading.name(),
                        counted,
                        seen,
                        quote(reading.name()),
                        queries.within(reading.name(), "t", since),
                        joined));
    }

    /** Which transactions the snapshot sees of tables that were read from the first row to the last. */
    static Map<String, List<Long>> seen(
            Connection connection, SourceSnapshot snapshot, RowQueries queries, Collection<String> tables)
            throws SQLException {
        Map<String, List<Long>> found = new HashMap<>();
        String query = tables.stream()
                .filter(table -> queries.canTellSeen(table, snapshot))
                .map(table -> "SELECT '%s', %s FROM %s t WHERE %s"
                        .formatted(
                                table,
                                SEEN.formatted(""),
                                quote(table),
                                queries.within(table, "t", snapshot.watermark())))
                .collect(joining("\nUNION ALL\n"));
        if (!query.isEmpty()) {
            SourceTransaction.query(connection, query, row -> {
                while (row.next()) {
                    found.put(row.getString(1), seen(row.getArray(2)));
                }
            });
        }
        return found;
    }

    private static List<Long> seen(@Nullable Array transactions) throws SQLException {
        if (transactions == null) {
            return List.of();
        }
        Long[] found = (Long[]) transactions.getArray();
        transactions.free();
        return found.length > MAX_SEEN ? List.of() : List.of(found);
    }

    private static Map<String, Keys> keys(Connection connection, List<TableReading> readings) throws SQLException {
        Map<String, Keys> keys = new HashMap<>();
        if (readings.isEmpty()) {
            return keys;
        }
        String query = readings.stream()
                .map(reading -> "SELECT '%1$s', min(%2$s)::bigint, max(%2$s)::bigint FROM %3$s"
                        .formatted(reading.name(), quote(reading.table().key()), quote(reading.name())))
                .collect(joining("\nUNION ALL\n"));
        SourceTransaction.query(connection, query, row -> {
            while (row.next()) {
                long first = row.getLong(2);
                if (!row.wasNull()) {
                    keys.put(row.getString(1), new Keys(first, row.getLong(3)));
                }
            }
        });
        return keys;
    }
}
