package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.benchmarks.TransformSpeed.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code transform}: see {@link TransformSpeed}. */
@Command(
        name = "transform",
        description = {
            "The transform stage beside DuckDB: both read the same CSV files of a first load and write the sales orders as"
                    + " Parquet to the same disk, each in a new JVM in every round. First, DuckDB compares what both wrote.",
            "Primed: the JVM has converted the first run (at most two million rows) before. Cold: it has done nothing;"
                    + " the process is timed as well. C1: with Lambda's default, the first compiler only. V2: DuckDB with"
                    + " data pages of version 2."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class TransformCommand implements Callable<Integer> {

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

    @Option(names = "--rounds", converter = AtLeastOne.class, paramLabel = "N", description = "Rounds of each part.")
    private int rounds = 5;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    TransformCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("transform: %,d sales orders, %d rounds", rows, rounds);
        store.with(List.of(rows), (stores, folder) -> {
            CsvStore csv = stores.getFirst();
            print(ParquetCheck.run(csv, folder), report);
            for (Part part : parts) {
                measure(part, csv, folder, report);
            }
        });
        return 0;
    }

    private void measure(Part part, CsvStore csv, Path folder, Report report) throws IOException, InterruptedException {
        if (!part.isPossible()) {
            report.line("%s: left out, because taskset cannot bind a process to one core here", part);
            return;
        }
        report.line("%s", part);
        TransformSpeed.Figures figures = TransformSpeed.measure(part, csv, folder, rounds);
        Timings stage = figures.stage().work();
        Timings competitor = figures.competitor().work();
        report.columns();
        report.seconds(stage);
        report.seconds(competitor);
        report.rate(stage, rows);
        report.rate(competitor, rows);
        report.speed(stage, competitor);
        if (part.isCold()) {
            report.seconds(figures.stage().process());
            report.seconds(figures.competitor().process());
            report.speed(figures.stage().process(), figures.competitor().process());
        }
    }

    private static void print(ParquetCheck.Sizes sizes, Report report) {
        report.line("  DuckDB reads the same in both, and the types of the catalogue");
        report.line(
                "  files: stage %.1f MB, DuckDB %.1f MB (stage / DuckDB %.3f), DuckDB v2 %.1f MB (%.3f)",
                sizes.stage() / 1e6,
                sizes.duckDb() / 1e6,
                (double) sizes.stage() / sizes.duckDb(),
                sizes.duckDbV2() / 1e6,
                (double) sizes.stage() / sizes.duckDbV2());
    }
}
