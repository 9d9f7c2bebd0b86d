package com.terrifictotes.etl.local.demo;

import java.sql.Connection;
import java.sql.SQLException;

/** All or nothing. */
final class Transactions {
    private Transactions() {}

    /** Work that gives a result. */
    @FunctionalInterface
    interface Work<T> {
        /** {@return the result} */
        T run() throws SQLException;
    }

    /**
     * Does some work on a connection and commits it, or rolls it back if it fails. A failure to clean up never hides the
     * first one. The connection's auto-commit mode is afterwards what it was before.
     */
    static <T> T inOne(Connection connection, Work<T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        T result;
        try {
            result = work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            } catch (SQLException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
        connection.setAutoCommit(autoCommit);
        return result;
    }
}
