package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the tables of the warehouse have what the catalogue puts into them. Analysts may have extended them. */
final class WarehouseContract {

    /** The run that brought a version. */
    static final String RUN_COLUMN = "etl_run";

    /** The version of a fact that a version replaces. */
    static final String SUPERSEDED_COLUMN = "supersedes";

    /** Whether a dimension row was made up. */
    static final String INFERRED_COLUMN = "inferred";

    /**
     * From PostgreSQL's catalogue: information_schema shows only what the role has a privilege on, and a missing
     * privilege must not look like a missing table.
     */
    private static final String COLUMNS = """
            SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull,
                   atthasdef OR attidentity <> ''
            FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = ? AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped""";

    private record Column(String type, boolean mandatory, boolean filledByServer) {}

    private final Catalogue catalogue;

    WarehouseContract(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * Compares them.
     *
     * @throws PipelineException {@link ErrorCode#WAREHOUSE_CONTRACT_BROKEN} with everything that does not fit
     */
    void verify(WarehouseSession session) {
        WarehouseSchema schema = session.schema();
        Map<String, Map<String, Column>> tables = session.transaction(
                "read the tables of warehouse schema " + schema.name(), connection -> read(connection, schema));
        List<String> problems = new ArrayList<>();
        for (TargetTable target : catalogue.targets()) {
            Map<String, Column> columns = tables.get(target.name());
            if (columns == null) {
                problems.add("table " + schema.locate(target.name()) + " does not exist");
            } else {
                new TableCheck(schema.locate(target.name()), columns, problems).check(target);
            }
        }
        if (!problems.isEmpty()) {
            throw new PipelineException(
                    ErrorCode.WAREHOUSE_CONTRACT_BROKEN,
                    String.join("; ", problems)
                            + "; put back what was changed by hand, or add a migration for what is new");
        }
    }

    private static Map<String, Map<String, Column>> read(Connection connection, WarehouseSchema schema)
            throws SQLException {
        Map<String, Map<String, Column>> tables = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tables.computeIfAbsent(row.getString(1), table -> new HashMap<>())
                            .put(row.getString(2), new Column(row.getString(3), row.getBoolean(4), row.getBoolean(5)));
                }
            }
        }
        return tables;
    }

    /** The comparison of one table. */
    private record TableCheck(String table, Map<String, Column> columns, List<String> problems) {

        void check(TargetTable target) {
            Set<String> filled = new HashSet<>();
            for (TargetColumn expected : target.columns()) {
                filled.add(expected.name());
                Column found = find(expected.name(), SqlTypes.nameOf(expected.type()));
                if (found == null) {
                    continue;
                }
                if (!SqlTypes.holds(found.type(), expected.type())) {
                    problems.add("column " + table + "." + expected.name() + " is " + found.type() + ", expected "
                            + SqlTypes.nameOf(expected.type()));
                }
                if (expected.nullable() && found.mandatory()) {
                    problems.add(
                            "column " + table + "." + expected.name() + " is NOT NULL, expected NULL to be allowed");
                }
            }
            filled.add(RUN_COLUMN);
            find(RUN_COLUMN, "bigint");
            if (target.kind() == TargetTable.Kind.FACT) {
                filled.add(target.requireSurrogateKey());
                checkSurrogateKey(target.requireSurrogateKey());
                filled.add(SUPERSEDED_COLUMN);
                find(SUPERSEDED_COLUMN, "bigint");
            } else {
                filled.add(INFERRED_COLUMN);
                find(INFERRED_COLUMN, "boolean");
            }
            columns.forEach((name, column) -> {
                if (!filled.contains(name) && column.mandatory() && !column.filledByServer()) {
                    problems.add("column " + table + "." + name
                            + " is NOT NULL and unknown to the catalogue, expected it to have a default");
                }
            });
        }

        private void checkSurrogateKey(String name) {
            Column found = find(name, "bigint identity");
            if (found != null && !found.filledByServer()) {
                problems.add("column " + table + "." + name + " is no identity, expected one");
            }
        }

        private @Nullable Column find(String name, String type) {
            Column found = columns.get(name);
            if (found == null) {
                problems.add("column " + table + "." + name + " does not exist, expected " + type);
            }
            return found;
        }
    }
}
