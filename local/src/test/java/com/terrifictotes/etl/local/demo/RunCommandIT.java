package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.TotesysCommand;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
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
        assertThat(output.toString())
                .endsWith("  extracted runs [1], loaded runs [1], 0 pending, 0 rows quarantined"
                        + System.lineSeparator());
        fixture.observe();
        fixture.assertEqual();
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
    void missingDatabaseIsAskedFor() {
        int exit = run("run", "--ingestion-bucket", "a", "--processed-bucket", "b", "--totesys-secret", "c");

        assertThat(exit).isEqualTo(2);
        assertThat(error.toString())
                .startsWith("Where is the warehouse database? Give one of --warehouse-url and --warehouse-secret");
    }

    @Test
    void everyCommandExplainsItself() {
        for (List<String> arguments : List.of(List.of("--help"), List.of("demo", "--help"), List.of("run", "--help"))) {
            assertThat(run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(output.toString()).contains("--keep", "--every", "INGESTION_BUCKET", "WAREHOUSE_URL");
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
