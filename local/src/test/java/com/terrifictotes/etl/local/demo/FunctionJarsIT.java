package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.local.deployment.LambdaProcess;
import com.terrifictotes.etl.local.deployment.LambdaProcess.Outcome;
import com.terrifictotes.etl.local.deployment.ReportedFigure;
import com.terrifictotes.etl.local.deployment.StateMachine;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three shaded jars as they are deployed, run by AWS's own Java runtime client. */
class FunctionJarsIT {

    private static final long LARGEST_BYTES = 25_000_000;

    @TempDir
    private static Path logs;

    @ParameterizedTest
    @ValueSource(strings = {"extract", "transform", "load"})
    void jarIsSmallAndHoldsNoForeignThings(String function) throws IOException {
        Path jar = jar(function);
        assertThat(jar).isRegularFile();
        assertThat(Files.size(jar)).isLessThan(LARGEST_BYTES);
        List<String> names = new ArrayList<>();
        try (JarFile content = new JarFile(jar.toFile())) {
            content.stream().map(JarEntry::getName).forEach(names::add);
        }
        assertThat(names)
                .contains("logback.xml")
                .doesNotHaveDuplicates()
                .noneMatch(name -> name.startsWith("org/junit/")
                        || name.startsWith("io/zonky/")
                        || name.startsWith("io/netty/")
                        || name.startsWith("com/terrifictotes/etl/loopback/"));
        for (String other : List.of("extract", "transform", "load")) {
            assertThat(names.stream().anyMatch(name -> name.startsWith("com/terrifictotes/etl/" + other + "/")))
                    .as(other)
                    .isEqualTo(other.equals(function));
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's Java runtime client has a native library for Linux only")
    void functionsRunInTheLambdaRuntime() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        String warehouse = fixture.servers.createSecret("warehouse", fixture.warehouse.secretJson());
        Map<String, String> buckets = Map.of(
                "AWS_ENDPOINT_URL",
                TestServers.shared().endpoint().toString(),
                "METRIC_NAMESPACE",
                "Totesys/test",
                "INGESTION_BUCKET",
                fixture.ingestionBucket,
                "PROCESSED_BUCKET",
                fixture.processedBucket,
                "TOTESYS_SECRET",
                fixture.sourceSecret,
                "WAREHOUSE_SECRET",
                warehouse);
        try (LambdaProcess extract = start("extract.ExtractHandler", buckets);
                LambdaProcess transform = start("transform.TransformHandler", buckets);
                LambdaProcess load = start("load.LoadHandler", buckets);
                SourceConnections users = fixture.users()) {
            StateMachine machine = StateMachine.around(Map.of(
                    "extract",
                    payload -> invoke(extract, payload),
                    "transform",
                    payload -> invoke(transform, payload),
                    "load",
                    payload -> invoke(load, payload)));
            tick(machine);
            fixture.observe();
            for (BusinessDay day : BusinessDays.script().subList(0, 5)) {
                day.play(users);
                tick(machine);
                fixture.observe();
            }
            fixture.assertEqual();

            fixture.source.execute("UPDATE sales_order SET units_sold = units_sold + 1 WHERE sales_order_id < 10");
            assertThat(answer(extract, "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\"}")
                            .path("run")
                            .asLong())
                    .isEqualTo(6);
            String event = manifestEvent(fixture, 6);
            assertThat(answer(transform, event).path("batches")).hasSize(1);
            assertThat(answer(load, event).path("loaded").get(0).asLong()).isEqualTo(6);
            fixture.observe();
            fixture.assertEqual();
            assertThat(load.log().lines()).allMatch(line -> line.startsWith("{"), "is a JSON object");

            forget(fixture);
            assertThat(machine.execute("{\"mode\": \"audit\"}")).isEqualTo(new StateMachine.Outcome("Done", "", ""));

            misbehave(fixture);
            tick(machine);
            assertThat(ReportedFigure.in(
                            Stream.of(extract.log(), transform.log(), load.log(), logOfAnExtractionElsewhere(buckets))
                                    .flatMap(String::lines)))
                    .as("what alarms and dashboards may refer to")
                    .isEqualTo(ReportedFigure.all("Totesys/test"));

            Outcome refused = load.invoke("{\"run\": 1}");
            assertThat(refused.failed()).isTrue();
            assertThat(refused.body().path("errorType").asText())
                    .isEqualTo("com.terrifictotes.etl.common.PipelineException");
            assertThat(refused.body().path("errorMessage").asText()).startsWith("REQUEST_INVALID: ");
        }
    }

    /** One execution of the deployed state machine. */
    private static void tick(StateMachine machine) throws Exception {
        assertThat(machine.execute("{}")).isEqualTo(new StateMachine.Outcome("Done", "", ""));
    }

    private static JsonNode invoke(LambdaProcess function, JsonNode payload) throws Exception {
        Outcome outcome = function.invoke(payload.toString());
        if (outcome.failed()) {
            throw new StateMachine.Failure(
                    outcome.body().path("errorType").asText(), outcome.body().toString());
        }
        return outcome.body();
    }

    /** A row that is gone, more of them than anybody would believe, and one that somebody has changed in the warehouse. */
    private static void forget(PipelineFixture fixture) throws SQLException {
        fixture.source.execute("DELETE FROM payment WHERE payment_id % 2 = 0");
        fixture.source.execute("DELETE FROM design WHERE design_id ="
                + " (SELECT max(design_id) FROM design WHERE design_id NOT IN (SELECT design_id FROM sales_order))");
        fixture.warehouse.execute("UPDATE dim_staff SET last_name = 'Nobody' WHERE staff_id = 1");
    }

    /** A row that is unfit, a column that is new, a table that is held back, and a fact that refers to a row of it. */
    private static void misbehave(PipelineFixture fixture) throws SQLException {
        fixture.source.execute("UPDATE payment SET payment_date = '' WHERE payment_id = 9");
        fixture.source.execute("ALTER TABLE design ADD COLUMN colour text");
        fixture.source.execute("ALTER TABLE currency RENAME COLUMN currency_code TO code");
        fixture.source.execute(
                "INSERT INTO currency (currency_id, code, created_at, last_updated) VALUES (99, 'XTS', now(), now())");
        fixture.source.execute("UPDATE sales_order SET currency_id = 99 WHERE sales_order_id = 1");
    }

    /** The log of an extraction into the same buckets after which the secret leads to another database. */
    private static String logOfAnExtractionElsewhere(Map<String, String> environment) throws Exception {
        Map<String, String> replaced = new HashMap<>(environment);
        replaced.put("TOTESYS_SECRET", PipelineFixture.filled().sourceSecret);
        try (LambdaProcess extract = start("extract.ExtractHandler", replaced)) {
            answer(extract, "{}");
            return extract.log();
        }
    }

    /** No more than what the functions look at: people write such events by hand. */
    private static String manifestEvent(PipelineFixture fixture, long run) {
        return "{\"Records\": [{\"s3\": {\"bucket\": {\"name\": \"%s\"}, \"object\": {\"key\": \"%s\"}}}]}"
                .formatted(fixture.ingestionBucket, ObjectKeys.manifest(run));
    }

    private static JsonNode answer(LambdaProcess function, String request) throws Exception {
        Outcome outcome = function.invoke(request);
        assertThat(outcome.failed()).as(outcome.body().toString()).isFalse();
        return outcome.body();
    }

    private static LambdaProcess start(String handler, Map<String, String> environment) throws IOException {
        String function = handler.substring(0, handler.indexOf('.'));
        return LambdaProcess.start("com.terrifictotes.etl." + handler, jar(function), logs, environment);
    }

    private static Path jar(String function) {
        return Path.of("..", function + "-lambda", "target", function + "-lambda.jar");
    }
}
