package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is deployed works alone: in a JVM of its own, with nothing else on the class path. */
class ShadedJarIT {

    private static final Path JAR = Path.of("target", "transform-lambda.jar").toAbsolutePath();
    private static final long LARGEST = 25_000_000;

    @TempDir
    private Path folder;

    @BeforeEach
    void jarIsBuilt() {
        assumeThat(JAR).as("built without -Dshade.skip").exists();
    }

    @Test
    void transformsABatch() throws Exception {
        TestRun run = runWithABadRow();

        Result result = invoke(run, "{\"run\":1,\"batch\":1}");

        assertThat(result.lines)
                .last()
                .asString()
                .matches("\\{\"batches\":\\[\\{\"run\":1,\"batch\":1,\"rows\":4,\"quarantined\":1,\"bytes\":[0-9]+}],"
                        + "\"more\":false}");
        assertThat(run.rows("dim_currency", "data/dim_currency/2024/11/21/0000000001-00001.parquet"))
                .containsExactly("1|GBP|British Pound");
        assertThat(run.rows("fact_payment", "data/fact_payment/2024/11/21/0000000001-00002.parquet"))
                .containsExactly("2|2022-11-03|14:20:49.962|2022-11-03|14:20:49.962|2|2|552548.09|2|3|true|2022-11-04");
    }

    @Test
    void isWokenByAManifest() throws Exception {
        TestRun run = runWithABadRow();
        Result result = invoke(run, S3Events.created(run.ingestion.bucket(), "runs/0000000001.json"));

        assertThat(result.lines).last().asString().contains("\"quarantined\":1").endsWith("\"more\":false}");
    }

    @Test
    void logsOneJsonObjectALineAndNothingElse() throws Exception {
        Result result = invoke(runWithABadRow(), "");

        assertThat(result.errors).isEmpty();
        assertThat(result.lines).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(result.lines)
                .filteredOn(line -> line.contains("rows of"))
                .hasSize(3)
                .allMatch(line -> line.contains("\"run\":\"1\"") && line.contains("\"batch\":\"1\""));
    }

    @Test
    void hasNothingThatItDoesNotUse() throws IOException {
        List<String> names;
        try (var jar = new JarFile(JAR.toFile())) {
            names = jar.stream().map(JarEntry::getName).toList();
        }

        assertThat(Files.size(JAR)).isLessThan(LARGEST);
        assertThat(names)
                .noneMatch(name -> name.startsWith("org/apache/hadoop/")
                        || name.startsWith("org/postgresql/")
                        || name.startsWith("software/amazon/awssdk/services/secretsmanager/"))
                .contains("linux/amd64/libzstd-jni-1.5.7-15.so", "linux/aarch64/libzstd-jni-1.5.7-15.so");
        assertThat(names).filteredOn(name -> name.contains("libzstd")).hasSize(2);
    }

    private TestRun runWithABadRow() throws IOException {
        TestRun run = new TestRun(Files.createDirectories(folder.resolve("work")));
        String currency = run.csv("currency", "currency_id,currency_code", "1,GBP", "x,USD");
        String payment = run.csv(
                "payment",
                "payment_id,created_at,last_updated,transaction_id,counterparty_id,payment_amount,currency_id,"
                        + "payment_type_id,paid,payment_date",
                "2,2022-11-03 14:20:49.962,2022-11-03 14:20:49.962,2,2,552548.09,2,3,t,2022-11-04");
        run.unit("dim_currency", currency);
        run.unit("fact_payment", payment);
        run.unit("dim_date", payment);
        run.commit();
        return run;
    }

    /** What a process printed. */
    private record Result(List<String> lines, List<String> errors) {}

    private Result invoke(TestRun run, String payload) throws IOException, InterruptedException {
        Path input = Files.writeString(folder.resolve("input.json"), payload);
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.helpers.verbosity=WARN",
                "-cp",
                JAR.toString()));
        if (Runtime.version().feature() > 21) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(Path.of("src", "test", "resources", "shaded", "Invoke.java").toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL",
                        TestServers.shared().endpoint().toString(),
                        "AWS_REGION",
                        "eu-west-2",
                        "AWS_ACCESS_KEY_ID",
                        "test",
                        "AWS_SECRET_ACCESS_KEY",
                        "test",
                        "INGESTION_BUCKET",
                        run.ingestion.bucket(),
                        "PROCESSED_BUCKET",
                        run.processed.bucket()));
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        var result = new Result(
                Files.readAllLines(output, StandardCharsets.UTF_8), Files.readAllLines(errors, StandardCharsets.UTF_8));
        assertThat(process.exitValue()).as("%s", result).isZero();
        return result;
    }
}
