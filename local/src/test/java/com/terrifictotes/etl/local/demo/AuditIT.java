package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.extract.ChangeDetection;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.extract.RunLimits;
import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Audits: what is gone, missing or different is found and put right, whatever made it so, and nothing else is touched. */
class AuditIT {

    private PipelineFixture fixture;
    private Pipeline pipeline;

    @BeforeEach
    void load() throws SQLException {
        fixture = PipelineFixture.filled();
        pipeline = fixture.cold().pipeline();
        pipeline.tick();
        fixture.observe();
    }

    @Test
    void equalTablesAreVerifiedAndNothingIsReadAgain() throws Exception {
        Tick tick = audit();

        assertThat(tick.committed()).containsExactly(2L);
        assertThat(fixture.cold().logs().committed().read(2).batches()).isEmpty();
        assertThat(warehouse("SELECT count(*) FROM audit_status JOIN etl_run ON run = 2"
                        + " WHERE verified_through = snapshot_time AND differing_ranges = 0"))
                .containsExactly("10");
        assertThat(outcomes(0)).isEmpty();
        fixture.assertEqual();
    }

    @Test
    void whatIsGoneLeavesTheCurrentViewsAndNothingElse() throws Exception {
        fixture.source.execute("""
                DELETE FROM payment WHERE payment_id IN (3, 50);
                DELETE FROM design WHERE design_id NOT IN (SELECT design_id FROM sales_order) AND design_id =
                    (SELECT max(design_id) FROM design WHERE design_id NOT IN (SELECT design_id FROM sales_order))""");
        Tick plain = pipeline.tick();
        assertThat(plain.isQuiet()).isTrue();

        Tick tick = audit();
        fixture.observe();

        assertThat(tick.loaded()).containsExactly(2L, 3L);
        assertThat(warehouse("SELECT record_key FROM deleted_record WHERE table_name = 'fact_payment' ORDER BY 1"))
                .containsExactly("3", "50");
        assertThat(outcomes(0))
                .containsExactly(
                        "dim_design: 0 differences, 0 repaired, 1 deleted, 0 held back",
                        "fact_payment: 0 differences, 0 repaired, 2 deleted, 0 held back");
        fixture.assertEqual();
        assertThat(audit().committed()).hasSize(1);
        assertThat(outcomes(3)).isEmpty();
    }

    @Test
    void whatComesBackIsNoLongerGone() throws Exception {
        fixture.source.execute("CREATE TABLE aside AS SELECT * FROM payment WHERE payment_id IN (3, 50);"
                + " DELETE FROM payment WHERE payment_id IN (3, 50)");
        audit();
        fixture.source.execute(
                "INSERT INTO payment SELECT * FROM aside; UPDATE payment SET paid = NOT paid WHERE payment_id = 50");
        pipeline.tick();
        fixture.observe();

        assertThat(warehouse("SELECT count(*) FROM deleted_record")).containsExactly("0");
        fixture.assertEqual();
        audit();
        assertThat(outcomes(4)).isEmpty();
    }

    @Test
    void warehouseThatWasChangedByHandIsRepaired() throws Exception {
        fixture.warehouse.execute("""
                UPDATE dim_staff SET last_name = 'Nobody' WHERE staff_id = 2;
                DELETE FROM fact_payment WHERE payment_id IN (7, 8);
                UPDATE fact_sales_order SET unit_price = unit_price + 1 WHERE sales_order_id = 5""");

        audit();

        assertThat(outcomes(0))
                .containsExactly(
                        "dim_staff: 1 differences, 1 repaired, 0 deleted, 0 held back",
                        "fact_payment: 1 differences, 2 repaired, 0 deleted, 0 held back",
                        "fact_sales_order: 1 differences, 1 repaired, 0 deleted, 0 held back");
        assertThat(warehouse("SELECT count(*) FROM current_sales_order s JOIN fact_sales_order f USING (sales_order_id)"
                        + " WHERE sales_order_id = 5 AND f.unit_price = s.unit_price + 1"))
                .containsExactly("1");
        audit();
        assertThat(outcomes(3)).isEmpty();
    }

    /** What changes while an audit is under way is no difference. */
    @Test
    void changesBetweenFindingAndReadingAgainAreNoDifference() throws Exception {
        fixture.source.execute("DELETE FROM payment WHERE payment_id = 9");
        fixture.cold().extract().extract(ExtractRequest.audit(), Deadline.none());
        fixture.cold().load().loadPending(Deadline.none());
        fixture.source.execute("UPDATE payment SET paid = NOT paid WHERE payment_id < 20;"
                + " DELETE FROM payment WHERE payment_id = 10");
        pipeline.tick();
        fixture.observe();

        assertThat(outcomes(0)).containsExactly("fact_payment: 0 differences, 0 repaired, 2 deleted, 0 held back");
        fixture.assertEqual();
    }

