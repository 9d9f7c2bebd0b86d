package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.PipelineException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code make benchmark} runs. */
@Command(
        name = "benchmark",
        description = {
            "What the stages cost beside the bare work that they cannot do without, or beside others that do the same."
                    + " Contenders run in turn in every round;"
                    + " ratios are taken within a round. Printed are the median of all rounds, the range \"from\" \"to\" that"
                    + " holds the middle half of them, and the \"best\" round (of a ratio: the ratio of the best rounds),"
                    + " which a noisy machine disturbs least.",
            "Without a command: all of them in turn on embedded servers, which takes about an hour."
        },
        subcommands = {
            FirstLoadCommand.class,
            QuietTickCommand.class,
            HeapCommand.class,
            TransformCommand.class,
            TransformMemoryCommand.class,
            OneRowCommand.class,
            LoadFirstCommand.class,
            LoadTickCommand.class,
            LoadChangesCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]")
public final class BenchmarksCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchmarksCommand() {}

    /** Ends the process with 0 if everything was measured, 1 for an error, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchmarksCommand())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (!(exception instanceof PipelineException)) {
                        throw exception;
                    }
                    command.getErr().println(command.getColorScheme().errorText(exception.getMessage()));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    @Override
    public Integer call() {
        return spec.commandLine().getSubcommands().values().stream()
                .mapToInt(CommandLine::execute)
                .max()
                .orElse(0);
    }
}
