package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.catalogue.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of the warehouse as it is, or whatever else has the name of one. From PostgreSQL's catalogue:
 * information_schema shows only what the role has a privilege on, and a missing privilege must not look like a missing
 * table.
 *
 * @param name its name
 * @param kind "table", or what it is instead: "partitioned table", "view" …
 * @param columns its columns by name
 * @param primaryKey the columns of its primary key; none if it has none
 * @param uniqueIndexes all others that keep something unique
 */
record WarehouseTable(
        String name,
        String kind,
        Map<String, Column> columns,
        List<String> primaryKey,
        List<UniqueIndex> uniqueIndexes) {

    /**
     * A column.
     *
     * @param type as {@code format_type} writes it
     * @param mandatory whether it is NOT NULL
     * @param filledByServer whether it has a default or is an identity
     * @param sequence whether a sequence belongs to it
     * @param extensible whether it is text of a limited length, and no view keeps it so
     */
    record Column(String type, boolean mandatory, boolean filledByServer, boolean sequence, boolean extensible) {}

    /**
     * A unique index on columns of all rows; those on expressions or of some rows are none.
     *
     * @param name its name
     * @param columns what it keeps unique together
     */
    record UniqueIndex(String name, List<String> columns) {
        UniqueIndex {
            columns = List.copyOf(columns);
        }
    }

    static final String TABLE = "table";

    private static final String COLUMNS = """
            SELECT relname,
                   CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                       WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' END,
                   attname, format_type(atttypid, atttypmod), attnotnull,
                   atthasdef OR attidentity <> '',
                   EXISTS (SELECT FROM pg_depend
                       WHERE refclassid = 'pg_class'::regclass AND refobjid = attrelid AND refobjsubid = attnum
                         AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                         AND objid IN (SELECT oid FROM pg_class WHERE relkind = 'S')),
                   atttypid = 'varchar'::regtype AND atttypmod >= 0 AND NOT EXISTS (SELECT FROM pg_depend
                       WHERE refclassid = 'pg_class'::regclass AND refobjid = attrelid AND refobjsubid = attnum
                         AND classid = 'pg_rewrite'::regclass)
            FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = ? AND relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped""";

    private static final String UNIQUE_INDEXES = """
            SELECT relname, indexrelid::regclass, indisprimary,
                   array(SELECT attname FROM unnest(indkey[0:indnkeyatts - 1]) WITH ORDINALITY AS part (number, place)
                       JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place)::text[]
            FROM pg_index
            JOIN pg_class ON pg_class.oid = indrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = ? AND indisunique AND indpred IS NULL AND NOT 0 = ANY (indkey)""";

    WarehouseTable {
        columns = Map.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        uniqueIndexes = List.copyOf(uniqueIndexes);
    }

    /** Every table of a schema by name, and everything else that would be in the way of one. */
    static Map<String, WarehouseTable> readAll(Connection connection, WarehouseSchema schema) throws SQLException {
        Map<String, String> kinds = new HashMap<>();
        Map<String, Map<String, Column>> columns = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    kinds.put(row.getString(1), row.getString(2));
                    columns.computeIfAbsent(row.getString(1), table -> new HashMap<>())
                            .put(
                                    row.getString(3),
                                    new Column(
                                            row.getString(4),
                                            row.getBoolean(5),
                                            row.getBoolean(6),
                                            row.getBoolean(7),
                                            row.getBoolean(8)));
                }
            }
        }
        Map<String, List<String>> primaryKeys = new HashMap<>();
        Map<String, List<UniqueIndex>> uniqueIndexes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<String> unique = List.of((String[]) row.getArray(4).getArray());
                    if (row.getBoolean(3)) {
                        primaryKeys.put(row.getString(1), unique);
                    } else {
                        uniqueIndexes
                                .computeIfAbsent(row.getString(1), table -> new ArrayList<>())
                                .add(new UniqueIndex(row.getString(2), unique));
                    }
                }
            }
        }
        Map<String, WarehouseTable> tables = new HashMap<>();
        columns.forEach((name, ofTable) -> tables.put(
                name,
                new WarehouseTable(
                        name,
                        kinds.getOrDefault(name, TABLE),
                        ofTable,
                        primaryKeys.getOrDefault(name, List.of()),
                        uniqueIndexes.getOrDefault(name, List.of()))));
        return tables;
    }

    /** In how many rows a column is NULL. */
    long nulls(Connection connection, WarehouseSchema schema, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + schema.quoted() + "."
                        + Identifiers.quote(name) + " WHERE " + Identifiers.quote(column) + " IS NULL")) {
            row.next();
            return row.getLong(1);
        }
    }
}
