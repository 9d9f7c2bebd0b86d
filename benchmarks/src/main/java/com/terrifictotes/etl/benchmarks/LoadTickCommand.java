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

/** {@code load-tick}: see {@link LoadTick}. */
@Command(
        name = "load-tick",
        description = {
            "A warm load stage and runs of a hundred changed sales orders each, which are all over the table, with objects"
                    + " in S3; beside the bare round trips that a tick makes: as many S3 requests (HEAD of a missing"
                    + " object), connections and SELECT 1.",
            "What a tick makes is counted for other numbers of changed sales orders, too: it must not follow them. First"
                    + " in the size of production, then in a large one."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LoadTickCommand implements Callable<Integer> {

    private static final int CHANGED = 100;
    private static final List<Integer> COUNTED = List.of(1, 10_000);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions servers = new ServerOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Sales orders in the database at first; at least " + CHANGED + ".")
    private int rows = TotesysSource.PRODUCTION_ROWS;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Rounds that count; a quarter of it more warms up.")
    private int rounds = 100;

    @Option(names = "--large-rows", paramLabel = "N", description = "Sales orders afterwards; 0 leaves that part out.")
    private int largeRows = 5_000_000;

    LoadTickCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        try (ScratchFolder folder = ScratchFolder.create();
                BenchmarkServers started = servers.start()) {
            TotesysSource source = TotesysSource.create(started.database(), rows);
            measure(started, source, folder, report);
            if (largeRows > rows) {
                source.growTo(largeRows);
                measure(started, source, folder, report);
            }
        }
        return 0;
    }

    private void measure(BenchmarkServers started, TotesysSource source, ScratchFolder folder, Report report)
            throws SQLException, IOException, InterruptedException {
        int warmUp = rounds / 4 + 1;
        report.line(
                "load-tick: %,d sales orders, %d rounds of %d changed ones after %d to warm up",
                source.salesOrders(), rounds, CHANGED, warmUp);
        List<Integer> counted = COUNTED.stream()
                .filter(number -> number <= source.salesOrders())
                .toList();
        LoadTick.Figures figures =
                LoadTick.measure(started, source, folder.path(), new LoadTick.Plan(CHANGED, counted, warmUp, rounds));
        figures.costs()
                .forEach((changed, cost) -> report.line(
                        "  a tick of %,d changed sales orders makes %d S3 requests, %d connections, %d round trips",
                        changed, cost.s3Requests(), cost.connections(), cost.roundTrips()));
        report.columns();
        report.seconds(figures.bare());
        report.seconds(figures.tick());
        report.ratio(figures.tick(), figures.bare());
        report.slowest(figures.tick());
    }
}
