package com.terrifictotes.etl.local.demo;

import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code totesys demo}: the whole pipeline on embedded servers, and the proof that it worked. */
@Command(
        name = "demo",
        description = {
            "Runs the real pipeline end to end on embedded PostgreSQL, S3 and Secrets Manager: fills an operational"
                    + " database with invented data of the real size, loads it, plays two weeks of changes with a tick"
                    + " after each day, has an audit find what was deleted, and compares the warehouse row for row with what it must hold.",
            "Everything listens on 127.0.0.1 only, and is gone when the command ends."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the warehouse is equal", "1:it differs, or something failed", "2:wrong command line"},
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--keep",
            description = "Leave everything up to explore, until Ctrl-C; the objects then stay as files.")
    private boolean keep;

    @Option(names = "--seed", description = "What the invented data grows from: the same seed, the same data.")
    private long seed = 2024;

    @Option(names = "--small", description = "A fiftieth of the real size.")
    private boolean small;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Where everything is kept; must be new or empty. Default: a new temporary folder.")
    private @Nullable Path folder;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        Path state = folder == null ? Files.createTempDirectory("totesys-demo-") : emptyFolder(folder);
        DemoReport report =
                new DemoReport(spec.commandLine().getOut(), spec.commandLine().getColorScheme());
        long start = System.nanoTime();
        DemoServers servers = DemoServers.start(state);
        // Whether the demonstration ends, fails or is interrupted: nothing is left behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(servers, state), "end-of-demo"));
        report.started(servers, state, System.nanoTime() - start);
        Comparison comparison = play(servers, report);
        report.result(servers, comparison, keep);
        if (keep) {
            new CountDownLatch(1).await();
        }
        return comparison.isEqual() ? 0 : 1;
    }

    private Comparison play(DemoServers servers, DemoReport report) throws SQLException {
        StarSchemaOracle oracle = new StarSchemaOracle();
        Pipeline pipeline = servers.pipeline();
        try (Connection source = servers.source();
                Connection warehouse = servers.warehouse();
                SourceConnections users = SourceConnections.open(servers::source)) {
            long rows = TotesysDataset.fill(source, small ? DatasetSize.SMALL : DatasetSize.REAL, seed);
            report.filled(rows, seed);
            report.tick("First load", "every row of the eleven tables", pipeline, warehouse);
            oracle.observe(source);
            for (BusinessDay day : BusinessDays.script()) {
                day.play(users);
                report.tick(day.date().toString(), day.title(), pipeline, warehouse);
                oracle.observe(source);
            }
            BusinessDay last = BusinessDays.deletions();
            last.play(users);
            report.tick(last.date().toString(), last.title(), pipeline, ExtractRequest.audit(), warehouse);
            oracle.observe(source);
            report.ledger(warehouse);
            report.revenue(warehouse);
            return oracle.compare(warehouse, DemoServers.WAREHOUSE_SCHEMA);
        }
    }

    private void end(DemoServers servers, Path state) {
        servers.close();
        if (!keep) {
            try {
                Folders.deleteRecursively(state);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove " + state, e);
            }
        }
    }

    private Path emptyFolder(Path wanted) throws IOException {
        Files.createDirectories(wanted);
        try (Stream<Path> content = Files.list(wanted)) {
            if (content.findAny().isPresent()) {
                throw new ParameterException(
                        spec.commandLine(), "--folder " + wanted + " is not empty; name a new or an empty one");
            }
        }
        return wanted.toAbsolutePath();
    }
}
