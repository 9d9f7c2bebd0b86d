package com.terrifictotes.etl.extract;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a reading before any of its rows is read.
 *
 * @param rows how many rows it has; null if that is not worth counting, because it is read in full
 * @param firstKey the smallest key of the table; null if the table is empty
 * @param lastKey the largest key
 * @param watermark where reading changes goes on if this reading begins and ends with this snapshot
 */
record TableProbe(
        @Nullable Long rows,
        @Nullable Long firstKey,
        @Nullable Long lastKey,
        Watermark watermark) {

    /** More of them would make manifests and queries heavy, for a saving that does not matter then. */
    private static final int MAX_SEEN = 1_000;

    /** Probes tables in one round trip. */
    static Map<String, TableProbe> of(
            Connection connection, SourceSnapshot snapshot, RowQueries queries, Collection<TableReading> readings)
            throws SQLException {
        List<TableReading> ordered = List.copyOf(readings);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            parts.add(query(i, ordered.get(i), snapshot, queries));
        }
        Map<String, TableProbe> probes = new HashMap<>();
        if (parts.isEmpty()) {
            return probes;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(String.join("\nUNION ALL\n", parts))) {
            while (row.next()) {
                probes.put(
                        ordered.get(row.getInt(1)).name(),
                        new TableProbe(
                                row.getObject(2, Long.class),
                                row.getObject(4, Long.class),
                                row.getObject(5, Long.class),
                                new Watermark(snapshot.horizon(), snapshot.time(), seen(row.getArray(3)))));
            }
        }
        return probes;
    }

    /** Whether the table has rows with larger keys. */
    boolean hasRowsAfter(long key) {
        return lastKey != null && lastKey > key;
    }

    /** How far apart the keys of the rows may be at most that come after that one. */
    long keysAfter(long key) {
        return hasRowsAfter(key) ? requireNonNull(lastKey) - Math.max(key, requireNonNull(firstKey) - 1) : 0;
    }

    private static String query(int ordinal, TableReading reading, SourceSnapshot snapshot, RowQueries queries) {
        String table = quote(reading.name());
        String key = quote(reading.table().key());
        boolean counts = reading.reading() == Reading.CHANGES && !reading.continues();
        boolean looksForSeen = !reading.continues() && !queries.isExact(reading.name(), snapshot);
        Watermark now = new Watermark(snapshot.horizon(), snapshot.time(), List.of());
        String seen = looksForSeen
                ? "(array_agg(DISTINCT t.xmin::text::bigint) FILTER (WHERE " + queries.within(reading.name(), "t", now)
                        + "))[1:" + (MAX_SEEN + 1) + "]"
                : "NULL::bigint[]";
        String keys = "(SELECT min(k.%1$s)::bigint FROM %2$s k), (SELECT max(k.%1$s)::bigint FROM %2$s k)"
                .formatted(key, table);
        if (counts) {
            Watermark since = requireNonNull(reading.since());
            String joined = queries.joinsToChanged(reading, "t");
            String counted = since.seen().isEmpty()
                    ? "count(*)"
                    : "count(*) FILTER (WHERE TRUE" + RowQueries.notSeen("t", since) + joined + ")";
            return "SELECT %d, %s, %s, %s FROM %s t WHERE %s%s"
                    .formatted(ordinal, counted, seen, keys, table, queries.within(reading.name(), "t", since), joined);
        }
        return looksForSeen
                ? "SELECT %d, NULL::bigint, %s, %s FROM %s t WHERE %s"
                        .formatted(ordinal, seen, keys, table, queries.within(reading.name(), "t", now))
                : "SELECT %d, NULL::bigint, %s, %s".formatted(ordinal, seen, keys);
    }

    private static List<Long> seen(@Nullable Array transactions) throws SQLException {
        if (transactions == null) {
            return List.of();
        }
        Long[] found = (Long[]) transactions.getArray();
        transactions.free();
        return found.length > MAX_SEEN ? List.of() : List.of(found);
    }
}
