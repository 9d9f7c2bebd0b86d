package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision how a table is read, without a database. */
class ReadingPlanTest {

    private static final SourceIdentity SOURCE = new SourceIdentity("7435987123456789012", 3, false, "totesys", 16_384);
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final long HORIZON = (5L << 32) + 1_000;
    private static final Watermark WATERMARK = new Watermark(HORIZON, NOW, List.of(1_001L));
    private static final Watermark EARLIER = new Watermark(HORIZON - 500, NOW.minusSeconds(300), List.of());

    @Test
    void firstRunReadsEveryTableInFullWithoutAWarning() {
        ReadingPlan plan = plan(null, SOURCE, HORIZON);

        assertThat(plan.readings()).hasSize(11);
        assertThat(plan.readings().values())
                .allSatisfy(reading -> assertThat(reading.reading()).isEqualTo(Reading.FULL));
        assertThat(plan.reasonsForFull()).isEmpty();
    }

    @Test
    void completeTableIsFollowedFromItsWatermark() {
        ReadingPlan plan = plan(run(complete()), SOURCE, HORIZON + 10);

        assertThat(plan.readings().values()).allSatisfy(reading -> {
            assertThat(reading.reading()).isEqualTo(Reading.CHANGES);
            assertThat(reading.since()).isEqualTo(WATERMARK);
            assertThat(reading.continues()).isFalse();
        });
        assertThat(plan.reasonsForFull()).isEmpty();
    }

    static List<SourceIdentity> otherSources() {
        return List.of(
                new SourceIdentity("7435987123456789013", 3, false, "totesys", 16_384),
                new SourceIdentity("7435987123456789012", 4, false, "totesys", 16_384),
                new SourceIdentity("7435987123456789012", 3, true, "totesys", 16_384),
                new SourceIdentity("7435987123456789012", 3, false, "totesys2", 16_384),
                new SourceIdentity("7435987123456789012", 3, false, "totesys", 16_385));
    }

    @ParameterizedTest
    @MethodSource("otherSources")
    void anotherSystemTimelineOrDatabaseIsReadInFull(SourceIdentity other) {
        ReadingPlan plan = plan(run(complete()), other, HORIZON + 10);

        assertThat(plan.readings().values()).allMatch(reading -> reading.reading() == Reading.FULL);
        assertThat(plan.reasonsForFull().values())
                .singleElement()
                .asString()
                .startsWith("the source is another one than in run 7");
    }

    /** The first transaction number not given out, relative to the recorded horizon. */
    @ParameterizedTest
    @CsvSource({
        "-4294967296, FULL",
        "-1, FULL",
        "0, CHANGES",
        "1, CHANGES",
        "2130706431, CHANGES",
        "2130706432, FULL",
        "2147483648, FULL",
        "4294967295, FULL",
        "4294967296, FULL",
        "4294967297, FULL",
        "12884901888, FULL"
    })
    void horizonIsReadFromOnlyWithinHalfTheCircle(long distance, Reading expected) {
        ReadingPlan plan = plan(run(complete()), SOURCE, HORIZON + distance);

        assertThat(plan.readings().values())
                .allSatisfy(reading -> assertThat(reading.reading()).isEqualTo(expected));
        assertThat(plan.reasonsForFull()).hasSize(expected == Reading.CHANGES ? 0 : distance < 0 ? 1 : 11);
    }

    @Test
    void agedHorizonMattersOnlyWhereTransactionsAreAsked() {
        ChangeDetection detection = new ChangeDetection(
                ChangeDetection.Strategy.LAST_UPDATED,
                Map.of("department", ChangeDetection.Strategy.SNAPSHOT),
                ChangeDetection.DEFAULT_LOOKBACK);
        ReadingPlan plan = new ReadingPlan(
                Totesys.CATALOGUE,
                detection,
                run(complete()),
                Reading.CHANGES,
                SOURCE,
                HORIZON + (1L << 31),
                relations());

        assertThat(plan.readings().values().stream()
                        .filter(reading -> reading.reading() == Reading.FULL)
                        .map(TableReading::name))
                .containsExactlyInAnyOrder("department", "staff");
    }

