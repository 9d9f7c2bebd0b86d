package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.local.deployment.Deployment;
import com.terrifictotes.etl.local.deployment.Execution;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * The life of one deployment in an emulator of AWS, from the first {@code terraform apply} to {@code destroy}: the tests
 * follow on each other, and each leaves the warehouse equal to its source. {@code make test-deploy} runs them.
 */
@EnabledIfSystemProperty(named = "test.deployment", matches = "true", disabledReason = "make test-deploy runs it")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(DeploymentIT.EndAfterFailure.class)
class DeploymentIT {

    /** What follows on a failure fails as well, and says less. */
    static final class EndAfterFailure implements TestWatcher, ExecutionCondition {

        private boolean failed;

        @Override
        public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
            failed = true;
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return failed
                    ? ConditionEvaluationResult.disabled("a test before it failed")
                    : ConditionEvaluationResult.enabled("none failed so far");
        }
    }

    private static final String TOTESYS = "totesys";
    private static final String WAREHOUSE = "warehouse";

    /** Objects are uploaded in parts of 8 MiB, and the policies of the buckets must not mistake a part for an object. */
    private static final String MORE_THAN_A_PART =
            "UPDATE design SET file_location = repeat('/designs', 1500000) WHERE design_id = 1";

    private final Iterator<BusinessDay> days = BusinessDays.script().iterator();

    private Deployment deployment;
    private PipelineFixture fixture;
    private TestRole loader;
    private SourceConnections users;

    @BeforeAll
    void deploy() throws Exception {
        deployment = Deployment.prepare();
        fixture = PipelineFixture.filled();
        fixture.source.execute(MORE_THAN_A_PART);
        users = fixture.users();
        loader = fixture.warehouse.createRole("loader", "CREATE, USAGE ON SCHEMA public");
        deployment.putSecret(TOTESYS, fixture.source.createReader("totesys_reader"));
        deployment.putSecret(WAREHOUSE, loader);
        long start = System.nanoTime();
        deployment.apply();
        System.out.println(
                "Deployed in " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s.");
    }

    @AfterAll
    void close() throws Exception {
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    @Order(1)
    void secondPlanIsEmpty() throws Exception {
        assertThat(deployment.pendingChanges()).isEmpty();
    }

    @Test
    @Order(2)
    void outputsAreThoseThatOthersRelyOn() {
        assertThat(deployment.outputs())
                .containsKeys(
                        "ingestion_bucket",
                        "processed_bucket",
                        "state_machine_arn",
                        "extract_function",
                        "transform_function",
                        "load_function",
                        "alarm_topic_arn",
                        "dashboard_url")
                .doesNotContainValue("");
    }

    @Test
    @Order(3)
    void deploymentConsistsOfThings() throws Exception {
        assertThat(deployment.kindsOfThings())
                .contains(
                        "alarms",
                        "buckets",
                        "dashboards",
                        "functions",
                        "log groups",
                        "queries",
                        "queues",
                        "roles",
                        "schedule groups",
                        "schedules",
                        "state machines",
                        "topics");
    }

    @Test
    @Order(4)
    void firstTickLoadsEverything() throws Exception {
        assertThat(tick().states()).contains("Transform", "Done");

        fixture.observe();
        assertEqual();
    }

    @Test
    @Order(5)
    void quietTickAsksExtractAndLoad() throws Exception {
        assertThat(tick().states()).endsWith("Extract", "HowManyBatches", "Load", "WhatIsLeft", "Done");
    }

    @Test
    @Order(6)
    void everyDayReachesTheWarehouseByItsTick() throws Exception {
        for (int day = 1; day <= 5; day++) {
            days.next().play(users);
            tick();
            fixture.observe();
            assertEqual();
        }
    }

    @Test
    @Order(7)
    void whatHasPiledUpFansOut() throws Exception {
        for (int day = 6; day <= 8; day++) {
            extractDay();
        }

        assertThat(tick().states()).contains("TransformEach", "Done").doesNotContain("Transform", "NextRound");

        assertEqual();
    }

    @Test
    @Order(8)
    void ofTicksThatStartAtOnceOneDoesTheWork() throws Exception {
        deployment.requireOwnEmulator("Ticks at a time");
        days.next().play(users);
        fixture.observe();

        List<Execution> executions = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Callable<String>> starts = Collections.nCopies(3, deployment::startTick);
            for (Future<String> started : threads.invokeAll(starts)) {
                executions.add(deployment.await(started.get()));
            }
        }

        assertThat(executions)
                .allSatisfy(DeploymentIT::assertSucceeded)
                .extracting(execution -> execution.states().getLast())
                .containsExactlyInAnyOrder("Done", "AnotherTickIsAtWork", "AnotherTickIsAtWork");
        assertEqual();
    }

    @Test
    @Order(9)
    void refusedLoginFailsTheTickUntilTheSecretIsRight() throws Exception {
        days.next().play(users);
        fixture.observe();
        asSuperuser("ALTER ROLE " + loader.username() + " PASSWORD 'rotated'");

        Execution refused = deployment.await(deployment.startTick());

        assertThat(refused.status()).isEqualTo("FAILED");
        assertThat(refused.error()).isEqualTo(PipelineException.class.getName());
        assertThat(refused.cause()).contains("\"DATABASE_LOGIN_REFUSED: ");
        assertThat(refused.failedInvocations()).as("attempts").isOne();

        deployment.putSecret(
                WAREHOUSE, new TestRole(loader.host(), loader.port(), loader.database(), loader.username(), "rotated"));
        tick();
        assertEqual();
    }

    @Test
    @Order(10)
    void sourceThatIsAwayKeepsNothingBackThatWasExtractedBefore() throws Exception {
        extractDay();
        asSuperuser("ALTER DATABASE " + fixture.source.name() + " CONNECTION LIMIT 0");

        Execution failed = deployment.await(deployment.startTick());

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.error()).isEqualTo(TransientPipelineException.class.getName());
        assertThat(failed.cause()).contains("\"DATABASE_UNAVAILABLE: ");
        assertThat(failed.failedInvocations()).as("attempts").isEqualTo(5);
        assertThat(failed.states()).contains("TransformWhatIsPending").endsWith("Load", "WhatIsLeft", "StageFailed");
        assertEqual();

        asSuperuser("ALTER DATABASE " + fixture.source.name() + " CONNECTION LIMIT -1");
        tick();
        assertEqual();
    }

    @Test
    @Order(11)
    void nobodyOverwritesAnObject() {
        deployment.requireOwnEmulator("Policies of the buckets");
        assertThatThrownBy(() -> deployment.overwrite("ingestion_bucket", ObjectKeys.manifest(1)))
                .hasMessageContaining("403")
                .hasMessageContaining("DenyOverwriting");
        assertThatThrownBy(() -> deployment.overwrite("processed_bucket", "data/new"))
                .hasMessageContaining("DenyOverwriting");
    }

    /** Versions are kept in the buckets, so what somebody deletes can be put back. */
    @Test
    @Order(12)
    void lostObjectStopsTheTickUntilItIsPutBack() throws Exception {
        long lost = extractDay();
        fixture.source.execute("UPDATE sales_order SET units_sold = units_sold + 1 WHERE sales_order_id < 10");
        deployment.invoke("extract", "{}");
        fixture.observe();
        deployment.deleteObjectsOfRun(lost);

        Execution incomplete = deployment.await(deployment.startTick());

        assertThat(incomplete.status()).isEqualTo("FAILED");
        assertThat(incomplete.error()).isEqualTo("RunIsIncomplete");
        assertThat(incomplete.cause()).startsWith("run " + lost + " waits for ");
        assertThat(incomplete.states()).contains("TransformEach");

        deployment.restoreObjects();
        tick();
        assertEqual();
    }

    @Test
    @Order(13)
    void auditFindsWhatIsGoneAndWhatWasChangedByHand() throws Exception {
        fixture.source.execute("DELETE FROM payment WHERE payment_id = 11");
        asSuperuser("UPDATE dim_staff SET last_name = 'Nobody' WHERE staff_id = 1");
        tick();
        fixture.observe();

        Execution audit = deployment.await(deployment.startAudit());

        assertSucceeded(audit);
        assertThat(audit.states()).contains("NextRound", "Transform", "Done");
        assertEqual();
    }

    @Test
    @Order(14)
    void restoredSourceIsReadInFullAndChangesNothing() throws Exception {
        users.close();
        TestDatabase backup = fixture.source.copy("backup");
        asSuperuser("DROP DATABASE " + fixture.source.name() + " WITH (FORCE)");
        asSuperuser("ALTER DATABASE " + backup.name() + " RENAME TO " + fixture.source.name());

        assertThat(tick().states()).contains("Transform", "Done");

        assertEqual();
    }

    /** A row that is unfit, a table that is held back, and a fact that refers to a row of it. */
    @Test
    @Order(15)
    void everyAlarmWatchesWhatTheFunctionsReported() throws Exception {
        deployment.requireOwnEmulator("Figures of the functions");
        fixture.source.execute("""
                UPDATE payment SET payment_date = '2023-02-30' WHERE payment_id = 8;
                INSERT INTO currency (currency_id, currency_code, created_at, last_updated) VALUES (99, 'XTS', now(), now());
                ALTER TABLE currency RENAME COLUMN currency_code TO code;
                UPDATE sales_order SET currency_id = 99 WHERE sales_order_id = 1;
                """);
        tick();

        assertThat(deployment.watched()).hasSizeGreaterThan(5).isSubsetOf(deployment.reported());
    }

    @Test
    @Order(16)
    void nothingIsLeftOfWhatIsDestroyed() throws Exception {
        deployment.destroy();

        assertThat(deployment.kindsOfThings()).isEmpty();
    }

    /** The next day, without its tick, up to the run that has it. */
    private long extractDay() throws Exception {
        days.next().play(users);
        long run = deployment.invoke("extract", "{}").path("run").asLong();
        fixture.observe();
        return run;
    }

    private Execution tick() throws Exception {
        long start = System.nanoTime();
        Execution execution = deployment.await(deployment.startTick());
        assertSucceeded(execution);
        System.out.println("A tick took "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms: "
                + String.join(" > ", execution.states()));
        return execution;
    }

    private static void assertSucceeded(Execution execution) {
        assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
    }

    private void assertEqual() throws SQLException {
        try (Connection warehouse = fixture.warehouse.connectAsSuperuser()) {
            Comparison comparison = fixture.oracle.compare(warehouse, PipelineFixture.SCHEMA);
            assertThat(comparison.isEqual()).as(comparison.describe()).isTrue();
        }
    }

    private void asSuperuser(String sql) throws SQLException {
        try (Connection connection = fixture.warehouse.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
