package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.runlog.WarehouseAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.TableAudit;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables {@code etl_audit} and {@code etl_audit_range}: what comparisons with the source found, and what is open. */
final class AuditLedger {

    /** What is the matter with a range in which the table differs from the source. */
    enum State {
        /** The source is to be read again there. */
        ASKED,
        /** The rows that differ are in quarantine, which is watched by itself. */
        QUARANTINED,
        /** Reading again did not help. */
        UNEXPLAINED,
        /** Too many rows are gone. */
        HELD_BACK;

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace(' ', '_'));
        }
    }

    /**
     * How the source differs from the warehouse.
     *
     * @param rows how many rows it has more
     * @param checksum how much larger the sum of checksums is
     */
    record Difference(long rows, BigDecimal checksum) {

        boolean isNone() {
            return rows == 0 && checksum.signum() == 0;
        }
    }

    /**
     * A range that differs.
     *
     * @param first the smallest key that belongs to it
     * @param last the largest
     * @param run which run found it
     * @param state what is the matter
     * @param acceptsDeletions whether however many rows may be gone
     * @param difference the difference
     * @param rowsGone rows that are held back
     */
    record OpenRange(
            long first,
            long last,
            long run,
            State state,
            boolean acceptsDeletions,
            Difference difference,
            long rowsGone) {}

    /** One run should not have to read more again: 65,536 rows, or a million of a table of ten million. */
    private static final int MOST_ASKED = 64;

    private static final String OPEN = """
            SELECT first_key, last_key, run, state, accepts_deletions, row_difference, checksum_difference, rows_gone
            FROM etl_audit_range WHERE table_name = ?""";

    private static final String PUT = """
            INSERT INTO etl_audit_range (table_name, first_key, last_key, run, state, accepts_deletions, row_difference,
                checksum_difference, rows_gone)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (table_name, first_key) DO UPDATE SET last_key = excluded.last_key, run = excluded.run,
                state = excluded.state, accepts_deletions = excluded.accepts_deletions,
                row_difference = excluded.row_difference, checksum_difference = excluded.checksum_difference,
                rows_gone = excluded.rows_gone""";

    private static final String REMOVE = "DELETE FROM etl_audit_range WHERE table_name = ? AND first_key = ?";

    private static final String RECORD = """
            INSERT INTO etl_audit (run, table_name, whole, rows_compared, differences, repaired, deleted, held_back,
                verified_through)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String AUDITS = """
            SELECT table_name, whole, differences, repaired, deleted, held_back, verified_through
            FROM etl_audit WHERE run = ? ORDER BY table_name COLLATE "C"
            """;

    private static final String ASKED = """
            SELECT table_name, first_key, last_key FROM etl_audit_range
            WHERE state = 'asked' AND run <= ? ORDER BY table_name COLLATE "C", first_key LIMIT\s""" + MOST_ASKED;

    private static final String SNAPSHOT_TIME = "SELECT snapshot_time FROM etl_run WHERE run = ?";

    /** What differs and is to be read again is not concluded yet. Of a table without any audit, all runs are younger. */
    private static final String AGE = """
            SELECT extract(epoch FROM max(latest.snapshot_time) - min(coalesce(audit.concluded, began.snapshot_time)))
            FROM unnest(?::varchar[]) AS audited (name)
            CROSS JOIN (SELECT snapshot_time FROM etl_run WHERE run > 0 ORDER BY run LIMIT 1) AS began
            CROSS JOIN (SELECT snapshot_time FROM etl_run ORDER BY run DESC LIMIT 1) AS latest
            LEFT JOIN LATERAL (
                SELECT coalesce(verified_through, snapshot_time) AS concluded FROM etl_audit JOIN etl_run USING (run)
                WHERE table_name = audited.name
                  AND (verified_through IS NOT NULL OR whole AND (differences > 0 OR held_back > 0))
                ORDER BY run DESC LIMIT 1) AS audit ON true""";

    private AuditLedger() {}

    /**
     * How much younger the last run is than the last audit of a table that came to an end, be it a bad one: of these tables, the
     * one whose audit is the oldest. Both are moments of the source, which does not grow older while it cannot be read.
     *
     * @return empty if nothing has been loaded yet
     */
    static Optional<Duration> age(Connection connection, List<String> tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AGE)) {
            statement.setArray(1, connection.createArrayOf("varchar", tables.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                double seconds = row.getDouble(1);
                return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(Math.max(0, (long) seconds)));
            }
        }
    }

    /** The ranges in which a table differs, by their first keys. */
    static Map<Long, OpenRange> open(Connection connection, String table) throws SQLException {
        Map<Long, OpenRange> open = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    open.put(
                            row.getLong(1),
                            new OpenRange(
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getLong(3),
                                    State.of(row.getString(4)),
                                    row.getBoolean(5),
                                    new Difference(row.getLong(6), row.getBigDecimal(7)),
                                    row.getLong(8)));
                }
            }
        }
        return open;
    }

    /** Notes a range, in the place of what was known of it. */
    static void put(Connection connection, String table, OpenRange range) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PUT)) {
            statement.setString(1, table);
            statement.setLong(2, range.first());
            statement.setLong(3, range.last());
            statement.setLong(4, range.run());
            statement.setString(5, range.state().text());
            statement.setBoolean(6, range.acceptsDeletions());
            statement.setLong(7, range.difference().rows());
            statement.setBigDecimal(8, range.difference().checksum());
            statement.setLong(9, range.rowsGone());
            statement.executeUpdate();
        }
    }

    /** A range differs no longer. */
    static void remove(Connection connection, String table, long first) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
            statement.setString(1, table);
            statement.setLong(2, first);
            statement.executeUpdate();
        }
    }

    /** Records what came of a comparison. */
    static void record(Connection connection, long run, TableAudit audit, long rowsCompared) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setLong(1, run);
            statement.setString(2, audit.table());
            statement.setBoolean(3, audit.whole());
            statement.setLong(4, rowsCompared);
            statement.setLong(5, audit.differences());
            statement.setLong(6, audit.repaired());
            statement.setLong(7, audit.deleted());
            statement.setLong(8, audit.heldBack());
            statement.setObject(
                    9,
                    audit.verifiedThrough() == null
                            ? null
                            : OffsetDateTime.ofInstant(audit.verifiedThrough(), ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /** When the snapshot of a run was taken; null if the run is not in the ledger. */
    static @Nullable Instant snapshotTime(Connection connection, long run) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SNAPSHOT_TIME)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getObject(1, OffsetDateTime.class).toInstant() : null;
            }
        }
    }

    /** What the manifest of a run that is in the ledger says of comparisons; null if there is nothing to say. */
    static @Nullable WarehouseAudit audit(Connection connection, long run) throws SQLException {
        List<TableAudit> audits = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(AUDITS)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime verified = row.getObject(7, OffsetDateTime.class);
                    audits.add(new TableAudit(
                            row.getString(1),
                            row.getBoolean(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            verified == null ? null : verified.toInstant()));
                }
            }
        }
        List<DifferentRange> differing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ASKED)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    differing.add(new DifferentRange(row.getString(1), row.getLong(2), row.getLong(3)));
                }
            }
        }
        return audits.isEmpty() && differing.isEmpty() ? null : new WarehouseAudit(audits, differing);
    }
}
