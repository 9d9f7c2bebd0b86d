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

/** {@code transform-memory}: the memory of a {@link LoneTransformation}, by size of the first load. */
@Command(
        name = "transform-memory",
        description = {
            "The memory that the transformation of a first load needs in a JVM of its own with a small heap, at growing"
                    + " sizes: that it ends at all, and that the figures do not grow with the rows.",
            "The columns are those of heap; resident counts what zstd has outside the heap as well."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class TransformMemoryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            split = ",",
            description = "Sales orders, ascending.")
    private List<Integer> sizes = List.of(1_000_000, 5_000_000, 10_000_000);

    @Option(
            names = "--heap",
            converter = AtLeastOne.class,
            paramLabel = "MIB",
            description = "The most that the heap may be.")
    private int heapMegabytes = 128;

    TransformMemoryCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("transform-memory: one transformation each in a JVM with -Xmx%dm; sizes in MiB", heapMegabytes);
        store.with(sizes, (stores, folder) -> {
            MemoryTable table = new MemoryTable(report);
            for (int i = 0; i < stores.size(); i++) {
                LoneTransformation.Outcome outcome = LoneTransformation.run(stores.get(i), folder, heapMegabytes);
                table.row(sizes.get(i), stores.get(i).bytes(), outcome.seconds(), outcome.memory());
            }
        });
        return 0;
    }
}
