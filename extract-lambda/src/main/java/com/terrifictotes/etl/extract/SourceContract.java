package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceColumn;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the pipeline needs of the source schema, checked in every run. */
final class SourceContract {

    /**
     * From the system catalogue, because information_schema hides what the role may not read. Row security would hide rows
     * without a word.
     */
    private static final String COLUMNS = """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), t.typtype = 'e',
                   c.oid || coalesce((SELECT '-' || md5(string_agg(p.relid::oid::text, ',' ORDER BY p.relid))
                                      FROM pg_partition_tree(c.oid) p), ''),
                   a.attnotnull,
                   EXISTS (SELECT FROM pg_index i
                           WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                             AND i.indkey[0] = a.attnum AND (i.indnkeyatts = 1 OR c.relkind = 'p')),
                   c.relkind IN ('r', 'p'),
                   has_table_privilege(c.oid, 'SELECT'),
                   row_security_active(c.oid),
                   current_user
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE c.oid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest(?::text[]) name)
            ORDER BY c.relname, a.attnum
            """;

    private final Catalogue catalogue;
    private final ChangeDetection detection;

    SourceContract(Catalogue catalogue, ChangeDetection detection) {
        this.catalogue = catalogue;
        this.detection = detection;
    }

    /**
     * What a source is like.
     *
     * @param relations for each table that is there, a text that tells the relation behind its name from any other: its object
     *     identifier, and those of its partitions
     * @param problems why a table cannot be read, for those that cannot
     * @param newColumns columns that the catalogue does not know, by table; harmless
     */
    record Findings(
            Map<String, String> relations, Map<String, String> problems, Map<String, List<String>> newColumns) {}

    private record FoundColumn(String type, boolean enumeration, boolean notNull, boolean unique) {}

    private record FoundTable(String relation, @Nullable String problem, Map<String, FoundColumn> columns) {}

    /** The names of the tables. */
    List<String> tables() {
        return catalogue.sources().stream().map(SourceTable::name).toList();
    }

    /** Compares the source with the catalogue. */
    Findings check(Connection connection) throws SQLException {
        Map<String, FoundTable> found = tables(connection);
        Map<String, String> relations = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        Map<String, List<String>> additions = new LinkedHashMap<>();
        for (SourceTable table : catalogue.sources()) {
            FoundTable is = found.get(table.name());
            List<String> wrong = problems(table, is);
            if (is == null || !wrong.isEmpty()) {
                problems.put(table.name(), String.join("; ", wrong));
            }
            if (is == null) {
                continue;
            }
            relations.put(table.name(), is.relation());
            List<String> unknown = is.columns().keySet().stream()
                    .filter(name -> table.column(name).isEmpty())
                    .toList();
            if (!unknown.isEmpty()) {
                additions.put(table.name(), unknown);
            }
        }
        return new Findings(relations, problems, additions);
    }

    private List<String> problems(SourceTable table, @Nullable FoundTable is) {
        if (is == null) {
            return List.of("table " + table.name() + " is missing");
        }
        if (is.problem() != null) {
            return List.of("table " + table.name() + " " + is.problem());
        }
        Set<String> required = new HashSet<>(catalogue.requiredColumns(table));
        if (detection.of(table.name()) == ChangeDetection.Strategy.LAST_UPDATED) {
            required.add(ChangeDetection.LAST_UPDATED_COLUMN);
        }
        List<String> wrong = new ArrayList<>();
        for (SourceColumn expected : table.columns()) {
            if (required.contains(expected.name())) {
                String problem = problem(table, expected, is.columns().get(expected.name()));
                if (problem != null) {
                    wrong.add("column " + table.name() + "." + expected.name() + " " + problem);
                }
            }
        }
        return wrong;
    }

    private @Nullable String problem(SourceTable table, SourceColumn expected, @Nullable FoundColumn is) {
        if (is == null) {
            return "is missing, expected " + expected.type().sql();
        }
        if (!expected.type().accepts(is.type(), is.enumeration())) {
            return "is " + is.type() + ", expected " + expected.type().sql();
        }
        // Rows without a key would be passed over by a walk along it, and rows without a time by a look at it.
        if (expected.name().equals(table.key()) && !(is.notNull() && is.unique())) {
            return "is no key, expected a primary key, or a unique index and NOT NULL";
        }
        if (expected.name().equals(ChangeDetection.LAST_UPDATED_COLUMN)
                && detection.of(table.name()) == ChangeDetection.Strategy.LAST_UPDATED
                && !is.notNull()) {
            return "may be NULL, expected NOT NULL, because changes are told by it";
        }
        return null;
    }

    private Map<String, FoundTable> tables(Connection connection) throws SQLException {
        Map<String, FoundTable> tables = new HashMap<>();
        Array names = connection.createArrayOf(
                "text", catalogue.sources().stream().map(SourceTable::name).toArray());
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setArray(1, names);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    FoundTable table = tables.get(row.getString(1));
                    if (table == null) {
                        table = new FoundTable(row.getString(5), problem(row), new LinkedHashMap<>());
                        tables.put(row.getString(1), table);
                    }
                    table.columns()
                            .put(
                                    row.getString(2),
                                    new FoundColumn(
                                            row.getString(3), row.getBoolean(4), row.getBoolean(6), row.getBoolean(7)));
                }
            }
        } finally {
            names.free();
        }
        return tables;
    }

    private static @Nullable String problem(ResultSet row) throws SQLException {
        String role = row.getString(11);
        if (!row.getBoolean(8)) {
            return "is no table any more but something else under its name, such as a view; it cannot be told what changed"
                    + " in it";
        }
        if (!row.getBoolean(9)) {
            return "may not be read by role " + role + ", which needs GRANT SELECT ON it";
        }
        if (row.getBoolean(10)) {
            return "has row security, which may hide rows from role " + role + "; give that role BYPASSRLS";
        }
        return null;
    }
}
