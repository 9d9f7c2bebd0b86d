package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The schema of the operational database, as it is in production, for a database that stands in for it. */
public final class TotesysSchema {

    /** The business tables, without the one of the ORM. */
    private static final List<String> BUSINESS_TABLES = List.of(
            "address",
            "counterparty",
            "currency",
            "department",
            "design",
            "payment",
            "payment_type",
            "purchase_order",
            "sales_order",
            "staff",
            "transaction");

    private TotesysSchema() {}

    /** Creates the types and tables of Totesys in the connection's current schema, as its current role. */
    public static void create(Connection connection) throws SQLException {
        requireNonNull(connection, "connection is null");
        try (Statement statement = connection.createStatement()) {
            statement.execute(text());
        }
    }

    /**
     * Creates the role the extractor connects as: it may read the eleven business tables and nothing else, and its
     * transactions are read-only by default.
     *
     * @param connection to the database that holds the tables, as a role that may create roles and grant on them
     */
    public static void createReader(Connection connection, String role, String password) throws SQLException {
        requireNonNull(connection, "connection is null");
        requireNonNull(role, "role is null");
        requireNonNull(password, "password is null");
        try (Statement statement = connection.createStatement()) {
            String quotedRole = Sql.identifier(role);
            statement.execute("CREATE ROLE " + quotedRole + " LOGIN PASSWORD " + Sql.literal(password));
            statement.execute("ALTER ROLE " + quotedRole + " SET default_transaction_read_only = on");
            for (String table : BUSINESS_TABLES) {
                statement.execute("GRANT SELECT ON " + Sql.identifier(table) + " TO " + quotedRole);
            }
        }
    }

    private static String text() {
        try (InputStream source = TotesysSchema.class.getResourceAsStream("totesys_schema.sql")) {
            return new String(
                    requireNonNull(source, "totesys_schema.sql is missing in the jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read totesys_schema.sql", e);
        }
    }
}