    @Test
    void numbersThatMayHaveBeenGivenOutAgainAreNotTakenForSeen() {
        ReadingPlan plan = new ReadingPlan(
                Totesys.CATALOGUE,
                new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), ChangeDetection.DEFAULT_LOOKBACK),
                run(complete()),
                Reading.CHANGES,
                SOURCE,
                HORIZON + (1L << 31),
                relations());

        assertThat(plan.readings().values()).allSatisfy(reading -> {
            assertThat(reading.reading()).isEqualTo(Reading.CHANGES);
            assertThat(requireNonNull(reading.since()).seen()).isEmpty();
        });
    }

    @Test
    void unfinishedReadingTakesNoOldNumbersForSeenEither() {
        Map<String, TableExtract> tables = complete();
        tables.put("design", extract("design", Reading.CHANGES, WATERMARK, WATERMARK, 4_000L));
        ReadingPlan plan = new ReadingPlan(
                Totesys.CATALOGUE,
                new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), ChangeDetection.DEFAULT_LOOKBACK),
                run(tables),
                Reading.CHANGES,
                SOURCE,
                HORIZON + (1L << 31),
                relations());

        TableReading reading = requireNonNull(plan.readings().get("design"));
        assertThat(reading.after()).isEqualTo(4_000);
        assertThat(requireNonNull(reading.since()).seen()).isEmpty();
    }

    @Test
    void unfinishedReadingGoesOnBehindItsCursor() {
        TableExtract half = extract("sales_order", Reading.FULL, null, WATERMARK, 4_000L);
        TableReading reading = reading(half);

        assertThat(reading.reading()).isEqualTo(Reading.FULL);
        assertThat(reading.after()).isEqualTo(4_000);
        assertThat(reading.begun()).isEqualTo(WATERMARK);
    }

    @Test
    void unfinishedChangesGoOnWithWhatTheyAreReadSince() {
        TableExtract half = extract("sales_order", Reading.CHANGES, EARLIER, WATERMARK, 4_000L);
        TableReading reading = reading(half);

        assertThat(reading.reading()).isEqualTo(Reading.CHANGES);
        assertThat(reading.since()).isEqualTo(EARLIER);
        assertThat(reading.begun()).isEqualTo(WATERMARK);
        assertThat(reading.after()).isEqualTo(4_000);
    }

    @Test
    void unfinishedChangesThatAreTooOldAreReadInFull() {
        Watermark ancient = new Watermark(HORIZON + 10 - (1L << 31), NOW, List.of());
        TableExtract half = extract("sales_order", Reading.CHANGES, ancient, WATERMARK, 4_000L);
        TableReading reading = reading(half);

        assertThat(reading.reading()).isEqualTo(Reading.FULL);
        assertThat(reading.continues()).isFalse();
    }

    @Test
    void readingThatWasNotBegunBeginsWithTheNewSnapshot() {
        TableExtract waiting = extract("sales_order", Reading.FULL, null, WATERMARK, TableExtract.BEFORE_EVERY_KEY);
        TableReading reading = reading(waiting);

        assertThat(reading.reading()).isEqualTo(Reading.FULL);
        assertThat(reading.continues()).isFalse();
    }

    @Test
    void tableThatAnotherOneReplacesTakesAlongWhatJoinsToIt() {
        Map<String, String> relations = relations();
        relations.put("department", "another");
        ReadingPlan plan = new ReadingPlan(
                Totesys.CATALOGUE,
                ChangeDetection.bySnapshot(),
                run(complete()),
                Reading.CHANGES,
                SOURCE,
                HORIZON,
                relations);

        assertThat(plan.readings().values().stream()
                        .filter(reading -> reading.reading() == Reading.FULL)
                        .map(TableReading::name))
                .containsExactlyInAnyOrder("department", "staff");
        assertThat(plan.reasonsForFull().values())
                .containsExactly(
                        "table department is read in full: another table has taken its place since run 7",
                        "table staff is read in full: it joins to department");
    }

    @Test
    void tableThatIsGoneIsTakenForTheSameWhenItComesBack() {
        Map<String, String> relations = relations();
        relations.remove("design");
        ReadingPlan plan = new ReadingPlan(
                Totesys.CATALOGUE,
                ChangeDetection.bySnapshot(),
                run(complete()),
                Reading.CHANGES,
                SOURCE,
                HORIZON,
                relations);

        assertThat(requireNonNull(plan.readings().get("design")).reading()).isEqualTo(Reading.CHANGES);
    }

    private static TableReading reading(TableExtract before) {
        Map<String, TableExtract> tables = complete();
        tables.put(before.table(), before);
        return requireNonNull(plan(run(tables), SOURCE, HORIZON + 10).readings().get(before.table()));
    }

    private static ReadingPlan plan(@Nullable RunManifest previous, SourceIdentity source, long next) {
        return new ReadingPlan(
                Totesys.CATALOGUE, ChangeDetection.bySnapshot(), previous, Reading.CHANGES, source, next, relations());
    }

    private static Map<String, TableExtract> complete() {
        return new HashMap<>(Totesys.CATALOGUE.sources().stream()
                .collect(Collectors.toMap(
                        SourceTable::name, table -> extract(table.name(), Reading.CHANGES, EARLIER, WATERMARK, null))));
    }

    private static RunManifest run(Map<String, TableExtract> tables) {
        return new RunManifest(1, 7, "a", SOURCE, NOW, HORIZON, List.copyOf(tables.values()), List.of(), null);
    }

    private static TableExtract extract(
            String table, Reading reading, @Nullable Watermark since, Watermark watermark, @Nullable Long cursor) {
        return new TableExtract(
                table,
                "relation of " + table,
                Totesys.CATALOGUE.fingerprint(table),
                reading,
                since,
                watermark,
                cursor,
                null,
                0,
                List.of());
    }

    private static Map<String, String> relations() {
        return new HashMap<>(Totesys.CATALOGUE.sources().stream()
                .collect(Collectors.toMap(SourceTable::name, table -> "relation of " + table.name())));
    }
}
