package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.Settings;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.load.LoadStage;
import com.terrifictotes.etl.local.BucketOptions.Buckets;
import com.terrifictotes.etl.local.Pipeline.Tick;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
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
            ProcessedBucketOption.AWS_SETTINGS
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is loaded",
            "1:an error, a table that is held back, or runs that are still pending",
            "2:a wrong command line"
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BucketOptions bucketOptions = new BucketOptions();

    @ArgGroup(exclusive = false, heading = "The operational database:%n")
    private SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "The warehouse:%n")
    private WarehouseOptions warehouse = new WarehouseOptions();

    @ArgGroup(exclusive = false, heading = "The extraction:%n")
    private ExtractionOptions extraction = new ExtractionOptions();

    @Option(
            names = "--full",
            description = "Read every row of every table again, once: after a restore of the source that nothing could"
                    + " notice, or for rows that last_updated has missed.")
    private boolean full;

    @Option(
            names = "--audit",
            description =
                    "Compare the warehouse with the source, once: what is missing or different is put right, and what is"
                            + " gone from the source leaves the current views.")
    private boolean audit;

    @Option(
            names = "--accept-deletions",
            paramLabel = "TABLE",
            split = ",",
            description = "With --audit: warehouse tables of which more than "
                    + LoadStage.MASS_DELETION_PERCENT
                    + " %% may be gone, which is held back otherwise.")
    private List<String> acceptDeletions = List.of();

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

    /** How to extract; the form of the values is the one of the environment variables. */
    static final class ExtractionOptions {
        @Option(
                names = "--change-detection",
                paramLabel = "STRATEGY",
                defaultValue = "${env:CHANGE_DETECTION}",
                showDefaultValue = Visibility.NEVER,
                description =
                        "snapshot, last_updated, or a list such as sales_order=last_updated: how changed rows are told. Environment: CHANGE_DETECTION. Default: snapshot.")
        private @Nullable String changeDetection;

        @Option(
                names = "--lookback",
                paramLabel = "DURATION",
                defaultValue = "${env:LOOKBACK}",
                showDefaultValue = Visibility.NEVER,
                description =
                        "How far last_updated looks back beyond the last snapshot. Environment: LOOKBACK. Default: 15m.")
        private @Nullable String lookback;

        @Option(
                names = "--run-max-rows",
                paramLabel = "NUMBER",
                defaultValue = "${env:RUN_MAX_ROWS}",
                showDefaultValue = Visibility.NEVER,
                description =
                        "Rows of one run; the rest waits for the next one, in the same tick. Environment: RUN_MAX_ROWS. Default: 2000000.")
        private @Nullable String runMaxRows;

        @Option(
                names = "--run-max-bytes",
                paramLabel = "NUMBER",
                defaultValue = "${env:RUN_MAX_BYTES}",
                showDefaultValue = Visibility.NEVER,
                description =
                        "Bytes of CSV of one run, exceeded by one slice of each connection at most. Environment: RUN_MAX_BYTES. Default: 1073741824.")
        private @Nullable String runMaxBytes;

        @Option(
                names = "--run-max-time",
                paramLabel = "DURATION",
                defaultValue = "${env:RUN_MAX_TIME}",
                showDefaultValue = Visibility.NEVER,
                description = "How long one run reads. Environment: RUN_MAX_TIME. Default: 5m.")
        private @Nullable String runMaxTime;

        @Option(
                names = "--source-connections",
                paramLabel = "NUMBER",
                defaultValue = "${env:SOURCE_CONNECTIONS}",
                showDefaultValue = Visibility.NEVER,
                description = "How many connections read large tables. Environment: SOURCE_CONNECTIONS. Default: 2.")
        private @Nullable String sourceConnections;

        private ExtractSettings settings(CommandLine command) {
            Map<String, String> given = new HashMap<>();
            put(given, "CHANGE_DETECTION", changeDetection);
            put(given, "LOOKBACK", lookback);
            put(given, "RUN_MAX_ROWS", runMaxRows);
            put(given, "RUN_MAX_BYTES", runMaxBytes);
            put(given, "RUN_MAX_TIME", runMaxTime);
            put(given, "SOURCE_CONNECTIONS", sourceConnections);
            Settings settings = new Settings(given);
            ExtractSettings read = ExtractSettings.read(settings, Totesys.CATALOGUE);
            try {
                settings.check();
            } catch (PipelineException e) {
                throw new ParameterException(command, String.valueOf(e.getMessage()));
            }
            return read;
        }

        private static void put(Map<String, String> given, String name, @Nullable String value) {
            if (value != null) {
                given.put(name, value);
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Buckets buckets = bucketOptions.require(spec);
        ExtractRequest request = request();
        try (S3Client s3 = AwsClients.s3();
                SecretsManagerClient secretsManager = AwsClients.secretsManager()) {
            SecretSource secrets = SecretSource.of(secretsManager);
            Database sourceDatabase = DatabaseChoice.of(spec, "totesys", source.url, source.secret, secrets);
            Database warehouseDatabase = warehouse.database(spec, secrets);
            Pipeline pipeline = new PipelineAssembly(
                            s3,
                            buckets.ingestion(),
                            buckets.processed(),
                            sourceDatabase,
                            warehouseDatabase,
                            warehouse.schema())
                    .with(extraction.settings(spec.commandLine()))
                    .pipeline();
            RunReport report = new RunReport(
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr(),
                    Clock.systemUTC(),
                    warehouseDatabase,
                    warehouse.schema(),
                    buckets.processed());
            if (every == null) {
                Tick tick = tick(pipeline, report, request);
                return tick.isComplete() ? ExitCode.OK : ExitCode.SOFTWARE;
            }
            return tickForever(pipeline, report, every, request);
        }
    }

    private ExtractRequest request() {
        if (!acceptDeletions.isEmpty() && !audit) {
            throw new ParameterException(
                    spec.commandLine(), "--accept-deletions needs --audit: only an audit finds what is gone");
        }
        return new ExtractRequest(
                full ? Reading.FULL : null,
                audit ? ExtractRequest.Mode.AUDIT : null,
                acceptDeletions.isEmpty() ? null : acceptDeletions);
    }

    private static int tickForever(Pipeline pipeline, RunReport report, Duration interval, ExtractRequest first)
            throws InterruptedException {
        ExtractRequest request = first;
        while (true) {
            long start = System.nanoTime();
            try {
                tick(pipeline, report, request);
                request = ExtractRequest.changes();
            } catch (RuntimeException e) {
                // As in the cloud: a tick that fails does not end the schedule, and the next one goes on from there.
                report.failure(e);
            }
            Duration rest = interval.minusNanos(System.nanoTime() - start);
            if (rest.isPositive()) {
                Thread.sleep(rest);
            }
        }
    }

    private static Tick tick(Pipeline pipeline, RunReport report, ExtractRequest request) {
        long start = System.nanoTime();
        AtomicLong last = new AtomicLong(start);
        Tick tick = pipeline.tick(request, runs -> {
            long now = System.nanoTime();
            report.loaded(runs, Duration.ofNanos(now - last.getAndSet(now)));
        });
        report.tick(tick, Duration.ofNanos(System.nanoTime() - start));
        return tick;
    }
}
