package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.Identifiers;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The transaction that a run reads in. Locks come before the snapshot, as pg_dump does it: a table that is being rewritten
 * or truncated meanwhile would look empty to a snapshot from before, although it never was.
 *
 * <p>The time-outs make sure that a run neither waits behind a change of the schema for ever nor, when this process is gone,
 * holds the source's vacuum back for longer than Lambda lets it live. Without row security a policy cannot hide rows: the
 * statement fails instead.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">PostgreSQL: MVCC caveats</a>
 * @see <a href="https://www.postgresql.org/docs/current/sql-lock.html">PostgreSQL: LOCK</a>
 * @see <a href="https://www.postgresql.org/docs/current/sql-set-transaction.html">PostgreSQL: SET TRANSACTION</a>
 */
final class SourceTransaction {

    /** No statement outlives the 15 minutes that Lambda gives to a function. */
    static final Duration LONGEST_STATEMENT = Duration.ofMinutes(14);

    private static final String SETTINGS = """
            SET LOCAL lock_timeout = '10s';
            SET LOCAL statement_timeout = '14min';
            SET LOCAL idle_in_transaction_session_timeout = '15min';
            SET LOCAL row_security = off;
            """;

    private static final String HOLDERS = """
            SELECT c.relname, min(l.pid), min(l.mode)
            FROM pg_locks l
            JOIN pg_class c ON c.oid = l.relation
            WHERE l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND c.oid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest(?::text[]) name)
            GROUP BY c.relname
            ORDER BY c.relname
            """;

    private static final String UNDO = "ROLLBACK TO SAVEPOINT query; RELEASE SAVEPOINT query";

    private SourceTransaction() {}

    /**
     * Begins the transaction; its snapshot is taken by the next statement.
     *
     * @param connection new
     * @param tables what it will read
     */
    static void begin(Connection connection, Collection<String> tables) throws SQLException {
        prepare(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS + lock(tables, ""));
        }
    }

    /**
     * Begins a transaction that shares the snapshot of another one.
     *
     * @param connection new
     * @param snapshot what {@code pg_export_snapshot()} returned
     * @param tables what it will read
     * @return false if it cannot have the locks at once: whoever waits for a table, it must not wait behind him
     */
    static boolean join(Connection connection, String snapshot, Collection<String> tables) throws SQLException {
        prepare(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "';\n" + SETTINGS + lock(tables, " NOWAIT"));
            return true;
        } catch (SQLException e) {
            if (DatabaseErrors.isLockNotAvailable(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Tables that somebody holds, or waits for before us, so that they cannot be read, with a text that says who.
     *
     * @param connection not in a transaction that has begun
     * @param tables the tables to look at
     */
    static Map<String, String> locked(Connection connection, Collection<String> tables) throws SQLException {
        Map<String, String> locked = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
            statement.setArray(1, connection.createArrayOf("text", tables.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    locked.put(
                            row.getString(1),
                            "table " + row.getString(1) + " is held, or waited for, by process " + row.getString(2)
                                    + " ("
                                    + row.getString(3)
                                    + "), as VACUUM FULL, TRUNCATE and ALTER TABLE do; once that ends,"
                                    + " it is read again by itself");
                }
            }
        }
        return locked;
    }

    /** What becomes of the rows of a query. */
    @FunctionalInterface
    interface Rows {
        void read(ResultSet rows) throws SQLException;
    }

    /** Makes a query, in one round trip; one that fails does not end the transaction. */
    static void query(Connection connection, String query, Rows rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SAVEPOINT query;\n" + query + ";\nRELEASE SAVEPOINT query");
            statement.getMoreResults();
            try (ResultSet result = requireNonNull(statement.getResultSet(), "the query has no result")) {
                rows.read(result);
            }
        } catch (SQLException e) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(UNDO);
            } catch (SQLException undoing) {
                e.addSuppressed(undoing);
            }
            throw e;
        }
    }

    /**
     * Makes statements end that take longer, until the transaction ends or this is called again.
     *
     * @param time at most what every statement has anyway
     */
    static void limitStatements(Connection connection, Duration time) throws SQLException {
        long milliseconds = Math.clamp(time.toMillis(), 1, LONGEST_STATEMENT.toMillis());
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = " + milliseconds);
        }
    }

    /** Something that is done in the transaction. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /** Does something that takes more than one round trip; what fails does not end the transaction. */
    static void attempt(Connection connection, Work work) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        try {
            work.run();
        } catch (SQLException e) {
            try {
                connection.rollback(savepoint);
                // A snapshot cannot be exported within a subtransaction.
                connection.releaseSavepoint(savepoint);
            } catch (SQLException undoing) {
                e.addSuppressed(undoing);
            }
            throw e;
        }
        connection.releaseSavepoint(savepoint);
    }

    private static void prepare(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
    }

    private static String lock(Collection<String> tables, String mode) {
        return "LOCK TABLE " + tables.stream().map(Identifiers::quote).collect(joining(", ")) + " IN ACCESS SHARE MODE"
                + mode;
    }
}
