package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandIT {

    @Test
    void demonstrationEndsEqualAndSaysSo(@TempDir Path folder) throws Exception {
        StringWriter output = new StringWriter();
        CommandLine command = new CommandLine(new DemoCommand()).setOut(new PrintWriter(output));

        int exit = command.execute("--small", "--folder", folder.toString());

        assertThat(exit).as(output.toString()).isZero();
        assertThat(output.toString())
                .contains("Day 12:", "fact_sales_order", "Freshness", "EQUAL: no row is missing, doubled or different.")
                .doesNotContain("still pending");
        try (Stream<Path> objects = Files.walk(folder.resolve("s3").resolve(DemoServers.PROCESSED_BUCKET))) {
            assertThat(objects.filter(path -> path.toString().endsWith(".parquet")))
                    .isNotEmpty();
        }
    }

    @Test
    void analystsGetAtTheWarehouseAsTheSummarySays() throws Exception {
        Path folder = Files.createTempDirectory("demo-servers");
        try (DemoServers servers = DemoServers.start(folder)) {
            try (Connection source = servers.source()) {
                TotesysDataset.fill(source, DatasetSize.SMALL, 1);
            }
            servers.pipeline().tick();
            Matcher psql =
                    Pattern.compile("psql postgresql://(\\w+):(\\w+)@(\\S+)").matcher(servers.psql());
            assertThat(psql.matches()).isTrue();
            try (Connection analyst = DriverManager.getConnection(
                            "jdbc:postgresql://" + psql.group(3), psql.group(1), psql.group(2));
                    Statement statement = analyst.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM current_sales_order")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(200);
            }
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
}
