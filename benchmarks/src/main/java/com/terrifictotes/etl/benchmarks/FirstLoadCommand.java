package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.benchmarks.Extraction.Extracted;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code first-load}: see {@link FirstLoad}. */
@Command(
        name = "first-load",
        description = {
            "The extract stage on empty buckets, from the start until everything is committed, uploads included; beside"
                    + " the same large table copied to nowhere, by psql (where it is installed) and by the bare JDBC"
                    + " driver."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class FirstLoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions servers = new ServerOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Sales orders in the database.")
    private int rows = 5_000_000;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            paramLabel = "N",
            description = "Rounds that count; one more warms up.")
    private int rounds = 5;

    FirstLoadCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("first-load: %,d sales orders, %d rounds after one to warm up", rows, rounds);
        try (BenchmarkServers started = servers.start()) {
            TotesysSource source = TotesysSource.create(started.database(), rows);
            print(FirstLoad.measure(started, source, rounds), report);
        }
        return 0;
    }

    private static void print(FirstLoad.Figures figures, Report report) {
        report.columns();
        figures.copies().forEach(report::seconds);
        report.seconds(figures.stage());
        figures.copies().forEach(copy -> report.ratio(figures.stage(), copy));
        Extracted extracted = figures.extracted();
        double seconds = figures.stage().distribution().median();
        report.line(
                "  the stage: %,d rows of all tables, %.1f MB of CSV; %.2f million rows/s, %.1f MB/s",
                extracted.rows(),
                extracted.bytes() / 1e6,
                extracted.rows() / 1e6 / seconds,
                extracted.bytes() / 1e6 / seconds);
    }
}
