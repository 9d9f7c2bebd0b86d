package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that does not fit into one run is read by several, and nothing that changes meanwhile is missed. */
class BudgetedReadingIT {

    private static final String MANY_DESIGNS = """
            INSERT INTO design (design_id, design_name, file_location, file_name, last_updated)
            SELECT i * %d, 'design ' || i, '/designs', i || '.json', now() FROM generate_series(2, %d) i
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1_000})
    void firstLoadIsReadInRunsOfSoManyRowsWithoutGapsOrRepetitions(int rows) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 9));

        List<ExtractAnswer> answers = untilComplete(fixture, budget(rows));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.run()).isNotNull());
        for (String table : List.of("design", "sales_order", "payment", "currency", "transaction")) {
            assertThat(allKeys(fixture, table)).as(table).doesNotHaveDuplicates();
        }
        assertThat(allKeys(fixture, "design"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 9).boxed().toList());
        assertThat(fixture.tick().run()).as("everything is complete").isNull();
        for (long run = 1; run <= answers.size(); run++) {
            RunManifest manifest = fixture.manifest(run);
            long own = manifest.tables().stream()
                    .filter(table -> !List.of("department", "address").contains(table.table()))
                    .mapToLong(TableExtract::rows)
                    .sum();
            assertThat(own).as("rows of run %d", run).isLessThanOrEqualTo(rows);
        }
    }

    @Test
    void dimensionsAreCompleteBeforeFactsBegin() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 9));

        untilComplete(fixture, budget(4));

        long dimensionsEnd = 0;
        long factsBegin = Long.MAX_VALUE;
        for (long run = 1; run <= fixture.logs.committed().tail(); run++) {
            for (String table : fixture.tables(run)) {
                if (List.of("sales_order", "purchase_order", "payment").contains(table)) {
                    factsBegin = Math.min(factsBegin, run);
                } else {
                    dimensionsEnd = Math.max(dimensionsEnd, run);
                }
            }
        }
        assertThat(dimensionsEnd).isLessThanOrEqualTo(factsBegin);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1, 40_000_000, -53_000_000})
    void keysMayBeSparseAndNegative(int step) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(step, 40));

        untilComplete(fixture, budget(6));

        assertThat(allKeys(fixture, "design"))
                .doesNotHaveDuplicates()
                .containsAll(
                        IntStream.rangeClosed(2, 40).map(i -> i * step).boxed().toList());
    }

    @Test
    void largestAndSmallestKeysAreRead() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("""
                INSERT INTO design (design_id, design_name, file_location, file_name, last_updated)
                VALUES (2147483647, 'last', '', '', now()), (-2147483648, 'first', '', '', now())
                """);

        untilComplete(fixture, budget(2));

        assertThat(allKeys(fixture, "design")).containsExactlyInAnyOrder(Integer.MIN_VALUE, 1, Integer.MAX_VALUE);
    }

    @Test
    void whatChangesBehindTheCursorIsReadWhenTheReadingIsComplete() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 30));
        long cursor;
        do {
            fixture.tick(budget(5));
            cursor = requireNonNullElse(cursor(fixture, "design"), 0L);
        } while (cursor < 10);
        fixture.source.execute("UPDATE design SET design_name = 'changed' WHERE design_id IN (2, 29)");
        fixture.source.execute("DELETE FROM design WHERE design_id = 28");
        fixture.source.execute("UPDATE design SET design_id = 3000 WHERE design_id = 3");
        fixture.source.execute("UPDATE design SET design_id = -30 WHERE design_id = 30");

        untilComplete(fixture, budget(5));
        fixture.tick();

        assertThat(lastRecord(fixture, "design", 2)).contains("changed");
        assertThat(lastRecord(fixture, "design", 29)).contains("changed");
        assertThat(allKeys(fixture, "design")).contains(3000, -30).doesNotContain(28, 30);
        assertThat(fixture.tick().run()).isNull();
    }

    @Test
    void changesThatDoNotFitAreReadByKeyAsWell() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 30));
        fixture.tick();
        fixture.source.execute("UPDATE design SET design_name = 'changed' WHERE design_id % 2 = 0");

        List<ExtractAnswer> answers = untilComplete(fixture, budget(4));

        assertThat(answers).hasSizeGreaterThan(3);
        List<Integer> keys = new ArrayList<>();
        for (long run = 2; run <= fixture.logs.committed().tail(); run++) {
            keys.addAll(fixture.keys(run, "design"));
        }
        assertThat(keys)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 15).map(i -> 2 * i).boxed().toList());
        assertThat(fixture.tick().run()).isNull();
    }

    @Test
    void tablesThatAreCompleteAreFollowedWhileOthersAreStillReadInFull() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 30));
        while (cursor(fixture, "design") == null) {
            fixture.tick(budget(12));
        }
        fixture.source.execute("UPDATE currency SET currency_code = 'EUR'");

        fixture.tick(budget(5));

        long run = fixture.logs.committed().tail();
        assertThat(fixture.records(run, "currency")).singleElement().asString().contains("EUR");
        assertThat(fixture.keys(run, "design")).hasSize(4);
    }

    @Test
    void partOfATableTravelsWithWhatItJoinsTo() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();

        untilComplete(fixture, budget(1));

        for (long run = 1; run <= fixture.logs.committed().tail(); run++) {
            for (String staff : fixture.records(run, "staff")) {
                int department = Integer.parseInt(staff.split(",", -1)[3]);
                assertThat(fixture.keys(run, "department")).as("run %d", run).contains(department);
            }
            for (String counterparty : fixture.records(run, "counterparty")) {
                int address = Integer.parseInt(counterparty.split(",", -1)[2]);
                assertThat(fixture.keys(run, "address")).as("run %d", run).contains(address);
            }
        }
        assertThat(new TreeSet<>(allKeys(fixture, "staff"))).containsExactly(1, 2, 3);
        assertThat(new TreeSet<>(allKeys(fixture, "address"))).containsExactly(1, 2, 3);
    }

    /** The parent is read before the child, then changes, and then the child is read: it must not stay as it was. */
    @Test
    void renamedDepartmentReachesStaffThatWasReadBefore() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        do {
            fixture.tick(budget(2));
        } while (!fixture.tables(fixture.logs.committed().tail()).contains("staff"));
        fixture.source.execute("UPDATE department SET department_name = 'Trade' WHERE department_id = 1");

        untilComplete(fixture, budget(2));
        fixture.tick(budget(100));

        long last = 0;
        for (long run = 1; run <= fixture.logs.committed().tail(); run++) {
            if (fixture.keys(run, "staff").contains(1)) {
                last = run;
            }
        }
        assertThat(fixture.records(last, "department")).anyMatch(department -> department.startsWith("1,Trade,"));
        assertThat(fixture.tick().run()).isNull();
    }

    @Test
    void bytesEndARunAfterTheSliceThatExceedsThem() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();

        List<ExtractAnswer> answers = untilComplete(fixture, limits(new RunLimits(1_000, 1, Duration.ofMinutes(5))));

        assertThat(answers).hasSizeGreaterThanOrEqualTo(11);
        assertThat(fixture.tables(1)).containsExactly("currency");
    }

    @Test
    void timeEndsARunAfterTheFirstSlice() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();

        fixture.tick(limits(new RunLimits(1_000, 1_000_000, Duration.ofNanos(1))));

        assertThat(fixture.tables(1)).containsExactly("currency");
    }

    @Test
    void runEndsBeforeLambdaEndsIt() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        List<Duration> remaining =
                new ArrayList<>(List.of(Duration.ofMinutes(15), Duration.ofMinutes(15), Duration.ofSeconds(119)));
        Deadline deadline = new Deadline(() -> remaining.size() > 1 ? remaining.removeFirst() : remaining.getFirst());

        ExtractAnswer answer = fixture.stage().extract(ExtractRequest.changes(), deadline);

        assertThat(answer.more()).isTrue();
        assertThat(fixture.tables(1)).containsExactly("currency", "payment_type");
    }

    /** Every run is killed once before it may commit; what it had written stays unused. */
    @Test
    void killedRunsOnlyCostTime() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS.formatted(1, 20));
        boolean more = true;
        while (more) {
            long before = fixture.logs.committed().tail();
            assertThat(fixture.tickThatIsKilledBeforeItsCommit(budget(4))).isTrue();
            assertThat(fixture.logs.committed().tail()).isEqualTo(before);
            more = fixture.tick(budget(4)).more();
        }

        assertThat(allKeys(fixture, "design"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
        assertThat(fixture.tick().run()).isNull();
    }

    private static ExtractSettings budget(int rows) {
        return limits(new RunLimits(rows, 1L << 30, Duration.ofMinutes(5)));
    }

    private static ExtractSettings limits(RunLimits limits) {
        return new ExtractSettings(ChangeDetection.bySnapshot(), limits, 1);
    }

    private static List<ExtractAnswer> untilComplete(ExtractFixture fixture, ExtractSettings settings) {
        List<ExtractAnswer> answers = new ArrayList<>();
        do {
            answers.add(fixture.tick(settings));
            assertThat(answers).as("runs").hasSizeLessThan(200);
        } while (answers.getLast().more());
        return answers;
    }

    private static @Nullable Long cursor(ExtractFixture fixture, String table) {
        long tail = fixture.logs.committed().tail();
        if (tail == 0) {
            return null;
        }
        Long cursor = fixture.manifest(tail).table(table).orElseThrow().cursor();
        return cursor != null && cursor == TableExtract.BEFORE_EVERY_KEY ? null : cursor;
    }

    private static List<Integer> allKeys(ExtractFixture fixture, String table) {
        List<Integer> keys = new ArrayList<>();
        for (long run = 1; run <= fixture.logs.committed().tail(); run++) {
            keys.addAll(fixture.keys(run, table));
        }
        return keys;
    }

    private static String lastRecord(ExtractFixture fixture, String table, int key) {
        String last = "";
        for (long run = 1; run <= fixture.logs.committed().tail(); run++) {
            for (String record : fixture.records(run, table)) {
                if (record.startsWith(key + ",")) {
                    last = record;
                }
            }
        }
        return last;
    }
}
