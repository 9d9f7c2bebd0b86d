package com.terrifictotes.etl.local.rebuild;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the tables of a warehouse schema hold, asked without the loader's help. */
record WarehouseContent(Connection connection, Catalogue catalogue, String schema) {

    private static final String EXISTS =
            "SELECT EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
                    + " WHERE nspname = ? AND relname = ?)";

    /**
     * How a table differs from its namesake in another schema.
     *
     * @param table its name
     * @param rows how many rows it has
     * @param onlyHere rows that the other one lacks, all columns of the loader compared
     * @param onlyThere rows that the other one has besides
     */
    record Difference(String table, long rows, long onlyHere, long onlyThere) {
        boolean none() {
            return onlyHere == 0 && onlyThere == 0;
        }
    }

    /** The last run of the ledger; 0 if there is none, or no ledger. */
    long lastRun() throws SQLException {
        return exists("etl_run") ? number("SELECT coalesce(max(run), 0) FROM " + locate("etl_run")) : 0;
    }

    /** How many rows all Parquet objects of later runs had. */
    long rowsSince(long run) throws SQLException {
        return number("SELECT coalesce(sum(rows_read), 0) FROM " + locate("etl_run_table") + " WHERE run > " + run);
    }

    /** The first table with rows that no run of the log has brought, which a rebuild could never bring either. */
    Optional<String> tableWithRowsOfNoRun() throws SQLException {
        boolean ledger = exists("etl_run");
        for (TargetTable table : catalogue.targets()) {
            if (exists(table.name())
                    && number("SELECT count(*) FROM (SELECT FROM " + locate(table.name())
                                    + (ledger ? " WHERE etl_run = 0" : "") + " LIMIT 1) AS found")
                            > 0) {
                return Optional.of(table.name());
            }
        }
        return Optional.empty();
    }

    /** Compares every row of every table. */
    List<Difference> compare(WarehouseContent other) throws SQLException {
        List<Difference> differences = new ArrayList<>();
        for (TargetTable table : catalogue.targets()) {
            String here = rows(table);
            String there = other.rows(table);
            differences.add(new Difference(
                    table.name(),
                    number("SELECT count(*) FROM " + locate(table.name())),
                    number("SELECT count(*) FROM (" + here + " EXCEPT ALL " + there + ") AS different"),
                    number("SELECT count(*) FROM (" + there + " EXCEPT ALL " + here + ") AS different")));
        }
        return differences;
    }

    private String rows(TargetTable table) {
        String columns = table.columns().stream()
                .map(column -> quote(column.name()) + ", ")
                .collect(joining());
        return "SELECT " + columns
                + (table.kind() == TargetTable.Kind.FACT
                        ? quote(table.requireSurrogateKey()) + ", supersedes"
                        : "inferred")
                + ", etl_run FROM " + locate(table.name());
    }

    private String locate(String table) {
        return quote(schema) + "." + quote(table);
    }

    private boolean exists(String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
