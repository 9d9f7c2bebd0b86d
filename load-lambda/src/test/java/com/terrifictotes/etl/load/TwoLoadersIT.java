package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loaders that run beside one another do each run once, and leave the log of the loaded runs without gaps. */
final class TwoLoadersIT {

    private static final Deadline SHORT = new Deadline(() -> Duration.ofSeconds(30));

    private final Faults faults = TestServers.shared().requireLoopback().faults();
    private final Lake lake;
    private final Warehouse warehouse;
    private final Warehouse undisturbed;

    TwoLoadersIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
        undisturbed = new Warehouse(lake, folder.resolve("work"));
    }

    /** The schema is there already: a migration would ask for the lock as well. */
    @BeforeEach
    void commitRuns() {
        warehouse.load();
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        lake.run(3).with("fact_sales_order", Row.sale(2, 22)).commit();
    }

    @Test
    void lastOneFindsTheWorkDone() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<LoadAnswer> one = threads.submit(warehouse::load);
            Future<LoadAnswer> other = threads.submit(warehouse::load);

            assertThat(Stream.of(one.get(), other.get()).flatMap(answer -> answer.loaded().stream()))
                    .containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(List.of(one.get().pending(), other.get().pending())).containsExactly(0L, 0L);
        }
        hasAllRunsWithTheirManifests();
    }

    @Test
    void oneWritesTheManifestThatTheOtherDiedBefore() {
        OvertakenConnections connections = new OvertakenConnections(warehouse.database());
        connections.overtake(() -> {
            faults.next(Operation.PUT_OBJECT, "runs/", new Fault.Refuse(403, "AccessDenied"));
            assertThatExceptionOfType(PipelineException.class).isThrownBy(warehouse::load);
            assertThat(lake.logs().loaded().tail()).isZero();
        });

        assertThat(warehouse.loader(connections).loadPending(Deadline.none()))
                .isEqualTo(new LoadAnswer(List.of(2L, 3L), 0, false, null));

        hasAllRunsWithTheirManifests();
    }

    @Test
    void oneAppendsNothingOverAManifestThatTheOtherIsStillWriting() {
        faults.next(Operation.PUT_OBJECT, "runs/", Fault.conditionalRequestConflict());

        assertThatExceptionOfType(TransientPipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessage("AWS_UNAVAILABLE: cannot append "
                        + lake.logs().loaded().locate(1)
                        + ": another write to it is under way, and no later run may be appended before it; the run is"
                        + " in the warehouse, and the next load writes what is missing");
        assertThat(lake.logs().loaded().tail()).isZero();

        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(2L, 3L), 0, false, null));
        hasAllRunsWithTheirManifests();
    }

    @Test
    void oneThatTheOtherForestalledKeepsToItsTime() {
        OvertakenConnections connections = new OvertakenConnections(warehouse.database());
        connections.overtake(() -> warehouse.loader().loadPending(SHORT));

        assertThat(warehouse.loader(connections).loadPending(SHORT))
                .isEqualTo(new LoadAnswer(List.of(), 2, true, null));
    }

    @Test
    void oneThatTheOtherForestalledCountsTheRunsThatCameMeanwhile() {
        OvertakenConnections connections = new OvertakenConnections(warehouse.database());
        connections.overtake(() -> {
            lake.run(4).with("fact_sales_order", Row.sale(2, 23)).commit();
            warehouse.load();
        });

        assertThat(warehouse.loader(connections).loadPending(SHORT))
                .isEqualTo(new LoadAnswer(List.of(), 0, false, null));
    }

    @Test
    void doesNotWaitForeverForTheOther() throws SQLException {
        warehouse.loader().loadPending(SHORT);
        List<String> before = warehouse.content();
        try (Connection other = warehouse.database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + 0x746f7465 + ", " + "public".hashCode() + ")");
            LoadStage loader = warehouse.loader(
                    Warehouse.connections(warehouse.database().owner()),
                    Migration.all(),
                    Metrics.none(),
                    Duration.ofSeconds(1));

            assertThatExceptionOfType(PipelineException.class)
                    .isThrownBy(() -> loader.loadPending(Deadline.none()))
                    .withMessage(
                            "DATABASE_BUSY: cannot load run 2 into warehouse schema public: another loader has kept"
                                    + " the lock of warehouse schema public for more than 1 s; it ends with that loader's"
                                    + " transaction, whose session stands in pg_stat_activity");
        }
        assertThat(warehouse.content()).isEqualTo(before);
        warehouse.load();
        hasAllRunsWithTheirManifests();
    }

    private void hasAllRunsWithTheirManifests() {
        assertThat(LongStream.rangeClosed(1, 3)
                        .mapToObj(run -> lake.logs().loaded().read(run))
                        .map(manifest -> "(" + manifest.run() + "," + manifest.attempt() + ")"))
                .isEqualTo(warehouse.rows("SELECT run, attempt FROM etl_run ORDER BY run"));
        undisturbed.load();
        assertThat(warehouse.content()).isEqualTo(undisturbed.content());
    }
}