    @Test
    void tooManyDeletionsWaitForAPerson() throws Exception {
        String third = "FROM payment WHERE payment_id % 3 = 0";
        long gone = Long.parseLong(source("SELECT count(*) " + third));
        fixture.source.execute("DELETE " + third);
        String held = "fact_payment: 0 differences, 0 repaired, 0 deleted, " + gone + " held back, open";

        Tick tick = audit();
        assertThat(tick.committed()).hasSize(1);
        assertThat(outcomes(0)).containsExactly(held);
        assertThat(warehouse("SELECT count(*) FROM deleted_record")).containsExactly("0");
        assertThat(warehouse("SELECT rows_held_back FROM audit_status WHERE table_name = 'fact_payment'"))
                .containsExactly(Long.toString(gone));

        audit();
        assertThat(outcomes(2)).containsExactly(held);

        pipeline.tick(new ExtractRequest(null, ExtractRequest.Mode.AUDIT, List.of("fact_payment")), runs -> {});
        fixture.observe();
        assertThat(outcomes(3))
                .containsExactly("fact_payment: 0 differences, 0 repaired, " + gone + " deleted, 0 held back");
        fixture.assertEqual();
        assertThat(warehouse("SELECT differing_ranges || ' ' || (verified_through = audited_at) FROM audit_status"
                        + " WHERE table_name = 'fact_payment'"))
                .containsExactly("0 true");
    }

    @Test
    void rowsInQuarantineAreNoDifferenceAndAreNotReadAgainEveryHour() throws Exception {
        fixture.source.execute("UPDATE payment SET payment_date = '2023-02-30' WHERE payment_id = 4;"
                + " UPDATE sales_order SET agreed_delivery_date = 'soon' WHERE sales_order_id = 6");
        pipeline.tick();

        assertThat(audit().committed()).containsExactly(3L, 4L);
        assertThat(audit().committed()).containsExactly(5L);
        assertThat(outcomes(0)).isEmpty();
        assertThat(warehouse("SELECT count(*) FROM audit_status WHERE verified_through = audited_at"))
                .containsExactly("10");

        fixture.source.execute("UPDATE payment SET payment_date = '2023-02-28' WHERE payment_id = 4;"
                + " UPDATE sales_order SET agreed_delivery_date = '2023-02-28' WHERE sales_order_id = 6");
        pipeline.tick();
        fixture.observe();
        audit();
        assertThat(warehouse("SELECT count(*) FROM etl_audit_range")).containsExactly("0");
        assertThat(outcomes(0)).isEmpty();
    }

    @Test
    void rebuiltWarehouseKnowsWhatIsGone() throws Exception {
        fixture.source.execute("DELETE FROM payment WHERE payment_id IN (3, 50)");
        audit();
        fixture.source.execute("DELETE FROM payment WHERE payment_id = 4");
        audit();
        fixture.observe();
        TestDatabase rebuilt = fixture.servers.createDatabase("rebuilt");

        fixture.cold(rebuilt).pipeline().tick();

        fixture.assertEqual(rebuilt);
        String deleted = "SELECT table_name || record_key || ' ' || run FROM deleted_record ORDER BY 1";
        assertThat(texts(rebuilt, deleted)).hasSize(3).isEqualTo(warehouse(deleted));
    }

    /** Rows are deleted, brought back, changed with and without the pipeline, and bent in the warehouse, in any order. */
    @ParameterizedTest
    @ValueSource(longs = 2)
    void warehouseEqualsTheSourceAfterAnyHistory(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        fixture.source.execute("CREATE TABLE aside AS SELECT * FROM payment LIMIT 0");
        List<String> source = List.of(
                "INSERT INTO aside SELECT * FROM payment WHERE payment_id = %1$d ON CONFLICT DO NOTHING;"
                        + " DELETE FROM payment WHERE payment_id = %1$d",
                "INSERT INTO payment SELECT DISTINCT ON (payment_id) * FROM aside WHERE payment_id = %1$d"
                        + " ON CONFLICT DO NOTHING; DELETE FROM aside WHERE payment_id = %1$d",
                "UPDATE payment SET paid = NOT paid WHERE payment_id = %1$d",
                "UPDATE payment SET payment_date = '2023-02-30' WHERE payment_id = %1$d",
                "UPDATE payment SET payment_date = '2023-03-01' WHERE payment_id = %1$d");
        List<String> warehouse = List.of(
                "DELETE FROM fact_payment WHERE payment_id = %1$d",
                "UPDATE fact_payment SET payment_amount = payment_amount + 1 WHERE payment_id = %1$d",
                "INSERT INTO deleted_record VALUES ('fact_payment', %1$d, 1) ON CONFLICT DO NOTHING",
                "DELETE FROM deleted_record WHERE record_key = %1$d");
        for (int step = 0; step < 12; step++) {
            for (int change = 0; change < 4; change++) {
                boolean atSource = random.nextInt(3) > 0;
                List<String> choice = atSource ? source : warehouse;
                (atSource ? fixture.source : fixture.warehouse)
                        .execute(choice.get(random.nextInt(choice.size())).formatted(1 + random.nextInt(40)));
            }
            if (random.nextBoolean()) {
                pipeline.tick();
            }
            if (random.nextInt(3) == 0) {
                audit();
            }
        }
        fixture.source.execute("UPDATE payment SET payment_date = '2023-03-02' WHERE payment_date = '2023-02-30'");
        audit();

        String payments =
                "SELECT payment_id || ' ' || payment_amount || ' ' || paid || ' ' || payment_date FROM %s ORDER BY payment_id";
        assertThat(warehouse(payments.formatted("current_payment")))
                .isEqualTo(texts(fixture.source, payments.formatted("payment")));
        audit();
        assertThat(warehouse("SELECT count(*) FROM audit_status WHERE verified_through = audited_at"))
                .containsExactly("10");
    }

