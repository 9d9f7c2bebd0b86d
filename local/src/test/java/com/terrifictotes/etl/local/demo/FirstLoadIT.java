package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.extract.ChangeDetection;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.extract.RunLimits;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.local.PipelineAssembly;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A first load that one run has no room for, through all three stages. */
class FirstLoadIT {

    @Test
    void oneTickGoesOnUntilTheFirstLoadIsComplete() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        fixture.observe();

        Tick tick =
                assembly(fixture, 100, ChangeDetection.bySnapshot()).pipeline().tick();

        assertThat(tick.committed()).hasSizeGreaterThan(5);
        assertThat(tick.loaded()).isEqualTo(tick.committed());
        assertThat(tick.isComplete()).isTrue();
        fixture.assertEqual();
        assertThat(inferred(fixture)).isZero();
    }

    @Test
    void businessThatGoesOnDuringTheFirstLoadArrives() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        try (SourceConnections users = fixture.users()) {
            for (BusinessDay day : BusinessDays.script()) {
                PipelineAssembly cold = assembly(fixture, 60, ChangeDetection.bySnapshot());
                cold.extract().extract(ExtractRequest.changes(), Deadline.none());
                day.play(users);
            }
        }
        // What was overwritten before it was read is no version of it.
        fixture.observe();

        assertThat(assembly(fixture, 60, ChangeDetection.bySnapshot())
                        .pipeline()
                        .tick()
                        .isComplete())
                .isTrue();
        assertCurrentRowsAreThoseOfTheSource(fixture);
    }

    @ParameterizedTest
    @ValueSource(longs = 2)
    void killedAnywhereItConvergesToTheSameWarehouse(long seed) throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        fixture.observe();
        Faults faults = fixture.servers.requireLoopback().faults();
        SplittableRandom random = new SplittableRandom(seed);
        int failed = 0;
        boolean complete = false;
        try {
            for (int attempt = 0; attempt < 60 && !complete; attempt++) {
                AtomicInteger skip = new AtomicInteger(random.nextInt(60));
                boolean afterwards = random.nextBoolean();
                for (int tries = 0; attempt < 40 && tries < 4; tries++) {
                    faults.next(
                            request -> List.of(fixture.ingestionBucket, fixture.processedBucket)
                                            .contains(request.bucket())
                                    && skip.getAndDecrement() <= 0,
                            afterwards ? new Fault.RefuseAfterwards(500, "InternalError") : Fault.internalError());
                }
                try {
                    complete = assembly(fixture, 150, ChangeDetection.bySnapshot())
                            .pipeline()
                            .tick()
                            .isComplete();
                } catch (PipelineException e) {
                    failed++;
                }
                faults.clear();
            }
        } finally {
            faults.clear();
        }
        assertThat(complete).as("seed %d", seed).isTrue();
        assertThat(failed).as("ticks that failed, seed %d", seed).isPositive();
        fixture.assertEqual();
    }

    @Test
    void lastUpdatedBringsTheSameWarehouse() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        ChangeDetection byColumn =
                new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), Duration.ofDays(20_000));
        try (SourceConnections users = fixture.users()) {
            for (BusinessDay day : BusinessDays.script()) {
                assembly(fixture, 1_000_000, byColumn).pipeline().tick();
                fixture.observe();
                day.play(users);
            }
        }
        assembly(fixture, 1_000_000, byColumn).pipeline().tick();
        fixture.observe();

        fixture.assertEqual();
    }

    private static PipelineAssembly assembly(PipelineFixture fixture, long rows, ChangeDetection detection) {
        return fixture.cold()
                .with(new ExtractSettings(detection, new RunLimits(rows, 1L << 30, Duration.ofMinutes(5)), 2));
    }

    private static long inferred(PipelineFixture fixture) throws SQLException {
        return number(fixture.warehouse.connect(), "SELECT sum(inferred) FROM etl_run_table");
    }

    private static void assertCurrentRowsAreThoseOfTheSource(PipelineFixture fixture) throws SQLException {
        for (List<String> pair : List.of(
                List.of("sales_order", "current_sales_order", "units_sold"),
                List.of("purchase_order", "current_purchase_order", "item_quantity"),
                List.of("payment", "current_payment", "paid::int"))) {
            String figures = "SELECT count(*) * 1000003 + sum(" + pair.get(2) + ") FROM ";
            assertThat(number(fixture.warehouse.connect(), figures + pair.get(1)))
                    .as(pair.get(1))
                    .isEqualTo(number(fixture.source.connect(), figures + pair.get(0)));
        }
    }

    private static long number(Connection opened, String query) throws SQLException {
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
