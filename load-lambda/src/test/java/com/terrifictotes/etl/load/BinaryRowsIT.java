package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.testsupport.TestServers;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What is written is what PostgreSQL reads. */
final class BinaryRowsIT {

    /** One row of values. */
    @FunctionalInterface
    private interface Values {
        void write(BinaryRows copy) throws SQLException;
    }

    private final Connection connection;

    BinaryRowsIT() throws SQLException {
        connection = TestServers.shared().createDatabase("copy").connect();
    }

    @BeforeEach
    void startTransaction() throws SQLException {
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void writesWholeNumbers() throws SQLException {
        for (int number : new int[] {0, -1, 10, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(read("integer", copy -> copy.whole(number))).isEqualTo(Integer.toString(number));
        }
        for (long number : new long[] {0, -1, 10, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(read("bigint", copy -> copy.large(number))).isEqualTo(Long.toString(number));
        }
    }

    @Test
    void writesDecimals() throws SQLException {
        assertThat(read("numeric", copy -> copy.decimal(0, 2))).isEqualTo("0.00");
        assertThat(read("numeric", copy -> copy.decimal(5, 2))).isEqualTo("0.05");
        assertThat(read("numeric", copy -> copy.decimal(-5, 2))).isEqualTo("-0.05");
        assertThat(read("numeric", copy -> copy.decimal(-394, 2))).isEqualTo("-3.94");
        assertThat(read("numeric", copy -> copy.decimal(42, 0))).isEqualTo("42");
        assertThat(read("numeric", copy -> copy.decimal(Long.MIN_VALUE, 18))).isEqualTo("-9.223372036854775808");
    }

    @Test
    void writesDecimalsOfEveryScaleAndLength() throws SQLException {
        var random = new Random(7);
        for (int scale = 0; scale <= 18; scale++) {
            for (int bits = 0; bits < Long.SIZE; bits += 3) {
                long unscaled = random.nextLong() >> bits;
                int points = scale;
                assertThat(read("numeric", copy -> copy.decimal(unscaled, points)))
                        .isEqualTo(BigDecimal.valueOf(unscaled, scale).toPlainString());
            }
        }
    }

    @Test
    void writesDays() throws SQLException {
        assertThat(readDay(LocalDate.of(2026, 11, 22))).isEqualTo("2026-11-22");
        assertThat(readDay(LocalDate.of(1969, 12, 31))).isEqualTo("1969-12-31");
        assertThat(readDay(LocalDate.of(12345, 1, 2))).isEqualTo("12345-01-02");
        assertThat(readDay(LocalDate.of(1, 1, 1))).isEqualTo("0001-01-01");
        assertThat(readDay(LocalDate.of(0, 12, 31))).isEqualTo("0001-12-31 BC");
        assertThat(readDay(LocalDate.of(-43, 3, 15))).isEqualTo("0044-03-15 BC");
    }

    @Test
    void writesTimesOfDay() throws SQLException {
        assertThat(read("time", copy -> copy.time(0))).isEqualTo("00:00:00");
        assertThat(read("time", copy -> copy.time(1))).isEqualTo("00:00:00.000001");
        assertThat(read("time", copy -> copy.time(86_399_999_999L))).isEqualTo("23:59:59.999999");
        assertThat(read("time", copy -> copy.time(35_887_123_000L))).isEqualTo("09:58:07.123");
    }

    @Test
    void writesTruthAndNothing() throws SQLException {

        assertThat(read("boolean", copy -> copy.truth(true))).isEqualTo("true");
        assertThat(read("boolean", copy -> copy.truth(false))).isEqualTo("false");
        assertThat(read("text", BinaryRows::nothing)).isNull();
    }

    @Test
    void writesTextThatIsLongerThanItsBuffer() throws SQLException {
        String text = "\\\t\n\r€🎈".repeat(50_000);

        assertThat(read("text", copy -> copy.text(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(text);
    }

    private @Nullable String readDay(LocalDate day) throws SQLException {
        return read("date", copy -> copy.day(Math.toIntExact(day.toEpochDay())));
    }

    private @Nullable String read(String type, Values values) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE t (a int, v " + type + ", b int) ON COMMIT DROP");
            CopyIn copy =
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY t FROM STDIN (FORMAT binary)");
            BinaryRows rows = new BinaryRows(copy);
            rows.beginRow(3);
            rows.whole(1);
            values.write(rows);
            rows.whole(2);
            rows.end();
            assertThat(copy.endCopy()).isEqualTo(1);
            try (ResultSet row = statement.executeQuery("SELECT v::text FROM t WHERE a = 1 AND b = 2")) {
                assertThat(row.next()).isTrue();
                return row.getString(1);
            }
        } finally {
            connection.rollback();
        }
    }
}
