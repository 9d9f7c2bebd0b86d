package com.terrifictotes.etl.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/totesys} in a bare environment: without HOME, without AWS settings. */
class TotesysScriptIT {

    /** Tests run in the folder of their module. */
    private static final Path SCRIPT =
            Path.of("..", "bin", "totesys").toAbsolutePath().normalize();

    private static final String[] RUN = {
        "run", "--ingestion-bucket=a", "--processed-bucket=b", "--totesys-secret=c", "--warehouse-secret=d"
    };

    /** What a process wrote, and how it ended. */
    private record Ended(int exit, String output, String error) {}

    @Test
    void worksThroughSymbolicLinks(@TempDir Path folder) throws Exception {
        Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), SCRIPT);
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("absolute"));

        for (Path script : List.of(SCRIPT, absolute, relative)) {
            Ended ended = start(folder, script, "--version");

            assertThat(ended.error()).isEmpty();
            assertThat(ended.output()).startsWith("totesys ");
            assertThat(ended.exit()).isZero();
        }
        // JUnit warns of links that lead out of its folder.
        Files.delete(relative);
        Files.delete(absolute);
    }

    @Test
    void missingRegionIsOneLine(@TempDir Path folder) throws Exception {
        Ended ended = start(folder, SCRIPT, RUN);

        assertThat(ended.error().lines())
                .containsExactly("CONFIGURATION_INVALID: no AWS region is known; set AWS_REGION, or AWS_PROFILE to a"
                        + " profile that has one");
        assertThat(ended.exit()).isEqualTo(1);
    }

    private static Ended start(Path folder, Path script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Path error = folder.resolve("error");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", folder.resolve("no-configuration").toString());
        int exit = builder.start().waitFor();
        return new Ended(
                exit,
                Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(error, StandardCharsets.UTF_8));
    }
}
