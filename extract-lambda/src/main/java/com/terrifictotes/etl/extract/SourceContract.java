package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the star schema needs of the source schema, checked in every run. */
final class SourceContract {

    /** From the system catalogue, because information_schema hides what the role may not read. */
    private static final String COLUMNS = """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), t.typtype = 'e',
                   c.oid || coalesce((SELECT '-' || md5(string_agg(p.relid::oid::text, ',' ORDER BY p.relid))
                                      FROM pg_partition_tree(c.oid) p), '')
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE c.oid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest(?::text[]) name)
            ORDER BY c.relname, a.attnum
            """;

    private final Catalogue catalogue;

    SourceContract(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * Columns of a source table that the catalogue does not know; harmless.
     *
     * @param table the table
     * @param columns their names
     */
    record NewColumns(String table, List<String> columns) {}

    private record FoundColumn(String type, boolean enumeration) {}

    private record FoundTable(String relation, Map<String, FoundColumn> columns) {}

    /**
     * What a source that keeps the contract is like.
     *
     * @param relations for each table, a text that tells the relation behind its name from any other: its object
     *     identifier, and those of its partitions
     * @param newColumns columns that are new
     */
    record Findings(Map<String, String> relations, List<NewColumns> newColumns) {}

    /**
     * Compares the source with the catalogue.
     *
     * @throws PipelineException {@link ErrorCode#SOURCE_CONTRACT_BROKEN} with every table and column that is missing or
     *     has a type that does not fit
     */
    Findings check(Connection connection) throws SQLException {
        Map<String, FoundTable> found = tables(connection);
        Map<String, String> relations = new HashMap<>();
        List<String> problems = new ArrayList<>();
        List<NewColumns> additions = new ArrayList<>();
        for (SourceTable table : catalogue.sources()) {
            FoundTable is = found.get(table.name());
            if (is == null) {
                problems.add("table " + table.name() + " is missing");
                continue;
            }
            relations.put(table.name(), is.relation());
            Map<String, FoundColumn> columns = is.columns();
            Set<String> required = catalogue.requiredColumns(table);
            for (SourceColumn expected : table.columns()) {
                if (required.contains(expected.name())) {
                    problem(table, expected, Optional.ofNullable(columns.get(expected.name())))
                            .ifPresent(problems::add);
                }
            }
            List<String> unknown = columns.keySet().stream()
                    .filter(name -> table.column(name).isEmpty())
                    .toList();
            if (!unknown.isEmpty()) {
                additions.add(new NewColumns(table.name(), unknown));
            }
        }
        if (!problems.isEmpty()) {
            throw new PipelineException(
                    ErrorCode.SOURCE_CONTRACT_BROKEN,
                    "the source no longer has what the star schema needs: " + String.join("; ", problems)
                            + ". Nothing was extracted and nothing is lost: once the source or the catalogue is put"
                            + " right, the next run has every change");
        }
        return new Findings(relations, additions);
    }

    private static Optional<String> problem(SourceTable table, SourceColumn expected, Optional<FoundColumn> found) {
        String column = "column " + table.name() + "." + expected.name();
        if (found.isEmpty()) {
            return Optional.of(
                    column + " is missing, expected " + expected.type().sql());
        }
        FoundColumn is = found.get();
        return expected.type().accepts(is.type(), is.enumeration())
                ? Optional.empty()
                : Optional.of(column + " is " + is.type() + ", expected "
                        + expected.type().sql());
    }

    private Map<String, FoundTable> tables(Connection connection) throws SQLException {
        Map<String, FoundTable> tables = new HashMap<>();
        Array names = connection.createArrayOf(
                "text", catalogue.sources().stream().map(SourceTable::name).toArray());
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setArray(1, names);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String relation = row.getString(5);
                    tables.computeIfAbsent(row.getString(1), table -> new FoundTable(relation, new LinkedHashMap<>()))
                            .columns()
                            .put(row.getString(2), new FoundColumn(row.getString(3), row.getBoolean(4)));
                }
            }
        } finally {
            names.free();
        }
        return tables;
    }
}
