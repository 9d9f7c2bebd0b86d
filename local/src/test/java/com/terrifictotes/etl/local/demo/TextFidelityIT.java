package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.Pipeline.Tick;
import java.sql.Connection;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever PostgreSQL can store arrives as it is, through COPY, CSV, Parquet and COPY again. Both ends are read by JDBC and
 * compared value by value: no code of the pipeline has a part in the judgement. A failure names its seed;
 * {@code -Dfidelity.seed=…} repeats it, or tries another one.
 */
class TextFidelityIT {

    private static final String SEED = "fidelity.seed";

    static LongStream seeds() {
        Long wanted = Long.getLong(SEED);
        return wanted == null ? LongStream.of(1, 2) : LongStream.of(wanted);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyValueArrivesAsItIs(long seed) throws Exception {
        try {
            fillAndChange(seed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -D%s=%d: %s".formatted(SEED, seed, e.getMessage()), e);
        }
    }

    private static void fillAndChange(long seed) throws Exception {
        PipelineFixture fixture = PipelineFixture.empty();
        HostileDataset dataset = new HostileDataset(seed);
        try (Connection source = fixture.source.connect()) {
            dataset.fill(source);
        }
        Pipeline pipeline = fixture.cold().pipeline();
        assertEverythingArrives(fixture, pipeline);

        try (Connection source = fixture.source.connect()) {
            dataset.change(source);
        }
        assertEverythingArrives(fixture, pipeline);
    }

    private static void assertEverythingArrives(PipelineFixture fixture, Pipeline pipeline) throws Exception {
        Tick tick = pipeline.tick();

        assertThat(tick.quarantined()).as("quarantined rows").isZero();
        assertThat(tick.isComplete()).isTrue();
        fixture.observe();
        fixture.assertEqual();
    }
}
