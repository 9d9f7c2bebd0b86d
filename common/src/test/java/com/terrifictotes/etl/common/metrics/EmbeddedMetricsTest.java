package com.terrifictotes.etl.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedMetricsTest {

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Metrics metrics = new EmbeddedMetrics(
            new PrintStream(log, true, StandardCharsets.UTF_8),
            Clock.fixed(Instant.ofEpochMilli(1_732_060_800_123L), ZoneOffset.UTC),
            "TotesysEtl",
            "extract");

    @Test
    void figureOfAStageIsOneLineOfTheEmbeddedMetricFormat() {
        metrics.report(Metric.HEARTBEAT, 1);

        assertThat(log.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("""
                {"_aws":{"Timestamp":1732060800123,"CloudWatchMetrics":[{"Namespace":"TotesysEtl",\
                "Dimensions":[["Stage"]],"Metrics":[{"Name":"Heartbeat","Unit":"Count"}]}]},\
                "Stage":"extract","Heartbeat":1}
                """);
    }

    @Test
    void figureOfATableCountsForItsStageAsWell() {
        metrics.report(Metric.BYTES_EXTRACTED, Long.MAX_VALUE, "sales_order");

        assertThat(log.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("""
                {"_aws":{"Timestamp":1732060800123,"CloudWatchMetrics":[{"Namespace":"TotesysEtl",\
                "Dimensions":[["Stage"],["Stage","Table"]],"Metrics":[{"Name":"BytesExtracted","Unit":"Bytes"}]}]},\
                "Stage":"extract","Table":"sales_order","BytesExtracted":9223372036854775807}
                """);
    }

    @Test
    void everyFigureIsALineOfItsOwn() {
        metrics.report(Metric.ROWS_INSERTED, 1, "a\nb");
        metrics.report(Metric.ROWS_UPDATED, 2, "staff");

        assertThat(log.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void everyMetricHasALabelOfItsOwn() {
        assertThat(Arrays.stream(Metric.values()).map(Metric::label))
                .doesNotHaveDuplicates()
                .doesNotContain("_aws", "Stage", "Table")
                .allMatch(label -> label.matches("[A-Z][A-Za-z]+"));
    }

    /** The units of the MetricDatum type in the CloudWatch API reference that are in use here. */
    @ParameterizedTest
    @EnumSource
    void unitsAreThoseOfCloudWatch(Metric metric) {
        assertThat(metric.unit()).isIn("Count", "Bytes", "Seconds", "Milliseconds");
    }

    @Test
    void figuresThatNobodyCollectsGoNowhere() {
        Metrics.none().report(Metric.HEARTBEAT, 1);
        Metrics.none().report(Metric.ROWS_INSERTED, 1, "staff");

        assertThat(log.size()).isZero();
    }
}
