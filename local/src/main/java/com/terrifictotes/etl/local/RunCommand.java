package com.terrifictotes.etl.local;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.local.Pipeline.Tick;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** {@code totesys run}: ticks against real databases and buckets. */
@Command(
        name = "run",
        description = {
            "Runs the pipeline once (or again and again, with --every) against a real source, warehouse and buckets.",
            "AWS region, credentials and endpoint come from the usual places (AWS_REGION, AWS_PROFILE,"
                    + " AWS_ENDPOINT_URL, ...)."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--ingestion-bucket",
            required = true,
            defaultValue = "${env:INGESTION_BUCKET}",
            showDefaultValue = Visibility.NEVER,
            description = "Bucket for CSV objects and manifests. Environment: INGESTION_BUCKET.")
    private String ingestionBucket = "";

    @Option(
            names = "--processed-bucket",
            required = true,
            defaultValue = "${env:PROCESSED_BUCKET}",
            showDefaultValue = Visibility.NEVER,
            description = "Bucket for Parquet objects. Environment: PROCESSED_BUCKET.")
    private String processedBucket = "";

    @ArgGroup(exclusive = false, heading = "The operational database:%n")
    private SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "The warehouse:%n")
    private WarehouseOptions warehouse = new WarehouseOptions();

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Tick again and again, this long after the start of the last: 30s, 5m, 1h.")
    private @Nullable Duration every;

    RunCommand() {}

    /** Where the operational database is. */
    static final class SourceOptions {
        @Option(
                names = "--totesys-url",
                paramLabel = "URL",
                defaultValue = "${env:TOTESYS_URL}",
                showDefaultValue = Visibility.NEVER,
                description = "postgresql://user:password@host:port/database[?sslmode=...]. Environment: TOTESYS_URL.")
        private @Nullable String url;

        @Option(
                names = "--totesys-secret",
                paramLabel = "NAME",
                defaultValue = "${env:TOTESYS_SECRET}",
                showDefaultValue = Visibility.NEVER,
                description = "Or the secret in AWS Secrets Manager. Environment: TOTESYS_SECRET.")
        private @Nullable String secret;
    }

    /** Where the warehouse is. */
    static final class WarehouseOptions {
        @Option(
                names = "--warehouse-url",
                paramLabel = "URL",
                defaultValue = "${env:WAREHOUSE_URL}",
                showDefaultValue = Visibility.NEVER,
                description =
                        "postgresql://user:password@host:port/database[?sslmode=...]. Environment: WAREHOUSE_URL.")
        private @Nullable String url;

        @Option(
                names = "--warehouse-secret",
                paramLabel = "NAME",
                defaultValue = "${env:WAREHOUSE_SECRET}",
                showDefaultValue = Visibility.NEVER,
                description = "Or the secret in AWS Secrets Manager. Environment: WAREHOUSE_SECRET.")
        private @Nullable String secret;

        @Option(
                names = "--warehouse-schema",
                paramLabel = "SCHEMA",
                defaultValue = "${env:WAREHOUSE_SCHEMA:-public}",
                showDefaultValue = Visibility.NEVER,
                description = "Schema of the star schema's tables. Environment: WAREHOUSE_SCHEMA. Default: public.")
        private String schema = "public";
    }

    @Override
    public Integer call() throws InterruptedException {
        try (S3Client s3 = AwsClients.s3();
                SecretsManagerClient secretsManager = AwsClients.secretsManager()) {
            SecretSource secrets = SecretSource.of(secretsManager);
            Pipeline pipeline = new PipelineAssembly(
                            s3,
                            ingestionBucket,
                            processedBucket,
                            database("totesys", source.url, source.secret, secrets),
                            database("warehouse", warehouse.url, warehouse.secret, secrets),
                            warehouse.schema)
                    .pipeline();
            if (every == null) {
                report(pipeline.tick());
                return 0;
            }
            return tickForever(pipeline, every);
        }
    }

    private int tickForever(Pipeline pipeline, Duration interval) throws InterruptedException {
        while (true) {
            long start = System.nanoTime();
            try {
                report(pipeline.tick());
            } catch (RuntimeException e) {
                // As in the cloud: a tick that fails does not end the schedule, and the next one goes on from there.
                say(spec.commandLine().getErr(), e instanceof PipelineException ? e.getMessage() : e.toString());
            }
            Duration rest = interval.minusNanos(System.nanoTime() - start);
            if (rest.isPositive()) {
                Thread.sleep(rest);
            }
        }
    }

    private void report(Tick tick) {
        PrintWriter out = spec.commandLine().getOut();
        if (tick.isQuiet()) {
            say(out, "nothing changed");
            return;
        }
        say(
                out,
                "extracted runs " + tick.committed() + ", loaded runs " + tick.loaded() + ", " + tick.pending()
                        + " pending, " + tick.quarantined() + " rows quarantined");
    }

    private static void say(PrintWriter writer, @Nullable String text) {
        writer.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + "  " + text);
        writer.flush();
    }

    private Database database(String name, @Nullable String url, @Nullable String secret, SecretSource secrets) {
        if ((url == null) == (secret == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Where is the " + name + " database? Give one of --" + name + "-url and --" + name + "-secret");
        }
        return url != null
                ? new Database(ignored -> DatabaseUrl.toSecret(url), "--" + name + "-url", "totesys run")
                : new Database(secrets, requireNonNull(secret), "totesys run");
    }
}
