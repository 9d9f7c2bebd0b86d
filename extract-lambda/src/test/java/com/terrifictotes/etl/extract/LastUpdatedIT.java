package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.extract.ExtractAnswer.HeldBack;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes told by the column {@code last_updated}. */
class LastUpdatedIT {

    private static final ExtractSettings LAST_UPDATED = new ExtractSettings(
            new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), Duration.ofMinutes(15)),
            RunLimits.DEFAULT,
            1);

    /** The bound is closed, and there is none above: an application clock may run ahead. */
    @ParameterizedTest
    @CsvSource({"-900000000, true", "-900000001, false", "0, true", "86400000000, true"})
    void rowIsReadThatIsNotOlderThanTheLookBack(long microseconds, boolean travels) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE design ALTER last_updated TYPE timestamp(6)");
        fixture.tick(LAST_UPDATED);
        Watermark watermark = fixture.manifest(1).table("design").orElseThrow().watermark();
        LocalDateTime changed =
                LocalDateTime.ofInstant(watermark.time(), ZoneOffset.UTC).plusNanos(1_000 * microseconds);

        fixture.source.execute("UPDATE design SET design_name = 'Bag', last_updated = '" + changed + "'");
        ExtractAnswer answer = fixture.tick(LAST_UPDATED);

        assertThat(answer.run() != null).isEqualTo(travels);
    }

    @Test
    void transactionThatCommitsLateTravelsIfItIsWithinTheLookBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection late = fixture.source.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("UPDATE design SET design_name = 'Bag', last_updated = now() AT TIME ZONE 'UTC'");
            fixture.tick(LAST_UPDATED);
            late.commit();
        }
        fixture.tick(LAST_UPDATED);

        assertThat(fixture.tables(2)).containsExactly("design");
    }

    @Test
    void tablesMayDiffer() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ExtractSettings settings = new ExtractSettings(
                ChangeDetection.parse(
                        "last_updated, design=snapshot",
                        ChangeDetection.DEFAULT_LOOKBACK,
                        com.terrifictotes.etl.common.catalogue.Totesys.CATALOGUE),
                RunLimits.DEFAULT,
                1);
        fixture.tick(settings);
        fixture.source.execute("UPDATE design SET design_name = 'Bag', last_updated = '2020-01-01'");
        fixture.source.execute("UPDATE payment SET paid = true, last_updated = '2020-01-01'");

        fixture.tick(settings);

        assertThat(fixture.tables(2)).containsExactly("design");
    }

    @Test
    void renamedDepartmentBringsItsStaff() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick(LAST_UPDATED);
        fixture.source.execute(
                "UPDATE department SET department_name = 'Trade', last_updated = now() AT TIME ZONE 'UTC'"
                        + " WHERE department_id = 1");

        fixture.tick(LAST_UPDATED);

        assertThat(fixture.keys(2, "staff")).containsExactly(1, 2);
        assertThat(fixture.keys(2, "department")).containsExactly(1);
    }

    @Test
    void strategyMayBeChangedBetweenRuns() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE design SET design_name = 'Bag', last_updated = now() AT TIME ZONE 'UTC'");
        fixture.tick(LAST_UPDATED);
        assertThat(fixture.keys(2, "design")).containsExactly(1);
        fixture.source.execute("UPDATE design SET design_name = 'Box', last_updated = '2020-01-01'");
        fixture.tick();

        assertThat(fixture.records(3, "design")).singleElement().asString().contains(",Box,");
        assertThat(fixture.manifest(3).table("design").orElseThrow().reading()).isEqualTo(Reading.CHANGES);
    }

    @Test
    void tableWhoseTimeMayBeMissingIsHeldBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE design ALTER last_updated DROP NOT NULL");

        assertThat(fixture.tick(LAST_UPDATED).heldBack())
                .containsExactly(new HeldBack(
                        "design",
                        "column design.last_updated may be NULL, expected NOT NULL, because changes are told by it"));
    }
}
