package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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

    @Test
    void goesOnWhereAWarehouseEndsThatIsRestoredUnderAWarmLoader() {
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        undisturbed.loader().loadPending(new Deadline(() -> Duration.ofSeconds(30)));
        AtomicReference<Warehouse> current = new AtomicReference<>(warehouse);
        LoadStage loader = warehouse.loader(
                () -> Warehouse.connections(current.get().database().owner()).get());
        loader.loadPending(Deadline.none());
        current.set(undisturbed);

        assertThat(loader.loadPending(Deadline.none())).isEqualTo(new LoadAnswer(List.of(2L), 0, false, null));

        assertThat(undisturbed.content()).isEqualTo(warehouse.content());
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
