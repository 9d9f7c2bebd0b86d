package com.terrifictotes.etl.local.quarantine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code totesys quarantine}: for whoever is told that rows were quarantined. */
@Command(
        name = "quarantine",
        description = "Shows the rows that the star schema cannot represent, and why.",
        subcommands = {ListCommand.class, ShowCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class QuarantineCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    public QuarantineCommand() {}

    /** The command that shows the rows of a run, ready to be copied. */
    public static String toShow(long run, String processedBucket) {
        return "totesys quarantine show --run " + run + " --processed-bucket " + processedBucket;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? list, or show");
    }
}
