package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.SALES_ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units of a batch may be made in any order and at the same time; what comes of them, and of a failure, is the same. */
class SeveralUnitsIT {

    private static final int UNITS = 8;
    private static final int ROWS = 300;
    private static final LocalDate FIRST = LocalDate.of(2020, 1, 1);

    @TempDir
    private Path folder;

    private Faults faults;
    private TestRun run;
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();

    @BeforeEach
    void start() {
        faults = TestServers.shared().requireLoopback().faults();
        run = new TestRun(folder);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        faults.clear();
        assertThat(folder).isEmptyDirectory();
    }

    /** Each unit has days of its own, each of which is one of the calendar; a day that two units share is there once. */
    @RepeatedTest(5)
    void theCalendarHasTheDaysOfEveryUnit() {
        facts();
        String calendar = run.unit("dim_date", inputs.toArray(String[]::new));
        run.commit();

        TransformedBatch answer = run.stage.transform(1, 1);

        assertThat(run.rows("dim_date", calendar))
                .extracting(row -> row.substring(0, row.indexOf('|')))
                .isEqualTo(days());
        for (int unit = 0; unit < UNITS; unit++) {
            assertThat(run.rows(SALES_ORDER.target(), outputs.get(unit)))
                    .extracting(row -> row.substring(0, row.indexOf('|')))
                    .isEqualTo(keys(unit));
        }
        assertThat(answer.rows()).isEqualTo((long) UNITS * ROWS + days().size());
        assertThat(answer.quarantined()).isEqualTo(UNITS);
        assertThat(reports()).hasSize(UNITS + 1);
    }

    @Test
    void slowObjectsChangeNothing() {
        facts();
        String calendar = run.unit("dim_date", inputs.toArray(String[]::new));
        run.commit();
        faults.next(Operation.GET_OBJECT, inputs.getFirst(), new Fault.Delay(Duration.ofMillis(300)));
        faults.next(Operation.PUT_OBJECT, outputs.get(1), new Fault.Delay(Duration.ofMillis(300)));

        run.stage.transform(1, 1);

        assertThat(run.rows("dim_date", calendar)).hasSize(days().size());
        assertThat(reports()).hasSize(UNITS + 1);
    }

    /** A process that is killed meanwhile must have told of what is there: the next one finds it and keeps silent. */
    @Test
    void whatIsThereIsReportedWhileAnotherUnitIsStillMade() throws Exception {
        facts();
        run.commit();
        faults.next(Operation.GET_OBJECT, inputs.getFirst(), new Fault.Delay(Duration.ofSeconds(2)));

        CompletableFuture<?> batch = CompletableFuture.runAsync(() -> run.stage.transform(1, 1));
        while (reports().isEmpty() && !batch.isDone()) {
            Thread.sleep(10);
        }

        assertThat(run.processed.exists(outputs.getFirst())).isFalse();
        batch.get();
        assertThat(reports()).hasSize(UNITS);
    }

    @Test
    void aCorruptObjectFailsTheBatchAndLeavesNothingHalfDone() {
        facts();
        byte[] content = (SALES_ORDER.header() + "\n" + SALES_ORDER.record(1) + "\n").getBytes(StandardCharsets.UTF_8);
        String corrupt = run.csv(SALES_ORDER.table(), content, 2);
        String output = run.unit(SALES_ORDER.target(), corrupt);
        inputs.add(corrupt);
        String calendar = run.unit("dim_date", inputs.toArray(String[]::new));
        run.commit();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> run.stage.transform(1, 1))
                    .isInstanceOf(PipelineException.class)
                    .hasMessage(
                            "OBJECT_CORRUPT: " + run.ingestion.locate(corrupt) + " has 1 records; the manifest says 2");
            assertThat(folder).isEmptyDirectory();
        }
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.processed.exists(calendar)).isFalse();
        assertThat(outputs).as("the others are made all the same").allMatch(run.processed::exists);
        assertThat(reports()).as("each object is reported once").hasSize(UNITS);
    }

    @Test
    void severalCorruptObjectsFailTheBatchOnce() {
        byte[] content = (SALES_ORDER.header() + "\n" + SALES_ORDER.record(1) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int unit = 0; unit < UNITS; unit++) {
            outputs.add(run.unit(SALES_ORDER.target(), run.csv(SALES_ORDER.table(), content, 2)));
        }
        run.commit();
        String good = run.unit(SALES_ORDER.target(), run.csv(SALES_ORDER.table(), content, 1));
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(" has 1 records; the manifest says 2");
        assertThat(folder).isEmptyDirectory();

        assertThat(run.stage.transform(2, 1).rows()).isEqualTo(1);
        assertThat(run.rows(SALES_ORDER.target(), good)).hasSize(1);
        assertThat(outputs).noneMatch(run.processed::exists);
    }

    /** What was there before the connection broke is not reported again. */
    @Test
    void aBrokenConnectionIsTriedAgain() {
        facts();
        String calendar = run.unit("dim_date", inputs.toArray(String[]::new));
        run.commit();
        faults.next(Operation.GET_OBJECT, inputs.get(4), new Fault.CutBody(1_000));

        assertThatThrownBy(() -> run.stage.transform(1, 1)).isInstanceOf(TransientPipelineException.class);
        assertThat(folder).isEmptyDirectory();
        assertThat(run.processed.exists(calendar)).isFalse();
        TransformedBatch answer = run.stage.transform(1, 1);

        assertThat(answer.rows()).isEqualTo((long) UNITS * ROWS + days().size());
        assertThat(run.rows("dim_date", calendar)).hasSize(days().size());
        assertThat(reports()).hasSize(UNITS + 1);
    }

    /** One for each object that was made. */
    private List<String> reports() {
        return run.metrics.stream()
                .filter(line -> line.startsWith("ROWS_TRANSFORMED "))
                .toList();
    }

    /** Units of a fact, each with a row that cannot be represented. */
    private void facts() {
        for (int unit = 0; unit < UNITS; unit++) {
            int first = unit * ROWS;
            List<String> records = new ArrayList<>(IntStream.range(first, first + ROWS)
                    .mapToObj(key -> SALES_ORDER.record(
                            key, "agreed_delivery_date", FIRST.plusDays(key).toString()))
                    .toList());
            records.add(ROWS / 2, SALES_ORDER.record(-1, "agreed_delivery_date", "1999-01-0x"));
            inputs.add(run.csv(SALES_ORDER.table(), SALES_ORDER.header(), records.toArray(String[]::new)));
            outputs.add(run.unit(SALES_ORDER.target(), inputs.getLast()));
        }
    }

    private static List<String> keys(int unit) {
        return IntStream.range(unit * ROWS, (unit + 1) * ROWS)
                .mapToObj(Integer::toString)
                .toList();
    }

    /** The other days of the records (creation, payment) are among them. */
    private static List<String> days() {
        return IntStream.range(0, UNITS * ROWS)
                .mapToObj(day -> FIRST.plusDays(day).toString())
                .toList();
    }
}
