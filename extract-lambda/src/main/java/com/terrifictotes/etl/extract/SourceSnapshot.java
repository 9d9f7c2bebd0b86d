package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot that a run reads from.
 *
 * @param source which database it is of
 * @param time when its transaction began, by the server's clock
 * @param horizon the oldest transaction that it may not see the whole of: every older one is over, and visible if it
 *     committed (64 bits, never wraps around)
 * @param next no transaction with this number or a larger one is over (64 bits)
 * @param writtenTo how far the write-ahead log had been written then; null on a standby, which has only what is safe
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">PostgreSQL:
 *     Transaction ID and Snapshot Information Functions</a>
 */
record SourceSnapshot(
        SourceIdentity source,
        Instant time,
        long horizon,
        long next,
        @Nullable String writtenTo) {

    /** The log is usually written within three times {@code wal_writer_delay}, which is 200 ms. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration WAIT_BETWEEN_LOOKS = Duration.ofMillis(20);

    private static final String QUERY = """
            SELECT (SELECT system_identifier::text FROM pg_control_system()),
                   -- After a failover the control file knows the new timeline only from the next checkpoint on.
                   CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
                        ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int END,
                   pg_is_in_recovery(),
                   current_database(),
                   (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
                   now(),
                   pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                   CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn()::text END
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
                    new SourceIdentity(
                            row.getString(1), row.getLong(2), row.getBoolean(3), row.getString(4), row.getLong(5)),
                    row.getObject(6, OffsetDateTime.class).toInstant(),
                    row.getLong(7),
                    row.getLong(8),
                    row.getString(9));
        }
    }

    /**
     * Waits until everything that the snapshot sees is safe on the source's disk; ends the transaction if it must. A
     * transaction that was committed with {@code synchronous_commit = off} is visible before it is safe; if the source
     * crashed then, it would be gone, and its number would be given to another one, whose rows would look as if they had
     * been read.
     *
     * @param longest how long to wait at most
     * @throws PipelineException {@link ErrorCode#DATABASE_BUSY} if it takes too long; nothing may be committed then
     * @see <a href="https://www.postgresql.org/docs/current/wal-async-commit.html">PostgreSQL: Asynchronous Commit</a>
     */
    void awaitDurability(Connection connection, Duration longest) throws SQLException {
        if (writtenTo == null || isSafe(connection, writtenTo)) {
            return;
        }
        // On a server with nothing else to do, what an open transaction has written may stay in memory for long. Any
        // commit asks for it to be written, and a transaction number is all that a commit needs.
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_current_xact_id()");
        }
        connection.commit();
        for (Duration waited = Duration.ZERO; waited.compareTo(longest) < 0; waited = waited.plus(WAIT_BETWEEN_LOOKS)) {
            if (isSafe(connection, writtenTo)) {
                return;
            }
            try {
                Thread.sleep(WAIT_BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw PipelineException.of(
                ErrorCode.DATABASE_BUSY,
                "the source has not written its log up to " + writtenTo + " within " + longest.toSeconds()
                        + " s; a run is committed only when nothing of it can be lost in a crash of the source",
                null);
    }

    private static boolean isSafe(Connection connection, String position) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_current_wal_flush_lsn() >= ?::pg_lsn")) {
            statement.setString(1, position);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Where reading changes goes on that begins with this snapshot. */
    Watermark watermark() {
        return new Watermark(horizon, time, List.of());
    }

    /** The day that stands in the keys of the run's objects. */
    LocalDate day() {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
