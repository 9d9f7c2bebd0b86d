package com.terrifictotes.etl.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.extract.ExtractAnswer;
import com.terrifictotes.etl.local.Pipeline.Tick;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunReportTest {

    private static final Duration TOOK = Duration.ofMillis(1_234);
    private static final SortedMap<Long, Long> NONE = new TreeMap<>();
    private static final Tick QUIET = new Tick(List.of(), List.of(), NONE, 0, null, false, List.of());

    private final StringWriter output = new StringWriter();
    private final StringWriter error = new StringWriter();
    private final RunReport report = new RunReport(
            new PrintWriter(output),
            new PrintWriter(error),
            Clock.fixed(Instant.parse("2026-11-22T10:00:00.987Z"), ZoneOffset.UTC),
            new Database(
                    name -> {
                        throw new IllegalStateException("nothing was loaded");
                    },
                    "warehouse",
                    "test"),
            "public",
            "my-processed");

    @Test
    void quietTickIsOneLine() {
        report.tick(QUIET, TOOK);

        assertThat(output.toString().lines()).containsExactly("2026-11-22T10:00:00Z  nothing changed; 1.23 s");
        assertThat(error.toString()).isEmpty();
    }

    @Test
    void runsThatArePendingAreToldWithTheReason() {
        report.tick(
                new Tick(List.of(7L), List.of(), NONE, 2, "run 6 lacks s3://p/data/x.parquet", false, List.of()), TOOK);
        report.tick(new Tick(List.of(), List.of(), NONE, 1_000, null, false, List.of()), TOOK);

        assertThat(error.toString().lines())
                .containsExactly(
                        "2026-11-22T10:00:00Z  2 runs pending: run 6 lacks s3://p/data/x.parquet",
                        "2026-11-22T10:00:00Z  1,000 runs pending: the next tick goes on");
        assertThat(output.toString()).isEmpty();
    }

    @Test
    void tablesThatAreHeldBackAndRowsThatWaitAreTold() {
        report.tick(
                new Tick(
                        List.of(7L),
                        List.of(),
                        NONE,
                        0,
                        null,
                        true,
                        List.of(new ExtractAnswer.HeldBack("design", "table design is missing"))),
                TOOK);

        assertThat(error.toString().lines())
                .containsExactly(
                        "2026-11-22T10:00:00Z  table design is held back: table design is missing",
                        "2026-11-22T10:00:00Z  rows that one tick had no room for wait for the next");
    }

    @Test
    void quarantinedRowsAreTold() {
        report.tick(
                new Tick(List.of(7L), List.of(), new TreeMap<>(Map.of(8L, 1_234L, 7L, 1L)), 1, null, false, List.of()),
                TOOK);

        assertThat(error.toString().lines())
                .containsExactly(
                        "2026-11-22T10:00:00Z  1 row of run 7 quarantined; to see them: totesys quarantine show --run 7"
                                + " --processed-bucket my-processed",
                        "2026-11-22T10:00:00Z  1,234 rows of run 8 quarantined; to see them: totesys quarantine show"
                                + " --run 8 --processed-bucket my-processed",
                        "2026-11-22T10:00:00Z  1 run pending: the next tick goes on");
    }

    @Test
    void failureIsToldInFullOnceAndAgainAfterSomethingElse() {
        PipelineException denied = new PipelineException(ErrorCode.AWS_ACCESS_DENIED, "cannot read s3://a/b");

        report.failure(denied);
        report.failure(denied);
        report.failure(denied);
        report.failure(new IllegalStateException("odd"));
        report.failure(new IllegalStateException("odd"));
        report.failure(denied);
        report.tick(QUIET, TOOK);
        report.failure(denied);

        assertThat(error.toString().lines().map(line -> line.substring("2026-11-22T10:00:00Z  ".length())))
                .containsExactly(
                        "AWS_ACCESS_DENIED: cannot read s3://a/b",
                        "AWS_ACCESS_DENIED: the same again, 2 times in a row",
                        "AWS_ACCESS_DENIED: the same again, 3 times in a row",
                        "java.lang.IllegalStateException: odd",
                        "IllegalStateException: the same again, 2 times in a row",
                        "AWS_ACCESS_DENIED: cannot read s3://a/b",
                        "AWS_ACCESS_DENIED: cannot read s3://a/b");
    }
}
