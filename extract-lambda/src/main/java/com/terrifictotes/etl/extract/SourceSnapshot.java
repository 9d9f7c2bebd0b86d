package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The snapshot that a run reads from.
 *
 * @param source which database it is of
 * @param time when its transaction began, by the server's clock
 * @param horizon the oldest transaction that it may not see the whole of: every older one is over, and visible if it
 *     committed (64 bits, never wraps around)
 * @param next the first transaction number that was not given out yet (64 bits)
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">PostgreSQL:
 *     Transaction ID and Snapshot Information Functions</a>
 */
record SourceSnapshot(SourceIdentity source, Instant time, long horizon, long next) {

    private static final String QUERY = """
            SELECT (SELECT system_identifier::text FROM pg_control_system()),
                   (SELECT timeline_id FROM pg_control_checkpoint()),
                   current_database(),
                   now(),
                   pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            """;

    /**
     * Takes the snapshot of a transaction, with its first statement.
     *
     * @param connection in a transaction of isolation REPEATABLE READ that has done nothing yet
     */
    static SourceSnapshot take(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new SourceSnapshot(
                    new SourceIdentity(row.getString(1), row.getLong(2), row.getString(3)),
                    row.getObject(4, OffsetDateTime.class).toInstant(),
                    row.getLong(5),
                    row.getLong(6));
        }
    }

    /** The day that stands in the keys of the run's objects. */
    LocalDate day() {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
