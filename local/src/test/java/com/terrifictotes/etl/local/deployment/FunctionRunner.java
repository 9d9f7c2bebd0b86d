package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.local.deployment.LambdaProcess.Function;
import com.terrifictotes.etl.local.deployment.LambdaProcess.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Runs the functions that are deployed in an emulator that cannot, from the jars of this project, see
 * {@code terraform/tests/emulator.py}. As in Lambda, a process serves one invocation at a time and stays for the next.
 */
final class FunctionRunner implements AutoCloseable {

    /** This machine is no cloud: further invocations wait. */
    private static final int PROCESSES_AT_WORK = 2;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Path project;
    private final Path folder;

    private final Semaphore capacity = new Semaphore(PROCESSES_AT_WORK, true);
    private final Map<String, Deque<LambdaProcess>> idle = new HashMap<>();
    private final List<LambdaProcess> started = new ArrayList<>();

    private FunctionRunner(Path project, Path folder) throws IOException {
        this.project = project;
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Starts to wait for invocations.
     *
     * @param project the folder that the jars were deployed from
     * @param folder an existing folder for the logs of functions
     */
    static FunctionRunner start(Path project, Path folder) throws IOException {
        return new FunctionRunner(project, folder);
    }

    /** Where invocations are expected. */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** The lines that all functions have printed so far. */
    synchronized Stream<String> printed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (LambdaProcess process : started) {
            process.log().lines().forEach(lines::add);
        }
        return lines.stream();
    }

    @Override
    public synchronized void close() {
        server.stop(0);
        threads.shutdownNow();
        started.forEach(LambdaProcess::close);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode invocation = Json.tree(exchange.getRequestBody().readAllBytes());
            byte[] answer;
            int status = 200;
            try {
                Outcome outcome = run(invocation);
                answer = Json.write(JsonNodeFactory.instance
                        .objectNode()
                        .put("failed", outcome.failed())
                        .set("body", outcome.body()));
            } catch (IOException | GeneralSecurityException e) {
                System.err.println("A function could not be run: " + e);
                answer = new byte[0];
                status = 500;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private Outcome run(JsonNode invocation) throws IOException, InterruptedException, GeneralSecurityException {
        capacity.acquire();
        try {
            LambdaProcess process = take(invocation);
            Outcome outcome = process.invoke(invocation.path("event").asText());
            putBack(invocation, process);
            return outcome;
        } finally {
            capacity.release();
        }
    }

    private synchronized LambdaProcess take(JsonNode invocation) throws IOException, GeneralSecurityException {
        LambdaProcess waiting = idle(invocation).poll();
        if (waiting != null) {
            return waiting;
        }
        Map<String, String> environment = new TreeMap<>();
        invocation
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        LambdaProcess process = LambdaProcess.start(
                new Function(
                        invocation.path("name").asText(),
                        invocation.path("handler").asText(),
                        jar(invocation.path("codeSha256").asText()),
                        invocation.path("memoryMb").asInt(),
                        Duration.ofSeconds(invocation.path("timeoutSeconds").asInt()),
                        environment),
                folder);
        started.add(process);
        return process;
    }

    private synchronized void putBack(JsonNode invocation, LambdaProcess process) {
        idle(invocation).push(process);
    }

    private Deque<LambdaProcess> idle(JsonNode invocation) {
        return idle.computeIfAbsent(invocation.path("name").asText(), name -> new ArrayDeque<>());
    }

    /** The jar of this project that was deployed. */
    private Path jar(String sha256) throws IOException, GeneralSecurityException {
        for (String stage : List.of("extract", "transform", "load")) {
            Path jar = project.resolve(stage + "-lambda/target/" + stage + "-lambda.jar");
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
            if (Base64.getEncoder().encodeToString(digest).equals(sha256)) {
                return jar;
            }
        }
        throw new IOException("what was deployed, with SHA-256 " + sha256 + ", is none of the jars in " + project);
    }
}
