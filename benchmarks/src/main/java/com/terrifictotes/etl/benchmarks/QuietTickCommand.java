package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quiet-tick}: see {@link QuietTick}. */
@Command(
        name = "quiet-tick",
        description = {
            "The extract stage when nothing has changed and nothing is pending, beside the bare round trips that it makes:"
                    + " as many S3 requests (HEAD of a missing object), connections and SELECT 1.",
            "First in the size of production; then in a large one, where the rows that must be looked at are the cost."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class QuietTickCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions servers = new ServerOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Sales orders in the database at first.")
    private int rows = TotesysSource.PRODUCTION_ROWS;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Rounds that count; a quarter of it more warms up.")
    private int rounds = 200;

    @Option(names = "--large-rows", paramLabel = "N", description = "Sales orders afterwards; 0 leaves that part out.")
    private int largeRows = 5_000_000;

    @Option(
            names = "--large-rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Rounds of the large size.")
    private int largeRounds = 20;

    QuietTickCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        try (BenchmarkServers started = servers.start()) {
            TotesysSource source = TotesysSource.create(started.database(), rows);
            measure(started, source, rows, rounds, report);
            if (largeRows > rows) {
                source.growTo(largeRows);
                measure(started, source, largeRows, largeRounds, report);
            }
        }
        return 0;
    }

    private static void measure(
            BenchmarkServers servers, TotesysSource source, int salesOrders, int rounds, Report report)
            throws SQLException, IOException, InterruptedException {
        int warmUp = rounds / 4 + 1;
        report.line("quiet-tick: %,d sales orders, %d rounds after %d to warm up", salesOrders, rounds, warmUp);
        QuietTick.Figures figures = QuietTick.measure(servers, source, warmUp, rounds);
        TickCost cost = figures.cost();
        report.line(
                "  a tick makes %d S3 requests, %d connections, %d round trips",
                cost.s3Requests(), cost.connections(), cost.roundTrips());
        report.columns();
        report.seconds(figures.bare());
        report.seconds(figures.tick());
        report.ratio(figures.tick(), figures.bare());
    }
}
