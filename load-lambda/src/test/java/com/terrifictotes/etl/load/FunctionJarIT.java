package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.terrifictotes.etl.testsupport.TestServers;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is deployed has what the function needs, and is small enough to start fast. */
final class FunctionJarIT {

    private static final Path JAR = Path.of("target", "load-lambda.jar").toAbsolutePath();
    private static final long LIMIT_BYTES = 25_000_000;

    private final Path folder;

    FunctionJarIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void loadsARunInAProcessOfItsOwn() throws IOException, InterruptedException {
        assumeTrue(Files.exists(JAR), "the build does not make the function jar");
        assertThat(JAR).satisfies(jar -> assertThat(Files.size(jar)).isLessThan(LIMIT_BYTES));
        Lake lake = new Lake(folder.resolve("lake"));
        Warehouse warehouse = new Warehouse(lake, folder.resolve("work"), "star");
        Runs.first(lake).commit();

        String output = invoke(lake, warehouse);

        assertThat(folder.resolve("answer.json"))
                .as(output)
                .hasContent("{\"loaded\":[1],\"pending\":0,\"more\":false}");
        assertThat(warehouse.rows("SELECT count(*) FROM fact_sales_order")).containsExactly("(2)");
        assertThat(output).contains("\"formattedMessage\":\"loaded run\"").contains("\"Freshness\":");
    }

    private String invoke(Lake lake, Warehouse warehouse) throws IOException, InterruptedException {
        TestServers servers = TestServers.shared();
        Path log = folder.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        JAR
                                + System.getProperty("path.separator")
                                + Path.of("target", "test-classes").toAbsolutePath(),
                        "-Dlogback.configurationFile=logback.xml",
                        FunctionMain.class.getName(),
                        folder.resolve("answer.json").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        LoadConfiguration.INGESTION_BUCKET,
                        lake.ingestionBucket(),
                        LoadConfiguration.PROCESSED_BUCKET,
                        lake.processed().bucket(),
                        LoadConfiguration.WAREHOUSE_SECRET,
                        servers.createSecret("warehouse", warehouse.database().secretJson()),
                        LoadConfiguration.WAREHOUSE_SCHEMA,
                        "star",
                        "AWS_ENDPOINT_URL",
                        servers.endpoint().toString(),
                        "AWS_REGION",
                        "eu-west-2",
                        "AWS_ACCESS_KEY_ID",
                        "test",
                        "AWS_SECRET_ACCESS_KEY",
                        "test"));
        Process process = builder.start();
        try (BufferedWriter payload = process.outputWriter()) {
            payload.write(LoadHandlerIT.event(lake.ingestionBucket()));
        }
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return Files.readString(log);
    }
}
