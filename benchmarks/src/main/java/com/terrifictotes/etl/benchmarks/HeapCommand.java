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

/** {@code heap}: the memory of a {@link LoneExtraction}, by size of the database. */
@Command(
        name = "heap",
        description = {
            "The memory that a first load needs in a JVM of its own with a small heap, at growing sizes of the database:"
                    + " that it ends at all, and that the figures do not grow with the rows.",
            "Alive: the most that was in use right after a full garbage collection, which is forced twice a second."
                    + " Used, committed: peaks of the heap."
                    + " Resident: the peak of the whole process (Linux)."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class HeapCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions servers = new ServerOptions();

    @Option(
            names = "--rows",
            converter = AtLeastOne.class,
            paramLabel = "N",
            split = ",",
            description = "Sales orders, ascending.")
    private List<Integer> sizes = List.of(1_000_000, 5_000_000, 10_000_000, 20_000_000);

    @Option(
            names = "--heap",
            converter = AtLeastOne.class,
            paramLabel = "MIB",
            description = "The most that the heap may be.")
    private int heapMegabytes = 128;

    HeapCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Report report = new Report(spec.commandLine().getOut());
        report.line("heap: one extraction each in a JVM with -Xmx%dm; sizes in MiB", heapMegabytes);
        MemoryTable table = new MemoryTable(report);
        try (BenchmarkServers started = servers.start()) {
            TotesysSource source = TotesysSource.create(started.database(), sizes.getFirst());
            for (int size : sizes) {
                source.growTo(size);
                LoneExtraction.Outcome outcome = measure(started, source, heapMegabytes);
                table.row(size, outcome.extracted().bytes(), outcome.seconds(), outcome.memory());
            }
        }
        return 0;
    }

    /** Extracts everything once. */
    static LoneExtraction.Outcome measure(BenchmarkServers servers, TotesysSource source, int heapMegabytes)
            throws IOException, InterruptedException {
        Buckets buckets = servers.newBuckets();
        LoneExtraction.Outcome outcome = LoneExtraction.run(servers, buckets, heapMegabytes);
        source.requireWhole(outcome.extracted());
        servers.discard(buckets);
        return outcome;
    }
}
