package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A connection to the warehouse: its transactions, its settings, and the lock that keeps loaders apart. */
final class WarehouseSession implements AutoCloseable {

    /** Work on the connection, inside a transaction. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    /** First half of the advisory lock's key, "tote" in ASCII; the second half stands for the schema. */
    private static final int LOCK_SPACE = 0x746f7465;

    private final Connection connection;
    private final WarehouseSchema schema;
    private final Duration lockTimeout;

    /**
     * @param connection becomes this session's, which closes it
     * @param schema where everything happens
     * @param lockTimeout how long to wait for another loader, or for any other lock
     */
    WarehouseSession(Connection connection, WarehouseSchema schema, Duration lockTimeout) {
        this.connection = connection;
        this.schema = schema;
        this.lockTimeout = lockTimeout;
    }

    /** The schema of the warehouse. */
    WarehouseSchema schema() {
        return schema;
    }

    /**
     * Runs work in a transaction: committed when it returns, rolled back when it throws.
     *
     * @param action what it does, for errors: "read the ledger"
     * @throws PipelineException what {@code work} throws, or the translation of its SQLException
     */
    <T extends @Nullable Object> T transaction(String action, Work<T> work) {
        try {
            begin();
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            PipelineException failure = DatabaseErrors.translate(e, action);
            rollback(failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            rollback(e);
            throw e;
        }
    }

    /**
     * The same, while no other loader is in such a transaction. The work sees whatever the loader before it committed.
     *
     * @throws PipelineException also {@link ErrorCode#DATABASE_BUSY} if another loader keeps the lock too long
     */
    <T extends @Nullable Object> T exclusively(String action, Work<T> work) {
        return transaction(action, locked -> {
            lock(action);
            return work.run(locked);
        });
    }

    /** Closing rolls back what is not committed; a connection that is broken already cannot fail more. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "close the connection to the warehouse");
        }
    }

    private void begin() throws SQLException {
        if (connection.getAutoCommit()) {
            // In any higher level, the snapshot would be older than the lock that is waited for.
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
        }
        try (Statement statement = connection.createStatement()) {
            // A function that is stopped sends no farewell: the server must find out, or it keeps the lock for hours.
            // No statement outlives the 15 minutes that Lambda gives to a function.
            statement.execute(String.format(
                    Locale.ROOT,
                    "SET LOCAL search_path TO %s; SET LOCAL lock_timeout TO %d; SET LOCAL statement_timeout TO '14min';"
                            + " SET LOCAL idle_in_transaction_session_timeout TO '5min'; SET LOCAL tcp_keepalives_idle"
                            + " TO 30; SET LOCAL tcp_keepalives_interval TO 10; SET LOCAL tcp_keepalives_count TO 3",
                    schema.quoted(),
                    lockTimeout.toMillis()));
        }
    }

    private void lock(String action) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
            statement.setInt(1, LOCK_SPACE);
            statement.setInt(2, schema.name().hashCode());
            statement.execute();
        } catch (SQLException e) {
            if (!DatabaseErrors.isLockNotAvailable(e)) {
                throw e;
            }
            throw PipelineException.of(
                    ErrorCode.DATABASE_BUSY,
                    "cannot " + action + ": another loader has kept the lock of warehouse schema " + schema.name()
                            + " for more than " + lockTimeout.toSeconds()
                            + " s; it ends with that loader's transaction, whose session stands in pg_stat_activity",
                    e);
        }
    }

    private void rollback(Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
