package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.extract.ExtractHandler;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.load.LoadHandler;
import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.local.PipelineAssembly;
import com.terrifictotes.etl.loopback.AwsRequest;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.LoopbackContext;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.transform.TransformHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three stages together: whatever happens on the way, the warehouse ends as the source says. */
class PipelineIT {

    @Test
    void warehouseEqualsTheSourceAfterEveryDay() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        Pipeline warm = fixture.cold().pipeline();

        playAllDays(fixture, () -> {
            warm.tick();
            fixture.observe();
            fixture.assertEqual();
        });

        assertThat(warm.tick().isQuiet()).isTrue();
    }

    @Test
    void everythingDeliveredTwiceAndLateMakesNoDifference() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();

        playAllDays(fixture, () -> {
            fixture.cold().pipeline().tick();
            long tail = fixture.cold().logs().committed().tail();
            // The first one every time, so that the same is late more and more.
            for (long run : new TreeSet<>(List.of(1L, tail / 2 + 1, tail))) {
                PipelineAssembly again = fixture.cold();
                again.transform().transform(run, 1);
                invoke(new LoadHandler(again.load(), fixture.ingestionBucket), manifestEvent(fixture, run));
            }
        });

        fixture.assertEqual();
    }

    @Test
    void plainChainOfEventsIsEnough() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        PipelineAssembly functions = fixture.cold();
        JsonNode extracted = invoke(new ExtractHandler(functions.extract()), scheduledEvent());
        assertThat(extracted.path("run").asLong()).isEqualTo(1);

        String event = manifestEvent(fixture, 1);
        LoadHandler load = new LoadHandler(functions.load(), fixture.ingestionBucket);
        JsonNode tooEarly = invoke(load, event);
        assertThat(tooEarly.path("loaded").size()).isZero();
        assertThat(tooEarly.path("more").asBoolean()).isTrue();

        invoke(new TransformHandler(functions.transform(), fixture.ingestionBucket), event);
        JsonNode loaded = invoke(load, event);
        assertThat(loaded.path("loaded").get(0).asLong()).isEqualTo(1);
        assertThat(loaded.path("more").asBoolean()).isFalse();
        fixture.observe();
        fixture.assertEqual();
    }

    @Test
    void runsThatPiledUpAreLoadedInOrderByOneTick() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        playAllDays(fixture, () -> fixture.cold().extract().extract(ExtractRequest.changes(), Deadline.none()));

        Tick tick = fixture.cold().pipeline().tick();

        assertThat(tick.loaded()).hasSizeGreaterThan(8).isSorted();
        assertThat(tick.pending()).isZero();
        fixture.assertEqual();
    }

    @Test
    void emptyWarehouseIsRebuiltFromTheLog() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        playAllDays(fixture, () -> fixture.cold().pipeline().tick());
        TestDatabase rebuilt = fixture.servers.createDatabase("rebuilt");

        assertThat(fixture.cold(rebuilt).pipeline().tick().loaded()).hasSizeGreaterThan(8);

        fixture.assertEqual(rebuilt);
        for (StarTable fact : StarTable.values()) {
            if (fact.isFact()) {
                String key = fact.surrogateKey().orElseThrow();
                assertThat(content(rebuilt, fact.tableName(), key))
                        .isEqualTo(content(fixture.warehouse, fact.tableName(), key));
            }
        }
    }

    /** Only its ledger says so: for the buckets, everything is loaded. */
    @Test
    void restoredWarehouseCatchesUpThoughTheSourceIsQuiet() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        Pipeline warm = fixture.cold().pipeline();
        warm.tick();
        fixture.observe();
        TestDatabase backup = fixture.warehouse.copy("backup");
        fixture.source.execute("UPDATE sales_order SET units_sold = units_sold # 1 WHERE sales_order_id % 3 = 0");
        assertThat(warm.tick().loaded()).containsExactly(2L);
        fixture.observe();
        restore(fixture, backup);

        Tick quiet = warm.tick();

        assertThat(quiet.committed()).isEmpty();
        assertThat(quiet.loaded()).containsExactly(2L);
        fixture.assertEqual();
        assertThat(warm.tick().isQuiet()).isTrue();
    }

    @Test
    void objectThatARestoredWarehouseLacksIsWaitedForOnceATick() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        fixture.cold().pipeline().tick();
        TestDatabase restored = fixture.servers.createDatabase("restored");
        PipelineAssembly cold = fixture.cold(restored);
        String lost = cold.logs()
                .committed()
                .read(1)
                .batches()
                .getFirst()
                .units()
                .getFirst()
                .output();
        fixture.servers.removeObject(fixture.processedBucket, lost);
        AtomicInteger asked = new AtomicInteger();
        LoadHandler load = new LoadHandler(cold.load(), fixture.ingestionBucket);
        Pipeline pipeline = new Pipeline(
                new ExtractHandler(cold.extract()),
                new TransformHandler(cold.transform(), fixture.ingestionBucket),
                (input, output, context) -> {
                    asked.incrementAndGet();
                    load.handleRequest(input, output, context);
                });

        assertThat(pipeline.tick().waitingFor()).contains("run 1 waits for 1 of its", lost);
        assertThat(asked).hasValue(1);

        cold.transform().transform(1, 1);
        assertThat(pipeline.tick().isComplete()).isTrue();
        fixture.observe();
        fixture.assertEqual(restored);
    }

    @Test
    void overlappingTicksCommitEveryChangeOnce() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            playAllDays(fixture, () -> tickTogether(fixture, threads));
        }
        fixture.assertEqual();
    }

    /** Every request to S3 may fail, with or without having worked; a tick that fails is simply followed by another. */
    @ParameterizedTest
    @ValueSource(longs = 1)
    void failuresAnywhereOnlyCostTime(long seed) throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        Faults faults = fixture.servers.requireLoopback().faults();
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger failed = new AtomicInteger();
        Predicate<AwsRequest> ours = request ->
                List.of(fixture.ingestionBucket, fixture.processedBucket).contains(request.bucket());
        try {
            playAllDays(fixture, () -> {
                for (int i = 0; i < 4; i++) {
                    AtomicInteger skip = new AtomicInteger(random.nextInt(25));
                    // The SDK tries three times: four failures in a row reach the pipeline.
                    for (int tries = 0; tries < 4; tries++) {
                        Fault fault = random.nextBoolean()
                                ? Fault.internalError()
                                : new Fault.RefuseAfterwards(500, "InternalError");
                        faults.next(request -> ours.test(request) && skip.getAndDecrement() <= 0, fault);
                    }
                }
                tickUntilDone(fixture, failed);
                faults.clear();
                tickUntilDone(fixture, failed);
            });
        } finally {
            faults.clear();
        }
        assertThat(failed.get()).as("ticks that failed").isPositive();
        fixture.assertEqual();
    }

    /** Something that is done after each day, before the next one begins. */
    @FunctionalInterface
    private interface EndOfDay {
        void work() throws Exception;
    }

    /** The first load and every business day, each followed by the same work; then the oracle looks at the source. */
    private static void playAllDays(PipelineFixture fixture, EndOfDay endOfDay) throws Exception {
        endOfDay.work();
        fixture.observe();
        try (SourceConnections users = fixture.users()) {
            for (BusinessDay day : BusinessDays.script()) {
                day.play(users);
                endOfDay.work();
                fixture.observe();
            }
        }
    }

    /** Puts a backup in the place of the warehouse, under its name. */
    private static void restore(PipelineFixture fixture, TestDatabase backup) throws SQLException {
        try (Connection superuser = fixture.source.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("DROP DATABASE " + fixture.warehouse.name());
            statement.execute("ALTER DATABASE " + backup.name() + " RENAME TO " + fixture.warehouse.name());
        }
    }

    private static void tickUntilDone(PipelineFixture fixture, AtomicInteger failed) {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                if (fixture.cold().pipeline().tick().pending() == 0) {
                    return;
                }
            } catch (PipelineException e) {
                failed.incrementAndGet();
            }
        }
        throw new AssertionError("twenty ticks were not enough");
    }

    private static void tickTogether(PipelineFixture fixture, ExecutorService threads) throws Exception {
        List<Future<Tick>> ticks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ticks.add(threads.submit(() -> fixture.cold().pipeline().tick()));
        }
        for (Future<Tick> tick : ticks) {
            tick.get();
        }
    }

    private static List<List<Object>> content(TestDatabase database, String table, String key) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY " + key)) {
            List<List<Object>> content = new ArrayList<>();
            while (rows.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getObject(i));
                }
                content.add(row);
            }
            return content;
        }
    }

    private static String scheduledEvent() {
        return """
                {"version": "0", "id": "89d1a02d-5ec7-412e-82f5-13505f849b41", "detail-type": "Scheduled Event",
                 "source": "aws.events", "account": "123456789012", "time": "2026-01-31T14:05:00Z",
                 "region": "eu-west-2", "resources": ["arn:aws:events:eu-west-2:123456789012:rule/tick"], "detail": {}}
                """;
    }

    private static String manifestEvent(PipelineFixture fixture, long run) {
        return """
                {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-2",
                  "eventTime": "2026-01-31T14:05:03.000Z", "eventName": "ObjectCreated:Put",
                  "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": "%s", "arn": "arn:aws:s3:::%s"},
                         "object": {"key": "%s", "size": 1024, "eTag": "0123456789abcdef"}}}]}
                """.formatted(fixture.ingestionBucket, fixture.ingestionBucket, ObjectKeys.manifest(run));
    }

    private static JsonNode invoke(RequestStreamHandler handler, String event) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, new LoopbackContext());
        return Json.tree(output.toByteArray());
    }
}
