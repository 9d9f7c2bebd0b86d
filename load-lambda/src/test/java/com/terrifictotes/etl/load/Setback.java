package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.assertj.core.api.AbstractThrowableAssert;

/**
 * A warehouse to which one thing happens after the other. Each finds two runs more. It keeps one of them from being
 * loaded: what was before it is loaded, nothing says that it was, and once the cause is gone the next tick goes on as in
 * a warehouse to which nothing ever happens.
 */
final class Setback {

    private static final Deadline ONE_RUN = new Deadline(() -> Duration.ofSeconds(30));

    private final Path workFolder;
    private final Lake lake;
    private final Warehouse warehouse;
    private final Warehouse undisturbed;

    private long committed = 1;
    private long undisturbedHas = 1;
    private List<String> expected;
    private final List<String> structure;
    private long stoppedAt;

    /**
     * Loads a first run.
     *
     * @param folder nobody else's
     * @param lake empty
     * @param warehouse of that lake, empty
     */
    Setback(Path folder, Lake lake, Warehouse warehouse) {
        this.lake = lake;
        this.warehouse = warehouse;
        workFolder = folder.resolve("work");
        undisturbed = new Warehouse(lake, workFolder);
        Runs.first(lake).commit();
        warehouse.load();
        undisturbed.load();
        expected = undisturbed.content();
        structure = undisturbed.structure();
    }

    /** Commits two runs: staff and designs change; then a currency, staff, and purchases, one with a new location. */
    Lake.Run commitTwo() {
        return commitTwo(run -> run.with("dim_staff", Row.staff(2, "Barbara" + committed)));
    }

    /** The same with something else in the place of the later run's staff, the second unit of three. */
    Lake.Run commitTwo(UnaryOperator<Lake.Run> secondUnit) {
        committed += 2;
        lake.run(early())
                .with("dim_staff", Row.staff(1, "Ada" + committed), Row.staff(3, "Alan"))
                .with("dim_design", Row.design(1, "Steel" + committed))
                .commit();
        return secondUnit
                .apply(lake.run(late()).with("dim_currency", Row.currency(1, "EUR" + committed)))
                .with(
                        "fact_purchase_order",
                        Row.purchase(1, "ITEM" + committed),
                        Row.purchase(2, "ZDOI5EA").with("agreed_delivery_location_id", 100 + (int) committed))
                .commit();
    }

    /** The first of the two runs, which touches no fact and few dimensions. */
    long early() {
        return committed - 1;
    }

    /** The second of the two runs. */
    long late() {
        return committed;
    }

    /** A tick does not get beyond the run before this one; it ends with this error. */
    AbstractThrowableAssert<?, ? extends Throwable> stopsAt(long run) {
        return stopsAt(run, warehouse.loader());
    }

    AbstractThrowableAssert<?, ? extends Throwable> stopsAt(long run, LoadStage loader) {
        return stoppedAt(run, catchThrowableOfType(PipelineException.class, () -> loader.loadPending(Deadline.none())));
    }

    AbstractThrowableAssert<?, ? extends Throwable> stoppedAt(long run, PipelineException failure) {
        stoppedAt = run;
        return assertThat(failure).isNotNull();
    }

    /** The cause is gone. */
    void isOvercome() {
        isOvercomeBy(warehouse.loader());
    }

    void isOvercomeBy(LoadStage loader) {
        leftNoTrace();

        assertThat(loader.loadPending(Deadline.none()))
                .isEqualTo(new LoadAnswer(
                        LongStream.rangeClosed(stoppedAt, committed).boxed().toList(), 0, false, null));

        isLikeUndisturbed(committed);
    }

    /** Neither the warehouse with its ledger, nor the log of the loaded runs, nor the disk has anything of the run. */
    void leftNoTrace() {
        isLikeUndisturbed(stoppedAt - 1);
        if (Files.exists(workFolder)) {
            assertThat(workFolder).isEmptyDirectory();
        }
    }

    private void isLikeUndisturbed(long run) {
        while (undisturbedHas < run) {
            undisturbedHas++;
            undisturbed.loader().loadPending(ONE_RUN);
            expected = undisturbed.content();
        }
        assertThat(warehouse.content()).isEqualTo(expected);
        assertThat(warehouse.structure()).isEqualTo(structure);
        assertThat(lake.logs().loaded().tail()).isEqualTo(run);
    }
}
