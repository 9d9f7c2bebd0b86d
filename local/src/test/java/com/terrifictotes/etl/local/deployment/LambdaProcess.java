package com.terrifictotes.etl.local.deployment;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.terrifictotes.etl.common.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A function's jar in a process of its own, run by AWS's own Java runtime client as Lambda runs it: configuration in the
 * environment, and a Runtime API that hands out invocations.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">AWS Lambda: Runtime API</a>
 */
public final class LambdaProcess implements AutoCloseable {

    private static final String NEXT = "/2018-06-01/runtime/invocation/next";
    private static final List<String> RUNTIME_CLIENT = List.of(
            "aws-lambda-java-runtime-interface-client",
            "aws-lambda-java-core",
            "aws-lambda-java-serialization",
            "utils-lite");

    /** Where the client's native library is; by itself it writes the library to one place that all processes share. */
    private static final String NATIVE_LIBRARY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    private final HttpServer runtimeApi;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<String> invocations = new LinkedBlockingQueue<>();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final Process process;
    private final Path log;
    private final Duration timeout;

    /**
     * What an invocation came to.
     *
     * @param failed whether the function threw
     * @param body its answer, or the error as Lambda reports it
     */
    public record Outcome(boolean failed, JsonNode body) {}

    /**
     * What is run.
     *
     * @param name its name
     * @param handler the handler's class
     * @param jar its shaded jar
     * @param memoryMb what it may use
     * @param timeout how long it may take
     * @param environment its configuration; region and credentials of a test unless they are in it
     */
    record Function(
            String name, String handler, Path jar, int memoryMb, Duration timeout, Map<String, String> environment) {}

    private LambdaProcess(Function function, Path folder) throws IOException {
        timeout = function.timeout;
        runtimeApi = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        runtimeApi.createContext("/", this::serve);
        runtimeApi.setExecutor(threads);
        runtimeApi.start();
        log = Files.createTempFile(folder, function.name + "-", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // As much of the function's memory as Lambda's own runtime gives to the heap.
                "-Xmx" + function.memoryMb * 85 / 100 + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // The runtime client has a native library, too.
                "--enable-native-access=ALL-UNNAMED",
                "-D" + NATIVE_LIBRARY + "=" + nativeLibrary(folder),
                "-cp",
                function.jar.toAbsolutePath() + File.pathSeparator + runtimeClient(),
                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                function.handler);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment()
                .putAll(Map.of(
                        "AWS_LAMBDA_RUNTIME_API",
                        "127.0.0.1:" + runtimeApi.getAddress().getPort(),
                        "_HANDLER",
                        function.handler,
                        "LAMBDA_TASK_ROOT",
                        folder.toString(),
                        "AWS_LAMBDA_FUNCTION_NAME",
                        function.name,
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                        Integer.toString(function.memoryMb),
                        "AWS_REGION",
                        "eu-west-2",
                        "AWS_ACCESS_KEY_ID",
                        "test",
                        "AWS_SECRET_ACCESS_KEY",
                        "test"));
        builder.environment().putAll(function.environment);
        process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /**
     * Starts a function with the least memory that it needs.
     *
     * @param handler the handler's class
     * @param jar its shaded jar
     * @param folder an existing folder for its log
     * @param environment the function's configuration
     */
    public static LambdaProcess start(String handler, Path jar, Path folder, Map<String, String> environment)
            throws IOException {
        return start(new Function("function", handler, jar, 512, Duration.ofMinutes(15), environment), folder);
    }

    static LambdaProcess start(Function function, Path folder) throws IOException {
        return new LambdaProcess(function, folder);
    }

    /** Invokes the function and waits for what comes of it. */
    public Outcome invoke(String request) throws InterruptedException, IOException {
        invocations.add(request);
        for (int second = 0; second < 120; second++) {
            Outcome outcome = outcomes.poll(1, TimeUnit.SECONDS);
            if (outcome != null) {
                return outcome;
            }
            if (!process.isAlive()) {
                break;
            }
        }
        throw new IOException("the function did not answer; its log: " + log());
    }

    /** What the function printed so far. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        runtimeApi.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.equals(NEXT)) {
            handOut(exchange);
        } else {
            if (path.endsWith("/response") || path.endsWith("/error")) {
                outcomes.add(new Outcome(path.endsWith("/error"), Json.tree(body)));
            }
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        }
    }

    private void handOut(HttpExchange exchange) throws IOException {
        String request;
        try {
            request = invocations.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
            return;
        }
        byte[] body = request.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Lambda-Runtime-Aws-Request-Id", UUID.randomUUID().toString());
        exchange.getResponseHeaders()
                .set("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + timeout.toMillis()));
        exchange.getResponseHeaders()
                .set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:function");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Path nativeLibrary(Path folder) throws IOException {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
        Path library = Files.createTempFile(folder, "runtime", ".so");
        try (InputStream resource =
                LambdaProcess.class.getResourceAsStream("/jni/libaws-lambda-jni.linux-" + machine + ".so")) {
            Files.copy(requireNonNull(resource, "no native library for " + machine), library, REPLACE_EXISTING);
        }
        return library;
    }

    private static String runtimeClient() {
        String found = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> RUNTIME_CLIENT.stream()
                        .anyMatch(
                                name -> Path.of(entry).getFileName().toString().startsWith(name)))
                .collect(Collectors.joining(File.pathSeparator));
        if (!found.contains(RUNTIME_CLIENT.getFirst())) {
            throw new UncheckedIOException(new IOException("the runtime client is not on the class path"));
        }
        return found;
    }
}
