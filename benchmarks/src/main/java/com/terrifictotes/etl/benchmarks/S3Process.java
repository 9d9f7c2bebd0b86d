package com.terrifictotes.etl.benchmarks;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.loopback.LoopbackAws;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * S3 on loopback in a JVM of its own, so that what the server costs is not taken for the extraction's. It ends when its
 * standard input does: with this process at the latest, however that ends.
 */
final class S3Process implements AutoCloseable {

    private static final long LONGEST_STOP_SECONDS = 10;

    private final Process process;
    private final String endpoint;

    private S3Process(Process process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /**
     * Starts a server.
     *
     * @param folder where the objects are kept
     */
    static S3Process start(Path folder) throws IOException {
        Process process = ChildJvm.start(S3Process.class, List.of(), List.of(folder.toString()));
        BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        return new S3Process(process, requireNonNull(answers.readLine(), "the S3 server ended while it started"));
    }

    /** The process itself; not for calling. */
    public static void main(String[] arguments) throws IOException {
        try (LoopbackAws aws = LoopbackAws.start(Path.of(arguments[0]))) {
            System.out.println(aws.endpoint());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /**
     * The system properties with which the clients of a function find this server, instead of environment variables.
     *
     * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">AWS SDKs: service-specific
     *     endpoints</a>
     */
    Map<String, String> clientProperties() {
        return Map.of(
                "aws.endpointUrlS3", endpoint,
                "aws.region", "eu-west-2",
                "aws.accessKeyId", "loopback",
                "aws.secretAccessKey", "loopback");
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
