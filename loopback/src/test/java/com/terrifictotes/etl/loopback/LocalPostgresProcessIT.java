package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server and the process that started it. */
final class LocalPostgresProcessIT {

    @TempDir
    private Path folder;

    @Test
    void endsWithTheProcessThatStartedIt() throws Exception {
        Process process = start(new ProcessBuilder());
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).startsWith("started on port ");
            ProcessHandle server = server();
            assertThat(server.isAlive()).isTrue();

            process.destroy();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.isAlive()).isFalse();
            assertThat(files()).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void leavesNothingWhenItsStartIsInterrupted() throws Exception {
        Process process = start(new ProcessBuilder());
        while (process.isAlive() && files().isEmpty()) {
            Thread.sleep(10);
        }

        process.destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(files()).isEmpty();
    }

    @Test
    void saysWhatToDoWhereRootCannotRunIt() throws Exception {
        Assumptions.assumeTrue(new UnixSystem().getUid() == 0, "only root is ever refused");
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().put("PATH", "/nonexistent");
        Process process = start(builder);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.lines().toList())
                    .anyMatch(line -> line.endsWith("PostgreSQL does not run as root, and this system does not let root"
                            + " create a user namespace (unshare -U fails): run this command as an ordinary user"));
        }
        assertThat(process.waitFor()).isNotZero();
    }

    private Process start(ProcessBuilder builder) throws IOException {
        return builder.command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalPostgresProcess.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
    }

    private ProcessHandle server() throws IOException {
        Path file = files().stream()
                .filter(path -> path.endsWith("postmaster.pid"))
                .findFirst()
                .orElseThrow();
        return ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(file, StandardCharsets.UTF_8).getFirst()))
                .orElseThrow();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> !path.equals(folder)).toList();
        }
    }
}
