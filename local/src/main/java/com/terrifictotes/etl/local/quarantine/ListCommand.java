package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.local.ProcessedBucketOption;
import com.terrifictotes.etl.local.quarantine.QuarantineObjects.Found;
import com.terrifictotes.etl.local.quarantine.QuarantineObjects.Newest;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code totesys quarantine list}: which runs have quarantined rows, how many, and why. */
@Command(
        name = "list",
        description = {
            "Lists the objects of the quarantine, newest first, with the reasons of their rows.",
            ProcessedBucketOption.AWS_SETTINGS
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything found was listed, or there was nothing",
            "1:an error, or a line that could not be read",
            "2:a wrong command line"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  totesys quarantine list --processed-bucket my-processed",
            "  totesys quarantine list --table sales_order --since 2026-11-20",
            "  totesys quarantine list --run 7"
        })
final class ListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ProcessedBucketOption processed = new ProcessedBucketOption();

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--since",
            paramLabel = "DAY",
            description = "Only runs whose snapshot is of that day (UTC, such as 2026-11-22) or a later one.")
    private @Nullable LocalDate since;

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            converter = SelectionOptions.AtLeastOne.class,
            description = "How many objects, newest first. Default: 20.")
    private int limit = 20;

    ListCommand() {}

    @Override
    public Integer call() {
        String bucket = processed.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        try (S3Client s3 = AwsClients.s3()) {
            ObjectStore store = new ObjectStore(s3, bucket);
            QuarantineReader reader =
                    new QuarantineReader(store, spec.commandLine().getErr());
            OptionalLong run = selection.run();
            Newest newest = new QuarantineObjects(store, selection.tables(Totesys.CATALOGUE), run, since).newest(limit);
            long rows = 0;
            for (Found found : newest.objects()) {
                rows += list(found, reader, out);
            }
            total(newest, rows, bucket, out);
            return reader.allReadable() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static long list(Found found, QuarantineReader reader, PrintWriter out) {
        ReasonCounts reasons = new ReasonCounts();
        reader.read(found.key().key(), (row, line) -> {
            reasons.add(row);
            return true;
        });
        out.println("run " + found.key().run() + "  " + found.key().day() + "  "
                + found.key().target() + "  " + Texts.count(reasons.rows(), "row"));
        reasons.lines().forEach(line -> out.println("    " + line));
        out.println("    " + found.key().key() + " (" + Texts.count(found.bytes(), "byte") + ")");
        out.flush();
        return reasons.rows();
    }

    private void total(Newest newest, long rows, String bucket, PrintWriter out) {
        if (newest.objects().isEmpty()) {
            out.println("Nothing that was asked for is in the quarantine of s3://" + bucket + ".");
        } else {
            out.println();
            out.println("Total: " + Texts.count(rows, "row") + " in "
                    + Texts.count(newest.objects().size(), "object") + "."
                    + (newest.older() == 0
                            ? ""
                            : " " + Texts.count(newest.older(), "older object") + " not listed; see --limit."));
            out.println("The rows themselves, and what to do: "
                    + QuarantineCommand.toShow(newest.objects().getFirst().key().run(), bucket));
        }
        out.flush();
    }
}
