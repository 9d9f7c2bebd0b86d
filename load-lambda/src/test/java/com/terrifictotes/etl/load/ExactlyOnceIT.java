package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.load.RandomRuns.UnitRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random runs arrive, some of their objects late; loaders are killed at random steps, fail at the last one, race, and find
 * the warehouse restored from a backup or empty. In the end it is what the runs say, and one that is rebuilt is the same.
 */
final class ExactlyOnceIT {

    private static final int RUNS = 7;

    /** A run takes fewer steps unless it touches every table; the deaths beyond that are loads that succeed. */
    private static final int STEPS = 60;

    /** What a function that is about to be stopped has left: it begins one run. */
    private static final Deadline ONE_RUN = new Deadline(() -> Duration.ofSeconds(30));

    /** An object that is not there yet. */
    private record Late(Lake.Run run, int unit, UnitRows rows) {}

    private final Path folder;
    private final Lake lake;
    private final WarehouseModel model = new WarehouseModel();
    private final List<Late> late = new ArrayList<>();
    private int committed;

    private Warehouse warehouse;
    private @Nullable Warehouse backup;

    /** Kept through everything, as a function is that stays warm. */
    private final LoadStage warm;

    ExactlyOnceIT(@TempDir Path folder) {
        this.folder = folder;
        lake = new Lake(folder.resolve("lake"));
        warehouse = newWarehouse();
        warm = warehouse.loader(
                () -> Warehouse.connections(warehouse.database().owner()).get());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void warehouseEndsAsTheRunsSay(long seed) throws Exception {
        Random random = new Random(seed);
        RandomRuns runs = new RandomRuns(random);
        while (committed < RUNS || !late.isEmpty()) {
            happen(random, runs);
        }
        tick(warm);

        ModelCheck check = new ModelCheck(model, warehouse);
        check.checkWarehouse();
        check.checkLog(lake.logs().loaded());
        isTheSameWhenRebuilt();
    }

    private void happen(Random random, RandomRuns runs) throws Exception {
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> {
                commit(random, runs);
                meetTrouble(random);
            }
            case 3, 4 -> {
                deliver(random);
                meetTrouble(random);
            }
            case 5 -> tick(warm);
            case 6 -> restore(random);
            default -> throw new IllegalStateException("there are no more cases");
        }
    }

    /** While something is pending: a loader that has nothing to do is not hurt by much. */
    private void meetTrouble(Random random) throws Exception {
        switch (random.nextInt(5)) {
            case 0, 1 -> die(1 + random.nextInt(STEPS));
            case 2, 3 -> fail();
            case 4 -> race(random);
            default -> throw new IllegalStateException("there are no more cases");
        }
    }

    private void commit(Random random, RandomRuns runs) {
        if (committed == RUNS) {
            return;
        }
        committed++;
        List<UnitRows> units = runs.next();
        Lake.Run run = lake.run(committed);
        for (int unit = 0; unit < units.size(); unit++) {
            UnitRows rows = units.get(unit);
            if (random.nextInt(8) == 0) {
                run.without(rows.table());
                late.add(new Late(run, unit, rows));
            } else {
                run.with(rows.table(), rows.quarantined(), rows.rows());
            }
        }
        run.commit();
        model.load(units);
    }

    private void deliver(Random random) {
        if (!late.isEmpty()) {
            Late object = late.remove(random.nextInt(late.size()));
            object.run()
                    .complete(
                            object.unit(),
                            object.rows().quarantined(),
                            object.rows().rows());
        }
    }

    private static void tick(LoadStage loader) {
        LoadAnswer answer = loader.loadPending(Deadline.none());
        assertThat(answer.more()).isEqualTo(answer.waitingFor() != null);
    }

    private void die(int step) {
        MortalConnections connections = new MortalConnections(warehouse.database(), step);
        try {
            warehouse.loader(connections).loadPending(Deadline.none());
        } catch (PipelineException e) {
            if (!connections.killed()) {
                throw e;
            }
            assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_UNAVAILABLE);
        }
    }

    /** The disk is full when all rows are there, and only the last lines of the ledger are missing. */
    private void fail() {
        if (warehouse.text("SELECT to_regclass('etl_run_table')") == null) {
            return;
        }
        warehouse.execute("CREATE FUNCTION extend() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END$$;"
                + " CREATE TRIGGER extend BEFORE INSERT ON etl_run_table FOR EACH ROW EXECUTE FUNCTION extend()");
        try {
            warm.loadPending(Deadline.none());
        } catch (PipelineException e) {
            assertThat(e).hasMessageContaining("SQLState 53100, no space");
        }
        warehouse.execute("DROP FUNCTION extend CASCADE");
    }

    /** Three at once: one lives, one is killed somewhere, one does a single run. */
    private void race(Random random) throws Exception {
        int step = 1 + random.nextInt(STEPS);
        List<Callable<Void>> loaders = List.of(
                () -> {
                    tick(warm);
                    return null;
                },
                () -> {
                    die(step);
                    return null;
                },
                () -> {
                    warehouse.loader().loadPending(ONE_RUN);
                    return null;
                });
        try (ExecutorService threads = Executors.newFixedThreadPool(loaders.size())) {
            for (Future<Void> loader : threads.invokeAll(loaders)) {
                loader.get();
            }
        }
    }

    /** The log of the loaded runs is ahead of such a warehouse, which is loaded again from where its ledger ends. */
    private void restore(Random random) {
        Warehouse restored = backup;
        if (restored == null && random.nextInt(4) > 0) {
            backup = warehouse.backup();
            return;
        }
        backup = null;
        warehouse = restored == null ? newWarehouse() : restored;
        try {
            warm.loadPending(Deadline.none());
        } catch (PipelineException e) {
            // A warm function that meets an empty database makes its tables in the next tick.
            assertThat(e).hasMessageStartingWith("DATABASE_FAILED: cannot read the ledger");
        }
    }

    private void isTheSameWhenRebuilt() {
        Warehouse atOnce = warehouse.another("at_once");
        atOnce.load();
        Warehouse runByRun = warehouse.another("run_by_run");
        for (int run = 1; run <= RUNS; run++) {
            assertThat(runByRun.loader().loadPending(ONE_RUN).loaded()).containsExactly((long) run);
        }
        for (Warehouse rebuilt : List.of(atOnce, runByRun)) {
            assertThat(rebuilt.content()).isEqualTo(warehouse.content());
            assertThat(rebuilt.structure()).isEqualTo(warehouse.structure());
        }
    }

    private Warehouse newWarehouse() {
        return new Warehouse(lake, folder.resolve("work"));
    }
}
