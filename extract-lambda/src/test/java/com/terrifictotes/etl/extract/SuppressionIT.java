package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an open transaction makes look new does not travel again; what it really hides is not lost. */
class SuppressionIT {

    @ParameterizedTest
    @EnumSource(ChangeDetection.Strategy.class)
    void rowsDoNotTravelAgainBecauseATransactionIsOpen(ChangeDetection.Strategy strategy) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ExtractSettings settings = settings(strategy);
        try (Connection open = fixture.source.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            assertThat(fixture.tick(settings).run()).isEqualTo(1);
            assertThat(fixture.tick(settings).run()).as("after the first load").isNull();

            fixture.source.execute("UPDATE payment SET paid = true, last_updated = now() AT TIME ZONE 'UTC'");
            assertThat(fixture.tick(settings).run()).isEqualTo(2);
            assertThat(fixture.tables(2)).containsExactly("payment");
            assertThat(fixture.tick(settings).run()).as("after a change").isNull();

            fixture.source.execute(
                    "UPDATE staff SET last_name = 'Six', last_updated = now() AT TIME ZONE 'UTC' WHERE staff_id = 2");
            assertThat(fixture.tick(settings).run()).isEqualTo(3);
            assertThat(fixture.tables(3)).containsExactly("department", "staff");
            assertThat(fixture.keys(3, "staff")).containsExactly(2);
            open.rollback();
        }
        assertThat(fixture.tick(settings).run()).as("after the transaction").isNull();
    }

    @ParameterizedTest
    @EnumSource(ChangeDetection.Strategy.class)
    void renamedDepartmentBringsItsStaffOnce(ChangeDetection.Strategy strategy) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ExtractSettings settings = settings(strategy);
        try (Connection open = fixture.source.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            fixture.tick(settings);
            fixture.source.execute(
                    "UPDATE department SET department_name = 'Trade', last_updated = now() AT TIME ZONE 'UTC' WHERE department_id = 1");

            assertThat(fixture.tick(settings).run()).isEqualTo(2);
            assertThat(fixture.keys(2, "staff")).containsExactly(1, 2);
            assertThat(fixture.tick(settings).run()).isNull();
        }
    }

    /** A snapshot lists no subtransactions: their numbers look as if they were over when their parent is not. */
    @Test
    void rowsOfASubtransactionOfAnOpenTransactionAreNotTakenForSeen() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection open = fixture.source.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            Savepoint savepoint = open.setSavepoint();
            statement.execute("UPDATE design SET design_name = 'Bag'");
            open.releaseSavepoint(savepoint);
            // Later numbers, already over when the run looks.
            fixture.source.execute("UPDATE payment SET paid = true");
            fixture.source.execute("UPDATE currency SET currency_code = 'EUR'");
            fixture.tick();
            assertThat(fixture.records(1, "design")).singleElement().asString().contains(",Tote,");
            assertThat(fixture.tick().run()).isNull();

            open.commit();
        }
        fixture.tick();

        assertThat(fixture.tables(2)).containsExactly("design");
        assertThat(fixture.records(2, "design")).singleElement().asString().contains(",Bag,");
    }

    @Test
    void oneRowWrittenByAnOpenAndByAClosedTransactionTravels() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection open = fixture.source.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("UPDATE staff SET last_name = 'late' WHERE staff_id = 1");
            fixture.source.execute("UPDATE staff SET last_name = 'early' WHERE staff_id = 2");
            fixture.tick();
            open.commit();
        }

        fixture.tick();

        assertThat(fixture.keys(2, "staff")).containsExactly(1);
    }

    @Test
    void moreTransactionsThanAreRememberedOnlyTravelAgain() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection open = fixture.source.connect();
                Statement statement = open.createStatement();
                Connection busy = fixture.source.connect();
                Statement change = busy.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            for (int i = 0; i < 1_001; i++) {
                change.execute("INSERT INTO currency (currency_code, last_updated) VALUES ('C', now())");
            }
            fixture.tick();
            Watermark watermark =
                    fixture.manifest(1).table("currency").orElseThrow().watermark();
            assertThat(watermark.seen()).isEmpty();
            change.execute("UPDATE design SET design_name = 'Bag'");

            fixture.tick();
        }
        assertThat(fixture.tables(2)).containsExactly("currency", "design");
        assertThat(fixture.keys(2, "currency")).hasSize(1_001);
    }

    @Test
    void nothingIsRememberedWhenNothingIsOpen() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        for (int attempt = 0; attempt < 50; attempt++) {
            // Another test's transaction may be open on the server that all of them share.
            fixture.source.execute("UPDATE design SET design_name = 'Bag " + attempt + "'");
            fixture.tick();
            Watermark watermark = fixture.manifest(fixture.logs.committed().tail())
                    .table("design")
                    .orElseThrow()
                    .watermark();
            if (watermark.seen().isEmpty()) {
                try (Connection connection = fixture.source.connect();
                        Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(
                                "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")) {
                    row.next();
                    assertThat(watermark.horizon()).isLessThanOrEqualTo(row.getLong(1));
                }
                return;
            }
        }
        throw new AssertionError("a transaction was open for all of fifty runs");
    }

    private static ExtractSettings settings(ChangeDetection.Strategy strategy) {
        return new ExtractSettings(new ChangeDetection(strategy, Map.of(), Duration.ofHours(1)), RunLimits.DEFAULT, 1);
    }
}
