package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A transformation of a first load that has a JVM to itself, with little memory. */
final class LoneTransformation {

    private LoneTransformation() {}

    /**
     * What it tells.
     *
     * @param seconds from its start to the last object
     * @param memory what it needed
     */
    record Outcome(double seconds, MemoryUse memory) {}

    /**
     * Transforms every run of a store, and throws the result away.
     *
     * @param folder where the output is meanwhile
     * @param heapMegabytes the most that the heap may be, MiB
     * @throws IllegalStateException if it fails; it has said why on standard error
     */
    static Outcome run(CsvStore store, Path folder, int heapMegabytes) throws IOException, InterruptedException {
        Path output = Files.createTempDirectory(Files.createDirectories(folder), "output-");
        Process process = ChildJvm.start(
                LoneTransformation.class,
                ChildJvm.smallHeap(heapMegabytes),
                List.of(store.folder().toString(), output.toString()));
        process.getOutputStream().close();
        byte[] answer = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        Folders.deleteRecursively(output);
        if (code != 0) {
            throw new IllegalStateException("the transformation with a heap of " + heapMegabytes + " MiB ended with "
                    + code + "; see what it said above");
        }
        return Json.read(answer, Outcome.class);
    }

    /** The process itself; not for calling. */
    public static void main(String[] arguments) throws IOException {
        MemoryUse.Watch watch = MemoryUse.Watch.begin();
        try (StageConverter converter = new StageConverter(new CsvStore(Path.of(arguments[0])))) {
            long start = System.nanoTime();
            converter.convert(Path.of(arguments[1]));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.write(Json.write(new Outcome(seconds, watch.soFar())));
            System.out.flush();
        }
    }
}
