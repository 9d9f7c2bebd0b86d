package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Identifiers;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.load.WarehouseTable.Column;
import com.terrifictotes.etl.load.WarehouseTable.UniqueIndex;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

    private static final String UTF8 = "UTF8";

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
        session.transaction("read the tables of warehouse schema " + schema.name(), connection -> {
            Map<String, WarehouseTable> tables = WarehouseTable.readAll(connection, schema);
            List<String> problems = problemsOfDatabase(connection);
            for (TargetTable target : catalogue.targets()) {
                WarehouseTable found = tables.get(target.name());
                if (found == null) {
                    problems.add("table " + schema.locate(target.name()) + " does not exist");
                } else {
                    TableCheck check = new TableCheck(schema.locate(target.name()), target, found, false, problems);
                    check.ownColumns();
                    check.fits();
                }
            }
            requireNone(problems, "put back what was changed by hand, or add a migration for what is new");
            return null;
        });
    }

    /**
     * Looks at tables that others have made, before the first migration adopts them, and takes the limits off their texts,
     * since one longer value would keep its run, and all that follow, out of the warehouse. Nothing is altered unless
     * everything fits.
     *
     * @throws PipelineException {@link ErrorCode#WAREHOUSE_CONTRACT_BROKEN} with everything that does not fit
     */
    void makeAdoptable(Connection connection, WarehouseSchema schema) throws SQLException {
        Map<String, WarehouseTable> tables = WarehouseTable.readAll(connection, schema);
        List<String> problems = problemsOfDatabase(connection);
        for (TargetTable target : catalogue.targets()) {
            WarehouseTable found = tables.get(target.name());
            if (found != null) {
                TableCheck check = new TableCheck(schema.locate(target.name()), target, found, true, problems);
                check.noOwnColumns();
                check.fits();
                check.uniqueIndexesFit();
                check.noNulls(connection, schema);
            }
        }
        requireNone(problems, "put it right, or give another schema as WAREHOUSE_SCHEMA; nothing was changed");
        for (TargetTable target : catalogue.targets()) {
            WarehouseTable found = tables.get(target.name());
            if (found != null) {
                extend(connection, schema, target, found);
            }
        }
    }

    private static void extend(Connection connection, WarehouseSchema schema, TargetTable target, WarehouseTable found)
            throws SQLException {
        for (TargetColumn column : target.columns()) {
            Column there = found.columns().get(column.name());
            if (there != null && there.extensible()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("ALTER TABLE " + schema.quoted() + "." + Identifiers.quote(target.name())
                            + " ALTER COLUMN " + Identifiers.quote(column.name()) + " TYPE "
                            + SqlTypes.nameOf(column.type()));
                }
            }
        }
    }

    private static List<String> problemsOfDatabase(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            String encoding = row.getString(1);
            if (!encoding.equals(UTF8)) {
                problems.add("the database has encoding " + encoding + ", expected " + UTF8);
            }
        }
        return problems;
    }

    private static void requireNone(List<String> problems, String remedy) {
        if (!problems.isEmpty()) {
            throw new PipelineException(
                    ErrorCode.WAREHOUSE_CONTRACT_BROKEN, String.join("; ", problems) + "; " + remedy);
        }
    }

    /** The comparison of one table. */
    private record TableCheck(
            String table, TargetTable target, WarehouseTable found, boolean extensible, List<String> problems) {

        /** What the loader adds to every table. */
        void ownColumns() {
            require(RUN_COLUMN, "bigint");
            require(ownColumn(), target.kind() == TargetTable.Kind.FACT ? "bigint" : "boolean");
        }

        /** What others mean by a column of that name is not what the loader does. */
        void noOwnColumns() {
            for (String name : List.of(RUN_COLUMN, ownColumn())) {
                if (found.columns().containsKey(name)) {
                    problems.add(
                            "column " + table + "." + name + " exists, expected the name to be free for the loader");
                }
            }
        }

        private String ownColumn() {
            return target.kind() == TargetTable.Kind.FACT ? SUPERSEDED_COLUMN : INFERRED_COLUMN;
        }

        /** What the catalogue says of it. */
        void fits() {
            if (!found.kind().equals(WarehouseTable.TABLE)) {
                problems.add(table + " is a " + found.kind() + ", expected a table");
                return;
            }
            target.columns().forEach(this::fits);
            String key = primaryKey();
            if (target.kind() == TargetTable.Kind.FACT) {
                Column surrogate = require(key, "bigint identity");
                if (surrogate != null && !(surrogate.sequence() && surrogate.filledByServer())) {
                    problems.add("column " + table + "." + key + " is no identity, expected one");
                }
            }
            if (!found.primaryKey().equals(List.of(key))) {
                problems.add("table " + table + " has "
                        + (found.primaryKey().isEmpty()
                                ? "no primary key"
                                : "the primary key " + String.join(", ", found.primaryKey()))
                        + ", expected " + key);
            }
            addedColumnsFit();
        }

        /**
         * Versions and inferred members would violate what is unique beside the key. In a warehouse that is running
         * already that is its owner's affair: the run that does says so.
         */
        void uniqueIndexesFit() {
            if (target.kind() == TargetTable.Kind.CALENDAR) {
                // What a day is follows from its date: there is nothing that versions or inferred members could
                // violate.
                return;
            }
            String key = primaryKey();
            for (UniqueIndex index : found.uniqueIndexes()) {
                if (filled().containsAll(index.columns()) && !index.columns().contains(key)) {
                    problems.add("index " + index.name() + " makes " + String.join(", ", index.columns()) + " of "
                            + table + " unique, expected only " + key + " to be");
                }
            }
        }

        private void fits(TargetColumn expected) {
            String type = SqlTypes.nameOf(expected.type());
            Column column = require(expected.name(), type);
            if (column == null) {
                return;
            }
            boolean extended = extensible && column.extensible() && expected.type() instanceof TargetType.Text;
            if (!extended && !SqlTypes.holds(column.type(), expected.type())) {
                problems.add("column " + table + "." + expected.name() + " is " + column.type() + ", expected " + type);
            }
            if (expected.nullable() && column.mandatory()) {
                problems.add("column " + table + "." + expected.name() + " is NOT NULL, expected NULL to be allowed");
            }
        }

        /** Columns that the loader does not fill must fill themselves. */
        private void addedColumnsFit() {
            Set<String> filled = filled();
            filled.addAll(List.of(RUN_COLUMN, ownColumn()));
            found.columns().forEach((name, column) -> {
                if (!filled.contains(name) && column.mandatory() && !column.filledByServer()) {
                    problems.add("column " + table + "." + name
                            + " is NOT NULL and unknown to the catalogue, expected it to have a default");
                }
            });
        }

        /**
         * A row without a key has no history; one without a reference would be missing from what is added up by it. Of
         * any other column it is an unknown value, which stays until the source says something else.
         */
        void noNulls(Connection connection, WarehouseSchema schema) throws SQLException {
            for (TargetColumn column : target.columns()) {
                Column there = found.columns().get(column.name());
                boolean needed = column.name().equals(target.key())
                        || column.references().isPresent();
                if (needed && there != null && !there.mandatory() && !column.nullable()) {
                    long rows = found.nulls(connection, schema, column.name());
                    if (rows > 0) {
                        problems.add("column " + table + "." + column.name() + " is NULL in " + rows
                                + " rows, expected none");
                    }
                }
            }
        }

        private String primaryKey() {
            return target.kind() == TargetTable.Kind.FACT ? target.requireSurrogateKey() : target.key();
        }

        private Set<String> filled() {
            Set<String> filled = new HashSet<>();
            target.columns().forEach(column -> filled.add(column.name()));
            if (target.kind() == TargetTable.Kind.FACT) {
                filled.add(target.requireSurrogateKey());
            }
            return filled;
        }

        private @Nullable Column require(String name, String type) {
            Column column = found.columns().get(name);
            if (column == null) {
                problems.add("column " + table + "." + name + " does not exist, expected " + type);
            }
            return column;
        }
    }
}
