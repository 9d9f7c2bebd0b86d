package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.benchmarks.Extraction.Extracted;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.aws.AwsClients;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/** A first load that has a JVM to itself, with little memory. */
final class LoneExtraction {

    private LoneExtraction() {}

    /**
     * What it tells.
     *
     * @param extracted what it committed
     * @param seconds from its start to the last commit
     * @param memory what it needed
     */
    record Outcome(Extracted extracted, double seconds, MemoryUse memory) {}

    /**
     * Extracts everything into a pair of buckets.
     *
     * @param heapMegabytes the most that the heap may be, MiB
     * @throws IllegalStateException if it fails; it has said why on standard error
     */
    static Outcome run(BenchmarkServers servers, Buckets buckets, int heapMegabytes)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(ChildJvm.smallHeap(heapMegabytes));
        servers.clientProperties().forEach((name, value) -> options.add("-D" + name + "=" + value));
        Process process =
                ChildJvm.start(LoneExtraction.class, options, List.of(buckets.ingestion(), buckets.processed()));
        try (OutputStream secret = process.getOutputStream()) {
            secret.write(servers.secret().getBytes(StandardCharsets.UTF_8));
        }
        byte[] answer = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        if (code != 0) {
            throw new IllegalStateException("the extraction with a heap of " + heapMegabytes + " MiB ended with " + code
                    + "; see what it said above");
        }
        return Json.read(answer, Outcome.class);
    }

    /** The process itself; not for calling. */
    public static void main(String[] arguments) throws IOException {
        MemoryUse.Watch watch = MemoryUse.Watch.begin();
        String secret = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        try (S3Client s3 = AwsClients.s3()) {
            Extraction extraction =
                    new Extraction(BenchmarkServers.database(secret), s3, new Buckets(arguments[0], arguments[1]));
            long start = System.nanoTime();
            extraction.everything();
            double seconds = (System.nanoTime() - start) / 1e9;
            MemoryUse memory = watch.soFar();
            System.out.write(Json.write(new Outcome(extraction.extracted(), seconds, memory)));
            System.out.flush();
        }
    }
}
