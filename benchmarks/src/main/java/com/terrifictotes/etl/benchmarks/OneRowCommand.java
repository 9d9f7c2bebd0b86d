package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code one-row}: see {@link OneRow}. */
@Command(
        name = "one-row",
        description = {
            "A warm transform stage and runs of one changed sales order each: what one call takes, with objects that are"
                    + " files and with objects in S3."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class OneRowCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions servers = new ServerOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Sales orders in the database.")
    private int rows = TotesysSource.PRODUCTION_ROWS;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Runs that count; as many more warm up.")
    private int rounds = 200;

    OneRowCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("one-row: %,d runs of one sales order after as many to warm up", rounds);
        try (ScratchFolder folder = ScratchFolder.create();
                BenchmarkServers started = servers.start()) {
            TotesysSource source = TotesysSource.create(started.database(), rows);
            OneRow.Figures figures = OneRow.measure(started, source, folder.path(), rounds, rounds);
            report.columns();
            for (Timings timings : List.of(figures.files(), figures.s3())) {
                report.seconds(timings);
                report.slowest(timings);
            }
        }
        return 0;
    }
}
