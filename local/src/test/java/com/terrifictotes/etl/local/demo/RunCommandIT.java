package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.CommandRuns;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunCommandIT {

    @RegisterExtension
    private final CommandRuns command = new CommandRuns();

    @Test
    void oneTickLoadsWhatTheUrlsAndBucketsName() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();

        int exit = command.run(
                "run",
                "--ingestion-bucket",
                fixture.ingestionBucket,
                "--processed-bucket",
                fixture.processedBucket,
                "--totesys-secret",
                fixture.sourceSecret,
                "--warehouse-url",
                CommandRuns.url(fixture.warehouse.owner()));

        assertThat(exit).as(command.error()).isZero();
        assertThat(command.output().strip())
                .matches(
                        "[-0-9:TZ]+  run 1: ([0-9,]+) rows read, \\1 inserted, 0 updated, 0 unchanged; [0-9]+\\.[0-9]{2} s");
        assertThat(command.error()).isEmpty();
        fixture.observe();
        fixture.assertEqual();
    }

    @Test
    void everyRunIsToldAndEverythingCanBeReadAgain() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        List<String> arguments = List.of(
                "run",
                "--ingestion-bucket=" + fixture.ingestionBucket,
                "--processed-bucket=" + fixture.processedBucket,
                "--totesys-secret=" + fixture.sourceSecret,
                "--warehouse-url=" + CommandRuns.url(fixture.warehouse.owner()),
                "--run-max-rows=400");

        assertThat(command.run(arguments.toArray(String[]::new)))
                .as(command.error())
                .isZero();
        assertThat(command.output().lines())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.matches("[-0-9:TZ]+  run [0-9]+: .* read, .*; [0-9]+\\.[0-9]{2} s"));
        command.forget();

        assertThat(command.run(
                        Stream.concat(arguments.stream(), Stream.of("--full")).toArray(String[]::new)))
                .as(command.error())
                .isZero();
        assertThat(command.output().lines())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.contains(" 0 inserted, 0 updated, "));
    }

    @Test
    void settingThatIsWrongIsAWrongCommandLine() {
        int exit = command.run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--totesys-url=postgresql://u:p@127.0.0.1:1/d",
                "--warehouse-url=postgresql://u:p@127.0.0.1:1/d",
                "--change-detection=sales_order:last_updated");

        assertThat(exit).isEqualTo(2);
        assertThat(command.error())
                .startsWith("CONFIGURATION_INVALID: the settings are not right: CHANGE_DETECTION is"
                        + " \"sales_order:last_updated\": \"sales_order:last_updated\" is neither snapshot nor"
                        + " last_updated; expected one of them, or table=strategy for some tables");
    }

    @Test
    void errorOfThePipelineIsOneLineAndExitOne() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();

        int exit = command.run(
                "run",
                "--ingestion-bucket",
                "no-such-bucket",
                "--processed-bucket",
                fixture.processedBucket,
                "--totesys-secret",
                fixture.sourceSecret,
                "--warehouse-url",
                CommandRuns.url(fixture.warehouse.owner()));

        assertThat(exit).isEqualTo(1);
        assertThat(command.error().lines())
                .singleElement()
                .asString()
                .startsWith("BUCKET_MISSING: cannot write s3://no-such-bucket/data/");
    }

    @Test
    void oneBucketForBothRolesIsRefused() {
        int exit = command.run(
                "run",
                "--ingestion-bucket=lake",
                "--processed-bucket=lake",
                "--totesys-secret=a",
                "--warehouse-secret=b");

        assertThat(exit).isEqualTo(1);
        assertThat(command.error().lines())
                .containsExactly(
                        "CONFIGURATION_INVALID: --ingestion-bucket and --processed-bucket are both \"lake\"; expected two"
                                + " buckets, since both hold manifests under the same keys");
    }

    @Test
    void missingDatabaseIsAskedFor() {
        int exit = command.run("run", "--ingestion-bucket", "a", "--processed-bucket", "b", "--totesys-secret", "c");

        assertThat(exit).isEqualTo(2);
        assertThat(command.error().lines())
                .containsExactly(
                        "Where is the warehouse database? Give one of --warehouse-url (or WAREHOUSE_URL) and"
                                + " --warehouse-secret (or WAREHOUSE_SECRET)",
                        "Try 'totesys run --help'");
    }

    @Test
    void databaseThatIsGivenTwiceIsTold() {
        int exit = command.run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--totesys-secret=c",
                "--totesys-url=postgresql://u:hunter2@h/d",
                "--warehouse-secret=e");

        assertThat(exit).isEqualTo(2);
        assertThat(command.error().lines())
                .containsExactly(
                        "The totesys database is given twice, by --totesys-url (or TOTESYS_URL) and by --totesys-secret (or"
                                + " TOTESYS_SECRET): give one of them",
                        "Try 'totesys run --help'");
    }

    @Test
    void wrongOptionIsOneLineAndAHint() {
        assertThat(command.run("run", "--ingestion-bucket=a", "--processed-bucket=b", "--evry=5m"))
                .isEqualTo(2);
        assertThat(command.error().lines()).containsExactly("Unknown option: '--evry=5m'", "Try 'totesys run --help'");
    }

    @Test
    void passwordInAWrongOptionIsNotRepeated() {
        int exit = command.run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--warehouse-ulr=postgresql://me:hunter2@db.example.com/d",
                "postgresql://me:hunt:er2@h/d");

        assertThat(exit).isEqualTo(2);
        assertThat(command.error())
                .contains("--warehouse-ulr=postgresql://me:***@db.example.com/d")
                .doesNotContain("hunt");
    }

    @Test
    void failureThatRepeatsIsShortenedAndDoesNotEndTheSchedule() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        FutureTask<Integer> schedule = new FutureTask<>(() -> command.run(
                "run",
                "--every=1s",
                "--ingestion-bucket=no-such-bucket",
                "--processed-bucket=" + fixture.processedBucket,
                "--totesys-secret=" + fixture.sourceSecret,
                "--warehouse-url=" + CommandRuns.url(fixture.warehouse.owner())));
        Thread thread = new Thread(schedule, "schedule");
        thread.start();
        try {
            await(() -> command.error().lines().count() >= 3);
        } finally {
            thread.interrupt();
        }

        assertThat(schedule.get(10, TimeUnit.SECONDS)).isNotZero();
        assertThat(command.error().lines().limit(3).map(line -> line.replaceFirst("^[-0-9:TZ]+  ", "")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("BUCKET_MISSING: cannot write s3://no-such-bucket/data/"),
                        second -> assertThat(second).isEqualTo("BUCKET_MISSING: the same again, 2 times in a row"),
                        third -> assertThat(third).isEqualTo("BUCKET_MISSING: the same again, 3 times in a row"));
    }

    @Test
    void everyCommandExplainsItself() {
        for (List<String> arguments : List.of(
                List.of("--help"), List.of("demo", "--help"), List.of("run", "--help"), List.of("rebuild", "--help"))) {
            assertThat(command.run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(command.output())
                .contains("--keep", "--every", "--compare-with", "INGESTION_BUCKET", "WAREHOUSE_URL");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
