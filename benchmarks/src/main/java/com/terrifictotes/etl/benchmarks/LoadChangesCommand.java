package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code load-changes}: see {@link LoadChanges}. */
@Command(
        name = "load-changes",
        description = {
            "The load stage and one run with many changed sales orders, which are all over the table, on top of a first"
                    + " load; beside the same new versions copied into a temporary table and inserted into the fact by"
                    + " psql (by the JDBC driver where there is no psql). Every round begins with a copy of the same"
                    + " warehouse, and both must end with the same rows, indexes and constraints."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LoadChangesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Sales orders in the database.")
    private int rows = 5_000_000;

    @Option(
            names = "--changed",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "How many of them change; not more than there are.")
    private int changed = 100_000;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Rounds that count; one more load warms up.")
    private int rounds = 5;

    LoadChangesCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("load-changes: %,d of %,d sales orders, %d rounds", changed, rows, rounds);
        try (ScratchFolder folder = ScratchFolder.create();
                BenchmarkServers started = database.start()) {
            TotesysSource source = TotesysSource.create(started.database(), rows);
            LoadChanges.Figures figures =
                    LoadChanges.measure(started, source, folder.path(), changed, SqlClient.ofThisMachine(), rounds);
            report.columns();
            report.seconds(figures.stage());
            report.seconds(figures.ofFact());
            report.seconds(figures.byHand());
            report.rate(figures.stage(), changed);
            report.rate(figures.byHand(), changed);
            report.ratio(figures.stage(), figures.byHand());
            report.ratio(figures.ofFact(), figures.byHand());
        }
        return 0;
    }
}
