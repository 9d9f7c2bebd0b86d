package com.terrifictotes.etl.benchmarks;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.loopback.TotesysSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A Totesys database with any number of sales orders; the other tables are as large as in production. Rows are made in the
 * server, in the order of their keys.
 */
final class TotesysSource {

    static final String LARGE_TABLE = "sales_order";

    /** Sales orders of the production database in autumn 2024. */
    static final int PRODUCTION_ROWS = 11_187;

    private static final long ROWS_PER_STATEMENT = 1_000_000;

    private final Database database;
    private long salesOrders;
    private long changes;

    private TotesysSource(Database database) {
        this.database = database;
    }

    /**
     * Makes the tables and fills the small ones.
     *
     * @param database an empty one, as a role that may create tables and set {@code session_replication_role}
     * @param salesOrders rows of the large table; at least 1
     * @throws IllegalStateException if the database has tables
     */
    static TotesysSource create(Database database, long salesOrders) throws SQLException {
        TotesysSource source = new TotesysSource(database);
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement()) {
            requireEmpty(statement);
            TotesysSchema.create(connection);
            statement.execute(resource("small_tables.sql"));
            source.grow(connection, salesOrders);
            statement.execute(resource("payments.sql"));
            tidy(statement);
        }
        return source;
    }

    /** Adds sales orders until there are that many. */
    void growTo(long rows) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            grow(connection, rows);
            tidy(statement);
        }
    }

    /**
     * Corrects sales orders all over the table, other ones each time as long as there are any.
     *
     * @param number how many
     * @throws IllegalArgumentException if there are not so many
     */
    void changeSalesOrders(int number) throws SQLException {
        if (number > salesOrders) {
            throw new IllegalArgumentException(
                    "there are " + salesOrders + " sales orders, " + number + " cannot be changed");
        }
        try (Connection connection = connect();
                PreparedStatement update = connection.prepareStatement(resource("changes.sql"))) {
            update.setLong(1, salesOrders);
            update.setLong(2, changes);
            update.setLong(3, changes + number - 1);
            update.executeUpdate();
            changes += number;
        }
    }

    /** How many there are. */
    long salesOrders() {
        return salesOrders;
    }

    /** A new connection, which the caller closes. */
    Connection connect() {
        return database.connect();
    }

    /**
     * Checks that an extraction has every sales order.
     *
     * @throws IllegalStateException if it has not
     */
    void requireWhole(Extraction.Extracted extracted) {
        if (extracted.salesOrders() != salesOrders) {
            throw new IllegalStateException("the extraction committed " + extracted.salesOrders() + " rows of "
                    + LARGE_TABLE + ", which has " + salesOrders);
        }
    }

    private void grow(Connection connection, long rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement(resource("sales_orders.sql"))) {
            // The rows are right by construction; checking five foreign keys of each takes most of the time.
            statement.execute("SET session_replication_role = replica");
            while (salesOrders < rows) {
                long last = Math.min(rows, salesOrders + ROWS_PER_STATEMENT);
                insert.setLong(1, salesOrders + 1);
                insert.setLong(2, last);
                insert.executeUpdate();
                salesOrders = last;
            }
            statement.execute("RESET session_replication_role");
        }
    }

    /** Whoever reads new rows first writes their hint bits; that is nobody's share of the work. */
    private static void tidy(Statement statement) throws SQLException {
        statement.execute("VACUUM (ANALYZE)");
    }

    private static void requireEmpty(Statement statement) throws SQLException {
        try (ResultSet tables =
                statement.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")) {
            tables.next();
            if (tables.getLong(1) > 0) {
                throw new IllegalStateException("the database has " + tables.getLong(1)
                        + " tables in its schema, and rows would be written there; name an empty database");
            }
        }
    }

    private static String resource(String name) {
        try (InputStream source = TotesysSource.class.getResourceAsStream(name)) {
            return new String(
                    requireNonNull(source, () -> name + " is missing in the jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
