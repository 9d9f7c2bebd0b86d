package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/** The stage in a process of its own, which may have less memory, other defaults or another compiler than the tests. */
final class TransformProcess {

    /**
     * What became of a log.
     *
     * @param rows rows in the Parquet objects
     * @param quarantined source rows that could not be represented
     * @param peakMebibytes the most that the heap held
     */
    record Report(long rows, long quarantined, long peakMebibytes) {}

    private static final int EXIT_OF_OUT_OF_MEMORY = 3;

    private TransformProcess() {}

    /**
     * Transforms every run of a log with two threads, what a function of half a gigabyte leaves to the heap, and the
     * compiler that such a function has. Nothing may be left in its folder.
     *
     * @param folder an existing folder, in which it makes one
     */
    static Report transformInSmallMemory(TestRun run, Path folder) throws IOException, InterruptedException {
        Path work = Files.createDirectory(folder.resolve("small-memory"));
        Report report =
                transform(run, run.processed, work, 2, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        assertThat(work).isEmptyDirectory();
        return report;
    }

    /**
     * Transforms every run of a log and waits for it.
     *
     * @param run the log
     * @param processed where the objects go
     * @param folder an empty folder for temporary files
     * @param threads how many units are made at a time
     * @param options of the virtual machine
     * @throws AssertionError if the process fails, with what it printed
     */
    static Report transform(TestRun run, ObjectStore processed, Path folder, int threads, String... options)
            throws IOException, InterruptedException {
        Path report = folder.resolveSibling(folder.getFileName() + ".json");
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TransformProcess.class.getName()));
        command.addAll(List.of(
                run.ingestion.bucket(),
                processed.bucket(),
                folder.toString(),
                Integer.toString(threads),
                report.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL", TestServers.shared().endpoint().toString(),
                        "AWS_REGION", "eu-west-2",
                        "AWS_ACCESS_KEY_ID", "test",
                        "AWS_SECRET_ACCESS_KEY", "test"));
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new AssertionError((exit == EXIT_OF_OUT_OF_MEMORY ? "out of memory: " : "exit " + exit + ": ")
                    + Files.readString(log));
        }
        Report made = Json.read(Files.readAllBytes(report), Report.class);
        System.out.println(folder.getFileName() + ": " + made);
        return made;
    }

    public static void main(String[] arguments) throws IOException {
        long rows = 0;
        long quarantined = 0;
        try (S3Client s3 = AwsClients.s3()) {
            ObjectStore ingestion = new ObjectStore(s3, arguments[0]);
            ObjectStore processed = new ObjectStore(s3, arguments[1]);
            TransformStage stage = new TransformStage(
                    Totesys.CATALOGUE,
                    RunLogs.of(ingestion, processed),
                    ingestion,
                    processed,
                    new Nowhere(),
                    Path.of(arguments[2]),
                    Integer.parseInt(arguments[3]));
            for (TransformedBatch batch :
                    stage.transformPending(Deadline.none()).batches()) {
                rows += batch.rows();
                quarantined += batch.quarantined();
            }
        }
        Files.write(Path.of(arguments[4]), Json.write(new Report(rows, quarantined, peakMebibytes())));
    }

    private static long peakMebibytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getPeakUsage)
                        .mapToLong(MemoryUsage::getUsed)
                        .sum()
                >> 20;
    }

    /** The figures are not what such a process is for. */
    private static final class Nowhere implements Metrics {
        @Override
        public void report(Metric metric, long value) {
            // Nobody asks.
        }

        @Override
        public void report(Metric metric, long value, String table) {
            // Nobody asks.
        }
    }
}
