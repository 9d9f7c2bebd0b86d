package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.metrics.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a loader, the next one ends with the warehouse of one to which nothing happened. */
final class LoadRecoveryIT {

    private final Path workFolder;
    private final Lake lake;
    private final Warehouse warehouse;
    private final Warehouse undisturbed;

    LoadRecoveryIT(@TempDir Path folder) {
        workFolder = folder.resolve("work");
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, workFolder);
        undisturbed = new Warehouse(lake, workFolder);
    }

    @AfterEach
    void leavesNoFiles() {
        if (Files.exists(workFolder)) {
            assertThat(workFolder).isEmptyDirectory();
        }
    }

    @Test
    void survivesDeathAtAnyStepOfTheMigration() {
        undisturbed.load();
        int step = 1;
        for (boolean killed = true; killed; step++) {
            Warehouse victim = warehouse.another("step_" + step);
            killed = dies(victim, new MortalConnections(victim.database(), step));

            victim.load();

            assertThat(victim.rows("SELECT version, description, checksum FROM schema_migration"))
                    .as("killed at step " + step)
                    .isEqualTo(undisturbed.rows("SELECT version, description, checksum FROM schema_migration"));
        }
        assertThat(step).isGreaterThan(10);
    }

    @Test
    void survivesDeathAtAnyStepOfALaterLoad() {
        Runs.first(lake).commit();
        warehouse.load();
        undisturbed.load();
        int step = 1;
        for (boolean killed = true; killed; step++) {
            lake.run(step + 1)
                    .with("dim_staff", Row.staff(1, "Grace" + step), Row.staff(2, "Alan"))
                    .with("fact_sales_order", Row.sale(2, step), Row.sale(step + 10, 1))
                    .commit();
            MortalConnections connections = new MortalConnections(warehouse.database(), step);
            killed = dies(warehouse, connections);

            warehouse.load();
            undisturbed.load();

            assertThat(warehouse.content()).as("killed at step " + step).isEqualTo(undisturbed.content());
            assertThat(lake.logs().loaded().tail()).isEqualTo(step + 1);
        }
        assertThat(step).isGreaterThan(20);
    }

    @Test
    void lastOfTwoLoadersFindsTheWorkDone() throws Exception {
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        lake.run(3).with("fact_sales_order", Row.sale(2, 22)).commit();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<LoadAnswer> one = threads.submit(warehouse::load);
            Future<LoadAnswer> other = threads.submit(warehouse::load);

            assertThat(Stream.of(one.get(), other.get()).flatMap(answer -> answer.loaded().stream()))
                    .containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(List.of(one.get().pending(), other.get().pending())).containsExactly(0L, 0L);
        }
        undisturbed.load();
        assertThat(warehouse.content()).isEqualTo(undisturbed.content());
    }

    @Test
    void doesNotWaitForeverForAnotherLoader() throws SQLException {
        Runs.first(lake).commit();
        warehouse.load();
        Runs.second(lake).commit();
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
        undisturbed.load();
        assertThat(warehouse.content()).isEqualTo(undisturbed.content());
    }

    @Test
    void startsOverWhenTheWarehouseIsEmptiedUnderAWarmLoader() {
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        undisturbed.load();
        Warehouse own = warehouse.another("star");
        LoadStage loader = own.loader();
        loader.loadPending(Deadline.none());
        own.execute("DROP SCHEMA star CASCADE");

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> loader.loadPending(Deadline.none()))
                .withMessageStartingWith("DATABASE_FAILED: cannot read the ledger of warehouse schema star:");

        assertThat(loader.loadPending(Deadline.none()).loaded()).containsExactly(1L, 2L);
        assertThat(own.content()).isEqualTo(undisturbed.content());
    }

    private static boolean dies(Warehouse victim, MortalConnections connections) {
        try {
            victim.loader(connections).loadPending(Deadline.none());
        } catch (PipelineException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_UNAVAILABLE);
            assertThat(connections.killed()).isTrue();
            return true;
        }
        // Killed after its last step, it may not have noticed.
        return connections.killed();
    }
}
