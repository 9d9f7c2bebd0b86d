package com.terrifictotes.etl.local.rebuild;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.load.LoadStage;
import com.terrifictotes.etl.load.Migration;
import com.terrifictotes.etl.local.BucketOptions;
import com.terrifictotes.etl.local.BucketOptions.Buckets;
import com.terrifictotes.etl.local.ProcessedBucketOption;
import com.terrifictotes.etl.local.WarehouseOptions;
import com.terrifictotes.etl.local.rebuild.WarehouseContent.Difference;
import com.terrifictotes.etl.transform.TransformStage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

/** {@code totesys rebuild}: an empty warehouse, filled from the log. */
@Command(
        name = "rebuild",
        description = {
            "Replays the log of runs into an empty warehouse schema: every row, every version, with the same surrogate"
                    + " keys. Totesys is not asked. Stopped anywhere, it goes on the next time.",
            ProcessedBucketOption.AWS_SETTINGS
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every run of the log is in the warehouse, and it is equal to the one it was compared with",
            "1:an error, or a difference",
            "2:a wrong command line"
        })
public final class RebuildCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BucketOptions bucketOptions = new BucketOptions();

    @ArgGroup(exclusive = false, heading = "The warehouse:%n")
    private WarehouseOptions warehouse = new WarehouseOptions();

    @Option(
            names = "--compare-with",
            paramLabel = "SCHEMA",
            showDefaultValue = Visibility.NEVER,
            description = "Then compare every row with the warehouse in another schema of the same database.")
    private @Nullable String other;

    @Option(
            names = "--mass-deletion-percent",
            paramLabel = "PERCENT",
            description =
                    "What the deployment has as mass_deletion_percent, so that the same rows are taken for deleted.")
    private int massDeletionPercent = LoadStage.MASS_DELETION_PERCENT;

    /** Made by picocli. */
    public RebuildCommand() {}

    @Override
    public Integer call() {
        if (massDeletionPercent < 0 || massDeletionPercent > 100) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--mass-deletion-percent is " + massDeletionPercent + "; expected a number from 0 to 100");
        }
        Buckets buckets = bucketOptions.require(spec);
        try (S3Client s3 = AwsClients.s3();
                SecretsManagerClient secretsManager = AwsClients.secretsManager()) {
            Database database = warehouse.database(spec, SecretSource.of(secretsManager));
            rebuild(s3, buckets, database);
            return other == null || compare(database, other) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void rebuild(S3Client s3, Buckets buckets, Database database) {
        ObjectStore ingestion = new ObjectStore(s3, buckets.ingestion());
        ObjectStore processed = new ObjectStore(s3, buckets.processed());
        RunLogs logs = RunLogs.of(ingestion, processed);
        Path workFolder = Path.of(System.getProperty("java.io.tmpdir"));
        if (logs.committed().tail() == 0) {
            throw new PipelineException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "there is nothing to build a warehouse from: "
                            + logs.committed().locate(1)
                            + " does not exist; expected the bucket that extract writes to as --ingestion-bucket");
        }
        long first = requireNothingElse(database);
        LoadStage load = new LoadStage(
                Totesys.CATALOGUE,
                Migration.all(),
                logs,
                processed,
                database,
                warehouse.schema(),
                Metrics.none(),
                Clock.systemUTC(),
                workFolder,
                massDeletionPercent);
        TransformStage transform =
                new TransformStage(Totesys.CATALOGUE, logs, ingestion, processed, Metrics.none(), workFolder);
        long start = System.nanoTime();
        new Rebuild(load.withoutPublishing(), transform, logs, () -> lastRun(database)).run((run, last) -> {
            if (run > first) {
                report(database, first, run, last, Duration.ofNanos(System.nanoTime() - start));
            } else if (run == last) {
                say(
                        "nothing to do: warehouse schema %s has all runs of the log, %,d; to build it from nothing, give an"
                                + " empty schema",
                        warehouse.schema(), last);
            }
        });
    }

    private long lastRun(Database database) {
        return ask(database, warehouse.schema(), WarehouseContent::lastRun);
    }

    /** @return the last run that is there already */
    private long requireNothingElse(Database database) {
        return ask(database, warehouse.schema(), content -> {
            Optional<String> foreign = content.tableWithRowsOfNoRun();
            if (foreign.isPresent()) {
                throw new PipelineException(
                        ErrorCode.CONFIGURATION_INVALID,
                        "table " + warehouse.schema() + "." + foreign.get()
                                + " has rows that no run of the log has brought; a rebuild wants an empty schema: give"
                                + " another name as --warehouse-schema");
            }
            return content.lastRun();
        });
    }

    private void report(Database database, long first, long run, long last, Duration took) {
        long rows = ask(database, warehouse.schema(), content -> content.rowsSince(first));
        double seconds = took.toMillis() / 1e3;
        say(
                "run %,d of %,d: %,d rows in %.1f s%s",
                run,
                last,
                rows,
                seconds,
                rows == 0 ? "" : String.format(Locale.ROOT, ", %.1f s per million", seconds / rows * 1e6));
    }

    private boolean compare(Database database, String otherSchema) {
        return ask(database, warehouse.schema(), content -> {
            WarehouseContent there = new WarehouseContent(content.connection(), Totesys.CATALOGUE, otherSchema);
            if (content.lastRun() != there.lastRun()) {
                say(
                        "cannot compare: schema %s ends with run %,d, schema %s with run %,d",
                        warehouse.schema(), content.lastRun(), otherSchema, there.lastRun());
                return false;
            }
            there.tableWithRowsOfNoRun()
                    .ifPresent(table -> say(
                            "schema %s has rows from before the pipeline (etl_run 0), %s among others; no log has them, so"
                                    + " schema %s lacks them",
                            otherSchema, table, warehouse.schema()));
            List<Difference> differences = content.compare(there);
            differences.forEach(table -> say(
                    table.none() ? "%s: %,d rows, equal" : "%s: %,d rows, of which %,d differ; %s has %,d others",
                    table.table(),
                    table.rows(),
                    table.onlyHere(),
                    otherSchema,
                    table.onlyThere()));
            boolean equal = differences.stream().allMatch(Difference::none);
            say(equal ? "EQUAL: schemas %s and %s" : "DIFFERENT: schemas %s and %s", warehouse.schema(), otherSchema);
            return equal;
        });
    }

    /** A question to a schema of the warehouse. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(WarehouseContent content) throws SQLException;
    }

    private static <T> T ask(Database database, String schema, Question<T> question) {
        try (Connection connection = database.connect()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            T answer = question.ask(new WarehouseContent(connection, Totesys.CATALOGUE, schema));
            connection.commit();
            return answer;
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "read warehouse schema " + schema);
        }
    }

    private void say(String format, Object... arguments) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }
}
