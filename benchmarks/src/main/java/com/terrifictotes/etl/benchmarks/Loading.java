package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.load.LoadAnswer;
import com.terrifictotes.etl.load.LoadStage;
import com.terrifictotes.etl.load.Migration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;

/** The load stage into a warehouse, as a function has it; the one place that builds and calls it. */
final class Loading {

    private static final String SCHEMA = "public";

    private final RunLogs logs;
    private final LoadStage stage;

    /**
     * @param ingestion the bucket with runs
     * @param processed the bucket with Parquet
     * @param loaded the bucket that says what is loaded: for a function it is the one with Parquet
     * @param warehouse where to
     * @param workFolder for temporary files; made if it does not exist
     */
    Loading(ObjectStore ingestion, ObjectStore processed, ObjectStore loaded, Database warehouse, Path workFolder) {
        this.logs = RunLogs.of(ingestion, loaded);
        this.stage = new LoadStage(
                Totesys.CATALOGUE,
                Migration.all(),
                logs,
                processed,
                warehouse,
                SCHEMA,
                Metrics.none(),
                Clock.systemUTC(),
                workFolder,
                LoadStage.MASS_DELETION_PERCENT);
    }

    /** Invokes the stage until nothing is pending. */
    void everything() {
        LoadAnswer answer;
        do {
            answer = invoke();
        } while (answer.more());
    }

    /**
     * One invocation.
     *
     * @throws IllegalStateException if it did not load one run
     */
    void oneRun() {
        LoadAnswer answer = invoke();
        if (answer.loaded().size() != 1 || answer.more()) {
            throw new IllegalStateException("one run was to be loaded: " + answer);
        }
    }

    /**
     * Checks that the last run brought new versions of sales orders, and nothing else.
     *
     * @param salesOrders how many
     * @throws IllegalStateException if it brought anything else
     */
    void requireBrought(long salesOrders) {
        LoadManifest manifest = logs.loaded().read(logs.loaded().tail());
        for (TableLoad table : manifest.tables()) {
            long expected = table.table().equals(Transformation.LARGE_TARGET) ? salesOrders : 0;
            if (table.inserted() != expected || table.updated() + table.inferred() + table.quarantined() > 0) {
                throw new IllegalStateException("run " + manifest.run() + " brought " + table + "; expected were "
                        + expected + " new rows; let nobody write to the database meanwhile");
            }
        }
    }

    /**
     * What a table took of the loads of a warehouse, by its ledger.
     *
     * @param after the run after which they count
     * @return seconds
     */
    static double secondsOf(String table, long after, Warehouse warehouse) throws SQLException {
        try (Connection connection = warehouse.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT coalesce(sum(duration_ms), 0) FROM etl_run_table WHERE table_name = ? AND run > ?")) {
            statement.setString(1, table);
            statement.setLong(2, after);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) / 1e3;
            }
        }
    }

    private LoadAnswer invoke() {
        LoadAnswer answer = stage.loadPending(Deadline.none());
        if (answer.waitingFor() != null) {
            throw new IllegalStateException(answer.waitingFor());
        }
        return answer;
    }
}
