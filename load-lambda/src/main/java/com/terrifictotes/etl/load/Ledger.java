package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunManifest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The tables {@code etl_run}, {@code etl_run_table} and {@code etl_run_object}: which runs are in the warehouse, and what
 * they brought. They are the truth.
 */
final class Ledger {

    /**
     * The end of the ledger.
     *
     * @param run the last run, 0 if there is none (in a warehouse that was adopted, 0 has a row as well)
     * @param extractAttempt which extraction wrote it; empty if there is none
     * @param schemaVersion the last migration of the schema
     */
    record Head(long run, String extractAttempt, int schemaVersion) {}

    private static final String HEAD = """
            SELECT coalesce(run, 0), coalesce(extract_attempt, ''), (SELECT max(version) FROM schema_migration)
            FROM (VALUES (true)) AS always LEFT JOIN (SELECT run, extract_attempt FROM etl_run ORDER BY run DESC LIMIT 1)
                AS last ON true""";

    private static final String BEGIN =
            "INSERT INTO etl_run (run, attempt, extract_attempt, snapshot_time) VALUES (?, ?, ?, ?)";

    private static final String END = """
            UPDATE etl_run SET committed_at = clock_timestamp(), duration_ms = ?
            WHERE run = ? RETURNING committed_at""";

    private static final String RECORD_TABLE = """
            INSERT INTO etl_run_table (run, table_name, rows_read, inserted, updated, unchanged, inferred, quarantined,
                bytes, duration_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String RECORD_OBJECT = """
            INSERT INTO etl_run_object (run, object, table_name, rows_read, quarantined, bytes, inputs)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String RUN = "SELECT attempt, snapshot_time, committed_at FROM etl_run WHERE run = ?";

    private static final String TABLES = """
            SELECT table_name, rows_read, inserted, updated, unchanged, inferred, quarantined
            FROM etl_run_table WHERE run = ? ORDER BY table_name COLLATE "C"
            """;

    private Ledger() {}

    static Head head(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HEAD)) {
            row.next();
            return new Head(row.getLong(1), row.getString(2), row.getInt(3));
        }
    }

    /** The first statement of a load: the primary key refuses the second load of a run before it does any work. */
    static void begin(Connection connection, RunManifest run, String attempt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setLong(1, run.run());
            statement.setString(2, attempt);
            statement.setString(3, run.attempt());
            statement.setObject(4, OffsetDateTime.ofInstant(run.snapshotTime(), ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /**
     * The last statements of a load.
     *
     * @return the time of the commit, by the clock of the warehouse
     */
    static Instant end(
            Connection connection,
            long run,
            Collection<TableCounts> tables,
            Collection<LoadedObject> objects,
            Duration duration)
            throws SQLException {
        recordTables(connection, run, tables);
        recordObjects(connection, run, objects);
        try (PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setLong(1, duration.toMillis());
            statement.setLong(2, run);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return instant(row, 1);
            }
        }
    }

    private static void recordTables(Connection connection, long run, Collection<TableCounts> tables)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD_TABLE)) {
            for (TableCounts table : tables) {
                TableLoad load = table.toTableLoad();
                statement.setLong(1, run);
                statement.setString(2, load.table());
                statement.setLong(3, load.read());
                statement.setLong(4, load.inserted());
                statement.setLong(5, load.updated());
                statement.setLong(6, load.unchanged());
                statement.setLong(7, load.inferred());
                statement.setLong(8, load.quarantined());
                statement.setLong(9, table.bytes());
                statement.setLong(10, table.duration().toMillis());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void recordObjects(Connection connection, long run, Collection<LoadedObject> objects)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD_OBJECT)) {
            for (LoadedObject object : objects) {
                statement.setLong(1, run);
                statement.setString(2, object.unit().output());
                statement.setString(3, object.unit().target());
                statement.setLong(4, object.rows());
                statement.setLong(5, object.quarantined());
                statement.setLong(6, object.bytes());
                statement.setArray(
                        7,
                        connection.createArrayOf(
                                "varchar", object.unit().inputs().toArray()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** What the ledger says of a run that is in it, as its manifest in the processed bucket. */
    static LoadManifest manifest(Connection connection, long run) throws SQLException {
        List<TableLoad> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tables.add(new TableLoad(
                            row.getString(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(7)));
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(RUN)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("run " + run + " is not in the ledger");
                }
                return new LoadManifest(
                        Manifest.VERSION,
                        run,
                        row.getString(1),
                        instant(row, 2),
                        instant(row, 3),
                        tables,
                        AuditLedger.audit(connection, run));
            }
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
