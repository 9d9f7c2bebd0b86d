package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.TotesysCommand;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RunCommandIT {

    private static final Map<String, String> AWS_SETTINGS =
            Map.of("aws.region", "eu-west-2", "aws.accessKeyId", "test", "aws.secretAccessKey", "test");

    private final StringWriter output = new StringWriter();
    private final StringWriter error = new StringWriter();

    @BeforeEach
    void pointTheSdkAtTheTestServers() {
        AWS_SETTINGS.forEach(System::setProperty);
        System.setProperty("aws.endpointUrl", TestServers.shared().endpoint().toString());
    }

    @AfterEach
    void forgetTheSettings() {
        AWS_SETTINGS.keySet().forEach(System::clearProperty);
        System.clearProperty("aws.endpointUrl");
    }

    @Test
    void oneTickLoadsWhatTheUrlsAndBucketsName() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();

        int exit = run(
                "run",
                "--ingestion-bucket",
                fixture.ingestionBucket,
                "--processed-bucket",
                fixture.processedBucket,
                "--totesys-secret",
                fixture.sourceSecret,
                "--warehouse-url",
                url(fixture.warehouse.owner()));

        assertThat(exit).as(error.toString()).isZero();
        assertThat(output.toString().strip())
                .matches(
                        "[-0-9:TZ]+  run 1: ([0-9,]+) rows read, \\1 inserted, 0 updated, 0 unchanged; [0-9]+\\.[0-9]{2} s");
        assertThat(error.toString()).isEmpty();
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
                "--warehouse-url=" + url(fixture.warehouse.owner()),
                "--run-max-rows=400");

        assertThat(run(arguments.toArray(String[]::new))).as(error.toString()).isZero();
        assertThat(output.toString().lines())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.matches("[-0-9:TZ]+  run [0-9]+: .* read, .*; [0-9]+\\.[0-9]{2} s"));
        output.getBuffer().setLength(0);

        assertThat(run(Stream.concat(arguments.stream(), Stream.of("--full")).toArray(String[]::new)))
                .as(error.toString())
                .isZero();
        assertThat(output.toString().lines())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.contains(" 0 inserted, 0 updated, "));
    }

    @Test
    void settingThatIsWrongIsAWrongCommandLine() {
        int exit = run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--totesys-url=postgresql://u:p@127.0.0.1:1/d",
                "--warehouse-url=postgresql://u:p@127.0.0.1:1/d",
                "--change-detection=sales_order:last_updated");

        assertThat(exit).isEqualTo(2);
        assertThat(error.toString())
                .startsWith("CONFIGURATION_INVALID: the settings are not right: CHANGE_DETECTION is"
                        + " \"sales_order:last_updated\": \"sales_order:last_updated\" is neither snapshot nor"
                        + " last_updated; expected one of them, or table=strategy for some tables");
    }

    @Test
    void errorOfThePipelineIsOneLineAndExitOne() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();

        int exit = run(
                "run",
                "--ingestion-bucket",
                "no-such-bucket",
                "--processed-bucket",
                fixture.processedBucket,
                "--totesys-secret",
                fixture.sourceSecret,
                "--warehouse-url",
                url(fixture.warehouse.owner()));

        assertThat(exit).isEqualTo(1);
        assertThat(error.toString().lines())
                .singleElement()
                .asString()
                .startsWith("BUCKET_MISSING: cannot write s3://no-such-bucket/data/");
    }

    @Test
    void oneBucketForBothRolesIsRefused() {
        int exit = run(
                "run",
                "--ingestion-bucket=lake",
                "--processed-bucket=lake",
                "--totesys-secret=a",
                "--warehouse-secret=b");

        assertThat(exit).isEqualTo(1);
        assertThat(error.toString().lines())
                .containsExactly(
                        "CONFIGURATION_INVALID: --ingestion-bucket and --processed-bucket are both \"lake\"; expected two"
                                + " buckets, since both hold manifests under the same keys");
    }

    @Test
    void missingDatabaseIsAskedFor() {
        int exit = run("run", "--ingestion-bucket", "a", "--processed-bucket", "b", "--totesys-secret", "c");

        assertThat(exit).isEqualTo(2);
        assertThat(error.toString().lines())
                .containsExactly(
                        "Where is the warehouse database? Give one of --warehouse-url (or WAREHOUSE_URL) and"
                                + " --warehouse-secret (or WAREHOUSE_SECRET)",
                        "Try 'totesys run --help'");
    }

    @Test
    void databaseThatIsGivenTwiceIsTold() {
        int exit = run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--totesys-secret=c",
                "--totesys-url=postgresql://u:hunter2@h/d",
                "--warehouse-secret=e");

        assertThat(exit).isEqualTo(2);
        assertThat(error.toString().lines())
                .containsExactly(
                        "The totesys database is given twice, by --totesys-url (or TOTESYS_URL) and by --totesys-secret (or"
                                + " TOTESYS_SECRET): give one of them",
                        "Try 'totesys run --help'");
    }

    @Test
    void wrongOptionIsOneLineAndAHint() {
        assertThat(run("run", "--ingestion-bucket=a", "--processed-bucket=b", "--evry=5m"))
                .isEqualTo(2);
        assertThat(error.toString().lines()).containsExactly("Unknown option: '--evry=5m'", "Try 'totesys run --help'");
    }

    @Test
    void passwordInAWrongOptionIsNotRepeated() {
        int exit = run(
                "run",
                "--ingestion-bucket=a",
                "--processed-bucket=b",
                "--warehouse-ulr=postgresql://me:hunter2@db.example.com/d",
                "postgresql://me:hunt:er2@h/d");

        assertThat(exit).isEqualTo(2);
        assertThat(error.toString())
                .contains("--warehouse-ulr=postgresql://me:***@db.example.com/d")
                .doesNotContain("hunt");
    }

    @Test
    void failureThatRepeatsIsShortenedAndDoesNotEndTheSchedule() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        FutureTask<Integer> schedule = new FutureTask<>(() -> run(
                "run",
                "--every=1s",
                "--ingestion-bucket=no-such-bucket",
                "--processed-bucket=" + fixture.processedBucket,
                "--totesys-secret=" + fixture.sourceSecret,
                "--warehouse-url=" + url(fixture.warehouse.owner())));
        Thread thread = new Thread(schedule, "schedule");
        thread.start();
        try {
            await(() -> error.toString().lines().count() >= 3);
        } finally {
            thread.interrupt();
        }

        assertThat(schedule.get(10, TimeUnit.SECONDS)).isNotZero();
        assertThat(error.toString().lines().limit(3).map(line -> line.replaceFirst("^[-0-9:TZ]+  ", "")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("BUCKET_MISSING: cannot write s3://no-such-bucket/data/"),
                        second -> assertThat(second).isEqualTo("BUCKET_MISSING: the same again, 2 times in a row"),
                        third -> assertThat(third).isEqualTo("BUCKET_MISSING: the same again, 3 times in a row"));
    }

    @Test
    void everyCommandExplainsItself() {
        for (List<String> arguments : List.of(List.of("--help"), List.of("demo", "--help"), List.of("run", "--help"))) {
            assertThat(run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(output.toString()).contains("--keep", "--every", "INGESTION_BUCKET", "WAREHOUSE_URL");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private int run(String... arguments) {
        CommandLine command = TotesysCommand.commandLine();
        return command.setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(error, true))
                .execute(arguments);
    }

    private static String url(TestRole role) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(role.username(), role.password(), role.host(), role.port(), role.database());
    }
}
