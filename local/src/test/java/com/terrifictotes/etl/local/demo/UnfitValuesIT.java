package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.local.TotesysCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values that PostgreSQL has and the star schema has not: their rows wait in the quarantine, and everything else goes on. */
class UnfitValuesIT {

    private static final String UNFIT = """
            ALTER TABLE payment ALTER payment_amount TYPE numeric;
            UPDATE payment SET payment_amount = 'NaN' WHERE payment_id = 1;
            UPDATE payment SET payment_amount = 123456789.25 WHERE payment_id = 2;
            UPDATE payment SET payment_amount = 1.255 WHERE payment_id = 3;
            UPDATE payment SET payment_amount = '-Infinity' WHERE payment_id = 4;
            UPDATE payment SET created_at = 'infinity' WHERE payment_id = 5;
            UPDATE payment SET last_updated = '-infinity' WHERE payment_id = 6;
            UPDATE payment SET created_at = '0044-03-15 12:00:00 BC' WHERE payment_id = 7;
            UPDATE payment SET payment_date = '2023-02-30' WHERE payment_id = 8;
            UPDATE payment SET payment_date = '' WHERE payment_id = 9;
            """;

    @Test
    void rowsThatCannotBeRepresentedDoNotStopTheOthers() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        fixture.source.execute(UNFIT);
        long payments = number(fixture.source.connect(), "SELECT count(*) FROM payment");
        Pipeline pipeline = fixture.cold().pipeline();

        Tick tick = pipeline.tick();

        assertThat(tick.quarantinedByRun()).isEqualTo(Map.of(1L, 9L));
        assertThat(tick.quarantined()).isEqualTo(9);
        assertThat(tick.isComplete()).isTrue();
        assertThat(shown(fixture)).contains("9 rows shown.").contains("""
                SELECT * FROM fact_payment WHERE payment_id IN (1, 2, 3, 4, 5, 6, 7, 8, 9)\
                 ORDER BY payment_record_id DESC;""");
        assertThat(number(fixture.warehouse.connect(), "SELECT count(*) FROM current_payment"))
                .isEqualTo(payments - 9);
        assertThat(number(fixture.warehouse.connect(), "SELECT count(*) FROM current_payment WHERE payment_id < 10"))
                .isZero();

        fixture.source.execute("""
                UPDATE payment SET payment_amount = 1.25, created_at = '2024-01-01', last_updated = '2024-01-01',
                    payment_date = '2024-02-29' WHERE payment_id < 10
                """);
        assertThat(pipeline.tick().quarantined()).isZero();
        assertThat(number(fixture.warehouse.connect(), "SELECT count(*) FROM current_payment WHERE payment_id < 10"))
                .isEqualTo(9);
        assertThat(pipeline.tick().isQuiet()).isTrue();
    }

    /** What {@code totesys quarantine show} makes of that which transform wrote. */
    private static String shown(PipelineFixture fixture) {
        Map<String, String> settings = Map.of(
                "aws.region", "eu-west-2",
                "aws.accessKeyId", "test",
                "aws.secretAccessKey", "test",
                "aws.endpointUrl", fixture.servers.endpoint().toString());
        settings.forEach(System::setProperty);
        StringWriter output = new StringWriter();
        try {
            int exit = TotesysCommand.commandLine()
                    .setOut(new PrintWriter(output, true))
                    .execute("quarantine", "show", "--run=1", "--processed-bucket=" + fixture.processedBucket);
            assertThat(exit).isZero();
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        return output.toString();
    }

    private static long number(Connection opened, String query) throws SQLException {
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
