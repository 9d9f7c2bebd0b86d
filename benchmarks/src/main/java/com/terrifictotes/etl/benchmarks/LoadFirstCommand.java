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

/** {@code load-first}: see {@link LoadFirst}. */
@Command(
        name = "load-first",
        description = {
            "The load stage on an empty database, from the migrations until nothing is pending: all tables, of which the"
                    + " sales orders are the large one; beside the same sales orders alone, copied by psql (by the JDBC driver"
                    + " where there is no psql) into the same fact with the same indexes and constraints, whose dimensions are"
                    + " there already.",
            "The second copy, keys later, is the best that can be done by hand: in one transaction, foreign keys and"
                    + " secondary indexes are dropped before, and made again after it. All contenders must end with the same rows, indexes"
                    + " and constraints."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LoadFirstCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOptions store = new StoreOptions();

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
            description = "Rounds that count; one more load warms up.")
    private int rounds = 2;

    LoadFirstCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("load-first: %,d sales orders, %d rounds", rows, rounds);
        store.with(List.of(rows), (stores, folder) -> {
            try (BenchmarkServers servers = store.start()) {
                print(LoadFirst.measure(servers, stores.getFirst(), folder, SqlClient.ofThisMachine(), rounds), report);
            }
        });
        return 0;
    }

    private static void print(LoadFirst.Figures figures, Report report) {
        report.columns();
        report.seconds(figures.stage());
        report.seconds(figures.ofFact());
        report.seconds(figures.plain());
        report.seconds(figures.bare());
        report.rate(figures.stage(), figures.rows());
        report.rate(figures.plain(), figures.rows());
        report.rate(figures.bare(), figures.rows());
        report.ratio(figures.stage(), figures.plain());
        report.ratio(figures.stage(), figures.bare());
        report.ratio(figures.ofFact(), figures.bare());
        report.ratio(figures.bare(), figures.plain());
    }
}
