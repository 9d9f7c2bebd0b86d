package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.local.demo.DemoCommand;
import com.terrifictotes.etl.local.quarantine.QuarantineCommand;
import com.terrifictotes.etl.local.rebuild.RebuildCommand;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code totesys} command. */
@Command(
        name = "totesys",
        description = "Totesys ETL: from the operational database through S3 into the warehouse.",
        subcommands = {DemoCommand.class, RunCommand.class, RebuildCommand.class, QuarantineCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = TotesysCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class TotesysCommand implements Runnable {

    /** Of an option that is not known, picocli quotes the value; user and host may stay. */
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^:@/]*:)[^@]*@");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TotesysCommand() {}

    /** Ends the process with 0 if all went well, 1 for an error or a difference, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for whoever runs it in this process. */
    public static CommandLine commandLine() {
        return new CommandLine(new TotesysCommand())
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((exception, arguments) -> {
                    CommandLine command = exception.getCommandLine();
                    PrintWriter error = command.getErr();
                    String message = PASSWORD_IN_URL
                            .matcher(String.valueOf(exception.getMessage()))
                            .replaceAll("$1***@");
                    error.println(command.getColorScheme().errorText(message));
                    error.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'");
                    return command.getCommandSpec().exitCodeOnInvalidInput();
                })
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (!(exception instanceof PipelineException)) {
                        throw exception;
                    }
                    command.getErr().println(command.getColorScheme().errorText(exception.getMessage()));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? demo, run, rebuild, or quarantine");
    }

    /** The version that stands in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "totesys "
                        + Objects.requireNonNullElse(
                                TotesysCommand.class.getPackage().getImplementationVersion(), "(not packaged)")
            };
        }
    }
}
