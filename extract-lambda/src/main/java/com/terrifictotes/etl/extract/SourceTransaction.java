package com.terrifictotes.etl.extract;

import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Identifiers;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The transaction that a run reads in. Locks come before the snapshot, as pg_dump does it: a table that is being rewritten
 * or truncated meanwhile would look empty to a snapshot from before, although it never was.
 *
 * <p>The time-outs make sure that a run neither waits behind a change of the schema for ever nor, when this process is gone,
 * holds the source's vacuum back.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">PostgreSQL: MVCC caveats</a>
 * @see <a href="https://www.postgresql.org/docs/current/sql-lock.html">PostgreSQL: LOCK</a>
 */
final class SourceTransaction {

    private static final String TIME_OUTS = """
            SET LOCAL lock_timeout = '30s';
            SET LOCAL statement_timeout = '14min';
            SET LOCAL idle_in_transaction_session_timeout = '5min';
            """;

    private static final String UNDEFINED_TABLE = "42P01";

    private SourceTransaction() {}

    /**
     * Begins the transaction; its snapshot is taken by the next statement.
     *
     * @param connection new
     * @param contract tells what is missing, if a table is
     */
    static void begin(Connection connection, Catalogue catalogue, SourceContract contract) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        String tables = catalogue.sources().stream()
                .map(SourceTable::name)
                .map(Identifiers::quote)
                .collect(joining(", "));
        try (Statement statement = connection.createStatement()) {
            statement.execute(TIME_OUTS + "LOCK TABLE " + tables + " IN ACCESS SHARE MODE");
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                connection.rollback();
                contract.check(connection);
            }
            throw e;
        }
    }
}