    /** Requests to S3 fail, or succeed without the function learning of it, anywhere in extract, transform and load. */
    @ParameterizedTest
    @ValueSource(longs = 1)
    void killedAnywhereAnAuditEndsTheSame(long seed) throws Exception {
        fixture.source.execute("DELETE FROM payment WHERE payment_id IN (3, 50)");
        fixture.warehouse.execute("UPDATE dim_staff SET last_name = 'Nobody' WHERE staff_id = 2;"
                + " DELETE FROM fact_sales_order WHERE sales_order_id = 5");
        Faults faults = fixture.servers.requireLoopback().faults();
        SplittableRandom random = new SplittableRandom(seed);
        int failed = 0;
        try {
            for (int attempt = 0; attempt < 10; attempt++) {
                AtomicInteger skip = new AtomicInteger(random.nextInt(40));
                boolean afterwards = random.nextBoolean();
                for (int tries = 0; tries < 4; tries++) {
                    faults.next(
                            request -> List.of(fixture.ingestionBucket, fixture.processedBucket)
                                            .contains(request.bucket())
                                    && skip.getAndDecrement() <= 0,
                            afterwards ? new Fault.RefuseAfterwards(500, "InternalError") : Fault.internalError());
                }
                try {
                    fixture.cold().pipeline().tick(ExtractRequest.audit(), runs -> {});
                } catch (PipelineException e) {
                    failed++;
                }
                faults.clear();
            }
        } finally {
            faults.clear();
        }
        pipeline.tick();
        // If a load was stopped before it could say what it asks for, the tick before has said it.
        pipeline.tick();
        fixture.observe();

        assertThat(failed).as("ticks that failed, seed %d", seed).isPositive();
        fixture.assertEqual();
        assertThat(outcomes(0))
                .as("what every comparison found, together")
                .containsExactlyInAnyOrder(
                        "dim_staff: 1 differences, 1 repaired, 0 deleted, 0 held back",
                        "fact_payment: 0 differences, 0 repaired, 2 deleted, 0 held back",
                        "fact_sales_order: 1 differences, 1 repaired, 0 deleted, 0 held back");
        audit();
        assertThat(warehouse("SELECT count(*) FROM audit_status WHERE verified_through = audited_at"))
                .containsExactly("10");
    }

    @Test
    void tablesThatAreNotReadToTheirEndAreLeftOut() throws Exception {
        PipelineFixture first = PipelineFixture.filled();
        Pipeline small = first.cold()
                .with(new ExtractSettings(
                        ChangeDetection.bySnapshot(), new RunLimits(200, 1L << 30, Duration.ofMinutes(5)), 1))
                .pipeline();
        first.source.execute("DELETE FROM payment WHERE payment_id = 3");

        assertThat(small.tick(ExtractRequest.audit(), runs -> {}).isComplete()).isTrue();
        first.observe();

        first.assertEqual();
        assertThat(texts(first.warehouse, "SELECT count(*) FROM etl_audit WHERE table_name = 'fact_payment'"))
                .containsExactly("0");
        assertThat(texts(first.warehouse, "SELECT count(*) FROM etl_audit WHERE verified_through IS NULL"))
                .containsExactly("0");
    }

    private Tick audit() {
        return pipeline.tick(ExtractRequest.audit(), runs -> {});
    }

    private List<String> outcomes(long after) throws SQLException {
        return warehouse("""
                SELECT table_name || ': ' || differences || ' differences, ' || repaired || ' repaired, ' || deleted
                    || ' deleted, ' || held_back || ' held back'
                    || CASE WHEN verified_through IS NULL THEN ', open' ELSE '' END
                FROM etl_audit
                WHERE run > %d AND (differences, repaired, deleted, held_back) <> (0, 0, 0, 0)
                ORDER BY run, table_name""".formatted(after));
    }

    private List<String> warehouse(String query) throws SQLException {
        return texts(fixture.warehouse, query);
    }

    private String source(String query) throws SQLException {
        return texts(fixture.source, query).getFirst();
    }

    private static List<String> texts(TestDatabase database, String query) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
