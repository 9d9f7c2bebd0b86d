package com.terrifictotes.etl.local.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The two connections that the business days write through: one whose transactions end with the day, and one whose
 * transaction may stay open over several days. Closing rolls back what was never committed.
 */
final class SourceConnections implements AutoCloseable {
    private final Connection everyday;
    private final Connection late;

    private SourceConnections(Connection everyday, Connection late) {
        this.everyday = everyday;
        this.late = late;
    }

    /** Where connections come from. */
    @FunctionalInterface
    interface Connector {
        /** {@return a new connection, which is the caller's to close} */
        Connection connect() throws SQLException;
    }

    /** Opens both connections. */
    static SourceConnections open(Connector source) throws SQLException {
        Connection everyday = openOne(source);
        try {
            return new SourceConnections(everyday, openOne(source));
        } catch (SQLException e) {
            closeWithSuppression(everyday, e);
            throw e;
        }
    }

    /** {@return the connection whose transactions end before the day does; not in auto-commit mode} */
    Connection everyday() {
        return everyday;
    }

    /** {@return the connection whose transaction only a later day commits; not in auto-commit mode} */
    Connection late() {
        return late;
    }

    @Override
    public void close() throws SQLException {
        try (late;
                everyday) {
            late.rollback();
            everyday.rollback();
        }
    }

    private static Connection openOne(Connector source) throws SQLException {
        Connection connection = source.connect();
        try (Statement statement = connection.createStatement()) {
            // A day that wants a row the open transaction has locked is a mistake in the script: fail, do not hang.
            statement.execute("SET lock_timeout = '5s'");
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            closeWithSuppression(connection, e);
            throw e;
        }
    }

    private static void closeWithSuppression(Connection connection, SQLException failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
