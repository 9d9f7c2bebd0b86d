package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.extract.ExtractAnswer.HeldBack;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table that cannot be read does not take the others down, and nothing of it is lost. */
class HeldBackIT {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE design RENAME TO drawing                              | table design is missing
            DROP TABLE design CASCADE                                         | table design is missing
            ALTER TABLE design DROP COLUMN file_name                          | column design.file_name is missing, expected text
            ALTER TABLE design ALTER file_name TYPE bytea USING ''            | column design.file_name is bytea, expected text
            ALTER TABLE design ALTER design_id TYPE bigint                    | column design.design_id is bigint, expected integer
            ALTER TABLE design ALTER design_id TYPE uuid USING gen_random_uuid() | column design.design_id is uuid, expected integer
            ALTER TABLE design DROP CONSTRAINT design_pkey CASCADE            | column design.design_id is no key, expected a primary key, or a unique index and NOT NULL
            """)
    void brokenTableIsHeldBackAndNamed(String change, String reason) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        // The foreign key would stand in the way of other types.
        fixture.source.execute("ALTER TABLE sales_order DROP CONSTRAINT sales_order_design_id_fkey");
        fixture.source.execute("ALTER TABLE design ALTER design_id DROP DEFAULT");
        fixture.source.execute(change);

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.heldBack()).containsExactly(new HeldBack("design", reason));
        assertThat(fixture.tables(1)).hasSize(10).doesNotContain("design");
        assertThat(fixture.manifest(1).table("design").orElseThrow().heldBack()).isEqualTo(reason);
        assertThat(fixture.metrics.figures).contains(new RecordedMetrics.Figure(Metric.TABLES_HELD_BACK, 1, "design"));
    }

    @Test
    void tablesThatTravelTogetherAreHeldBackTogether() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE department RENAME COLUMN location TO place");

        assertThat(fixture.tick().heldBack())
                .containsExactly(
                        new HeldBack("department", "column department.location is missing, expected text"),
                        new HeldBack("staff", "it travels with table department"));
        assertThat(fixture.tables(1)).hasSize(9).doesNotContain("department", "staff");
    }

    @Test
    void compatibleTypesAndNewColumnsHoldNothingBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE sales_order ALTER unit_price TYPE numeric(8,1)");
        fixture.source.execute("ALTER TABLE design ALTER design_name TYPE varchar(80)");
        fixture.source.execute("ALTER TABLE payment_type ALTER payment_type_name TYPE text");
        fixture.source.execute("ALTER TABLE design ADD colour text");

        assertThat(fixture.tick().heldBack()).isEmpty();
        assertThat(fixture.metrics.figures)
                .contains(new RecordedMetrics.Figure(Metric.NEW_SOURCE_COLUMNS, 1, "design"))
                .noneMatch(figure -> figure.metric() == Metric.TABLES_HELD_BACK);
    }

    @Test
    void changesOfAHeldBackTableTravelOnceItIsPutRight() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE design SET design_name = 'Bag'");
        fixture.source.execute("ALTER TABLE design RENAME COLUMN file_name TO file");
        fixture.source.execute("UPDATE payment SET paid = true");

        fixture.tick();
        assertThat(fixture.tables(2)).containsExactly("payment");
        TableExtract before = fixture.manifest(1).table("design").orElseThrow();
        TableExtract heldBack = fixture.manifest(2).table("design").orElseThrow();
        assertThat(heldBack.watermark()).isEqualTo(before.watermark());

        fixture.source.execute("ALTER TABLE design RENAME COLUMN file TO file_name");
        fixture.tick();
        assertThat(fixture.tables(3)).containsExactly("design");
        assertThat(fixture.manifest(3).table("design").orElseThrow().reading()).isEqualTo(Reading.CHANGES);
        assertThat(fixture.records(3, "design")).singleElement().asString().contains(",Bag,");
    }

    @Test
    void tickWithNothingButAHeldBackTableCommitsNothing() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE design SET design_name = 'Bag'");
        fixture.source.execute("ALTER TABLE design RENAME TO drawing");

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.run()).isNull();
        assertThat(answer.heldBack()).extracting(HeldBack::table).containsExactly("design");
    }

    @Test
    void revokedPrivilegeHoldsTheTableBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("REVOKE SELECT ON currency FROM " + fixture.reader.username());

        assertThat(fixture.tick().heldBack())
                .containsExactly(new HeldBack(
                        "currency",
                        "table currency may not be read by role " + fixture.reader.username()
                                + ", which needs GRANT SELECT ON it"));
        assertThat(fixture.tables(1)).hasSize(10);
    }

    /** Takes as long as the run waits for a lock. */
    @Test
    void tableThatSomebodyRewritesIsHeldBackAndTheOthersAreRead() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection rewriting = fixture.source.connect();
                Statement statement = rewriting.createStatement()) {
            rewriting.setAutoCommit(false);
            statement.execute("LOCK TABLE design IN ACCESS EXCLUSIVE MODE");

            assertThat(fixture.tick().heldBack()).singleElement().satisfies(table -> {
                assertThat(table.table()).isEqualTo("design");
                assertThat(table.reason())
                        .matches(
                                "table design is held, or waited for, by process [0-9]+ \\(AccessExclusiveLock\\), as VACUUM FULL,"
                                        + " TRUNCATE and ALTER TABLE do; once that ends, it is read again by itself");
            });
        }
        assertThat(fixture.tables(1)).hasSize(10).doesNotContain("design");
        fixture.tick();
        assertThat(fixture.tables(2)).containsExactly("design");
    }

    @Test
    void rowSecurityThatWouldHideRowsHoldsTheTableBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE payment ENABLE ROW LEVEL SECURITY");
        fixture.source.execute("CREATE POLICY paid_ones ON payment USING (paid)");

        assertThat(fixture.tick().heldBack())
                .containsExactly(new HeldBack(
                        "payment",
                        "table payment has row security, which may hide rows from role " + fixture.reader.username()
                                + "; give that role BYPASSRLS"));
    }

    @Test
    void viewInTheTablesPlaceHoldsItBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE design RENAME TO drawing");
        fixture.source.execute("CREATE VIEW design AS SELECT * FROM drawing");
        fixture.source.execute("GRANT SELECT ON design TO " + fixture.reader.username());

        assertThat(fixture.tick().heldBack())
                .containsExactly(new HeldBack(
                        "design",
                        "table design is no table any more but something else under its name, such as a view; it cannot"
                                + " be told what changed in it"));
    }

    /** PostgreSQL lets a database without an encoding hold any bytes, but hands out no row that is not UTF-8. */
    @Test
    void textThatIsNotUtf8HoldsItsTableBackUntilItIsCorrected() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        fixture.tick();
        try (Connection connection = fixture.source.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE staff SET last_name = E'Caf\\351' WHERE staff_id = 2");
            statement.execute("UPDATE staff SET last_name = 'Six' WHERE staff_id = 3");
            statement.execute("UPDATE payment SET paid = true");
        }

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.heldBack())
                .containsExactly(
                        new HeldBack("department", "it travels with table staff"),
                        new HeldBack(
                                "staff",
                                "DATABASE_FAILED: cannot read table staff for run 2: SQLState 22021, a text is not UTF-8;"
                                        + " the row with staff_id 2 has one"));
        assertThat(fixture.tables(2)).containsExactly("payment");

        fixture.source.execute("UPDATE staff SET last_name = 'Cafe' WHERE staff_id = 2");
        fixture.tick();
        assertThat(fixture.keys(3, "staff")).containsExactly(2, 3);
    }

    @Test
    void runIsRefusedWhenNoTableCanBeRead() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM " + fixture.reader.username());

        assertThatThrownBy(fixture::tick)
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith(
                        "SOURCE_CONTRACT_BROKEN: no source table can be read (is it the right database, and has the"
                                + " role USAGE on the schema?): table currency may not be"
                                + " read by role " + fixture.reader.username() + ", which needs GRANT SELECT ON it; ")
                .hasMessageEndingWith(". Nothing was extracted and nothing is lost: once the source or the catalogue is"
                        + " put right, the next run has every change");
        assertThat(fixture.logs.committed().tail()).isZero();
    }

    @Test
    void dimensionThatBreaksInTheMiddleDoesNotKeepFactsAway() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        fixture.source.execute("""
                INSERT INTO design (design_id, design_name, file_location, file_name, last_updated)
                SELECT i, 'design ' || i, '/designs', i || '.json', now() FROM generate_series(2, 50000) i
                """);
        fixture.source.execute("UPDATE design SET design_name = E'\\351' WHERE design_id = 100");

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.heldBack()).extracting(HeldBack::table).containsExactly("design");
        assertThat(fixture.keys(1, "sales_order")).containsExactly(1, 2);
        assertThat(fixture.tick().run()).isNull();
    }

    @Test
    void tableThatTravelsWithABrokenOneTakesNoRoomFromTheOthers() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        fixture.source.execute("INSERT INTO staff (first_name, last_name, department_id, email_address, last_updated)"
                + " SELECT 'a', 'b', 1, 'c', now() FROM generate_series(1, 3000)");
        fixture.source.execute("UPDATE department SET location = E'\\351' WHERE department_id = 1");

        fixture.tick(new ExtractSettings(
                ChangeDetection.bySnapshot(), new RunLimits(1_000, 1L << 30, Duration.ofMinutes(5)), 1));

        assertThat(fixture.tables(1))
                .hasSize(9)
                .doesNotContain("department", "staff")
                .contains("payment");
    }

    @Test
    void roomOfARunIsFreeAgainWhenATableBreaks() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        fixture.source.execute("UPDATE currency SET currency_code = E'\\351'");

        fixture.tick(new ExtractSettings(
                ChangeDetection.bySnapshot(), new RunLimits(1, 1L << 30, Duration.ofMinutes(5)), 1));

        assertThat(fixture.tables(1)).containsExactly("payment_type");
    }

    @Test
    void requestForEveryRowIsRememberedForATableThatIsHeldBack() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("ALTER TABLE design RENAME TO drawing");
        fixture.stage().extract(ExtractRequest.everything(), Deadline.none());
        fixture.source.execute("ALTER TABLE drawing RENAME TO design");

        fixture.tick();

        assertThat(fixture.tables(3)).containsExactly("design");
        assertThat(fixture.manifest(3).table("design").orElseThrow().reading()).isEqualTo(Reading.FULL);
    }
}
