package com.terrifictotes.etl.local.demo;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Knows what the warehouse must hold without asking the pipeline: it looks at the source after every tick, through
 * queries of its own, and remembers. Facts gain a version whenever a row looks different from the last time,
 * dimensions keep the latest look, and {@code dim_date} has every date that a version of a fact ever mentioned.
 *
 * <p>A row that is deleted at the source stays expected in its fact or dimension, where the pipeline deletes nothing,
 * but no longer in the {@code current_*} views.
 */
final class StarSchemaOracle {
    private final Map<StarTable, List<String>> columns = new EnumMap<>(StarTable.class);
    private final Map<StarTable, Map<String, List<List<@Nullable Object>>>> versions = new EnumMap<>(StarTable.class);
    private final Map<StarTable, Set<String>> keysNow = new EnumMap<>(StarTable.class);
    private final Set<LocalDate> dates = new TreeSet<>();

    /**
     * Looks at the source, in one snapshot. To be called after each tick, before anything is changed again.
     *
     * @param source without an open transaction
     * @return how many versions of a fact, or rows of a dimension, are new or different since the last call, for each
     *     table that has any
     */
    Map<StarTable, Integer> observe(Connection source) throws SQLException {
        return Transactions.inOne(source, () -> {
            try (Statement statement = source.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            Map<StarTable, Integer> changes = new EnumMap<>(StarTable.class);
            // DIM_DATE comes last: by then the dates of all facts are known.
            for (StarTable table : StarTable.values()) {
                int changed = remember(table, readSource(source, table));
                if (changed > 0) {
                    changes.put(table, changed);
                }
            }
            return changes;
        });
    }

    /**
     * Compares every row of the eleven tables and the three {@code current_*} views with what has been observed, by
     * column name. Columns that the source knows nothing of are ignored.
     *
     * @param schema the schema of the warehouse's tables
     * @throws SQLException if a table, a view or a column is not there
     * @throws IllegalStateException if the source has not been observed yet
     */
    Comparison compare(Connection warehouse, String schema) throws SQLException {
        if (columns.isEmpty()) {
            throw new IllegalStateException("nothing to compare with: the source has not been observed");
        }
        List<Comparison.Table> tables = new ArrayList<>();
        for (StarTable table : StarTable.values()) {
            tables.add(compare(warehouse, schema, table, table.tableName(), expected(table)));
        }
        for (StarTable table : StarTable.values()) {
            if (table.currentView().isPresent()) {
                tables.add(compare(warehouse, schema, table, table.currentView().get(), expectedNow(table)));
            }
        }
        return new Comparison(tables);
    }

    /** {@return the columns of a table in the order of {@link #expected}'s values} */
    List<String> columns(StarTable table) {
        return columns.getOrDefault(table, List.of());
    }

    /** {@return the versions of each key, oldest first; exactly one in a dimension} */
    Map<String, List<List<@Nullable Object>>> expected(StarTable table) {
        return versions.getOrDefault(table, Map.of());
    }

    private Map<String, List<List<@Nullable Object>>> expectedNow(StarTable table) {
        Map<String, List<List<@Nullable Object>>> latest = new LinkedHashMap<>();
        Set<String> present = keysNow.getOrDefault(table, Set.of());
        expected(table).forEach((key, rows) -> {
            if (present.contains(key)) {
                latest.put(key, List.of(rows.getLast()));
            }
        });
        return latest;
    }

    private int remember(StarTable table, TableRows now) {
        columns.put(table, now.columns());
        Map<String, List<List<@Nullable Object>>> byKey = now.byKey();
        keysNow.put(table, byKey.keySet());
        var known = versions.computeIfAbsent(table, any -> new LinkedHashMap<>());
        int changes = 0;
        for (Map.Entry<String, List<List<@Nullable Object>>> entry : byKey.entrySet()) {
            List<@Nullable Object> row = entry.getValue().getFirst();
            var rows = known.computeIfAbsent(entry.getKey(), any -> new ArrayList<>());
            if (!rows.isEmpty() && rows.getLast().equals(row)) {
                continue;
            }
            if (table.isFact()) {
                rememberDates(row);
            } else {
                rows.clear();
            }
            rows.add(row);
            changes++;
        }
        return changes;
    }

    private void rememberDates(List<@Nullable Object> factRow) {
        for (Object value : factRow) {
            if (value instanceof LocalDate date) {
                dates.add(date);
            }
        }
    }

    private TableRows readSource(Connection source, StarTable table) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(table.sourceQuery())) {
            if (table == StarTable.DIM_DATE) {
                Array mentioned = source.createArrayOf(
                        "date", dates.stream().map(LocalDate::toString).toArray());
                statement.setArray(1, mentioned);
            }
            try (ResultSet result = statement.executeQuery()) {
                return TableRows.readFrom(result);
            }
        }
    }

    private Comparison.Table compare(
            Connection warehouse,
            String schema,
            StarTable table,
            String relation,
            Map<String, List<List<@Nullable Object>>> expected)
            throws SQLException {
        boolean versioned = relation.equals(table.tableName());
        List<String> names = columns(table);
        String order = versioned ? table.surrogateKey().orElse(names.getFirst()) : names.getFirst();
        try (Statement statement = warehouse.createStatement();
                ResultSet result = statement.executeQuery("SELECT %s FROM %s.%s ORDER BY %s"
                        .formatted(
                                String.join(", ", names),
                                statement.enquoteIdentifier(schema, true),
                                relation,
                                order))) {
            return new TableComparator(relation, names)
                    .compare(expected, TableRows.readFrom(result).byKey());
        }
    }
}
