package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandIT {

    @Test
    void demonstrationEndsEqualSaysSoAndLeavesNothing(@TempDir Path folder) throws Exception {
        Process demo = totesys("demo", "--small", "--folder", folder.toString());

        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor()).as(output).isZero();
        assertThat(output)
                .contains(
                        "Day 12:",
                        "fact_sales_order",
                        "Freshness",
                        "GBP",
                        "EQUAL: no row is missing, doubled or different.")
                .doesNotContain("still pending", "WARN", "ERROR", "Exception");
        assertThat(folder).doesNotExist();
    }

    @Test
    void keptDemonstrationStaysUpUntilItIsInterrupted(@TempDir Path folder) throws Exception {
        Process demo = totesys("demo", "--small", "--keep", "--folder", folder.toString());
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Everything stays up")) {
                output.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(demo.isAlive()).as(output.toString()).isTrue();
            assertThat(analystCounts(output.toString(), "fact_payment")).isGreaterThan(300);

            demo.destroy();

            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> analystCounts(output.toString(), "fact_payment"))
                    .isInstanceOf(SQLException.class);
            try (Stream<Path> objects = Files.walk(folder)) {
                assertThat(objects.map(Path::toString))
                        .anyMatch(path -> path.endsWith(".csv"))
                        .anyMatch(path -> path.endsWith(".parquet"))
                        .noneMatch(path -> path.contains("postgres-"));
            }
        } finally {
            demo.destroyForcibly();
        }
    }

    @Test
    void folderThatIsNotEmptyIsRefused(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("precious"), "data");
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new DemoCommand()).setErr(new PrintWriter(error));

        assertThat(command.execute("--folder", folder.toString())).isEqualTo(2);
        assertThat(error.toString()).startsWith("--folder " + folder + " is not empty; name a new or an empty one");
        assertThat(folder.resolve("precious")).exists();
    }

    /** The packaged command, with the class path that stands in its jar. */
    private static Process totesys(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("target", "totesys.jar").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Logs in as the psql line of the summary says. */
    private static int analystCounts(String output, String table) throws SQLException {
        Matcher psql = Pattern.compile("psql postgresql://(\\w+):(\\w+)@(\\S+)").matcher(output);
        assertThat(psql.find()).as(output).isTrue();
        try (Connection analyst = DriverManager.getConnection(
                        "jdbc:postgresql://" + psql.group(3), psql.group(1), psql.group(2));
                Statement statement = analyst.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getInt(1);
        }
    }
}
