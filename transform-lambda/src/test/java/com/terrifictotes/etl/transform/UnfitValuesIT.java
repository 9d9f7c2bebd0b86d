package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.PAYMENT;
import static com.terrifictotes.etl.transform.CsvSamples.SALES_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that its column cannot hold is never made into another one: its row waits in the quarantine as it is. */
class UnfitValuesIT {

    private static final String NO_WHOLE_NUMBER = "is not a whole number of 32 bits";
    private static final String NO_DECIMAL = "does not fit numeric(10,2) exactly";
    private static final String NO_TRUTH = "is neither t nor f";
    private static final String NO_DATE = "is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd";
    private static final String NO_TIMESTAMP = "is not a timestamp from 0001-01-01 to 9999-12-31, written yyyy-mm-dd"
            + " hh:mm:ss with at most 6 decimals";

    /** What no number may look like: other notations, other scripts, blanks, nothing. */
    private static final List<String> NO_NUMBERS = List.of(
            "",
            " ",
            "-",
            "+",
            "--1",
            "+1",
            " 1",
            "1 ",
            "\t1",
            "1\r",
            "1\n",
            "\u00A01",
            "1e5",
            "1E400",
            "1e-2000000000",
            "0x10",
            "1_000",
            "1,000",
            "1 000",
            "1-",
            "one",
            "NaN",
            "nan",
            "Infinity",
            "-Infinity",
            "inf",
            "NULL",
            "\\N",
            "\u2212" + "1",
            "\uFF11\uFF12",
            "\u0661\u0662",
            "1\u0000",
            "\uFEFF1",
            "9".repeat(1_000),
            "9223372036854775808",
            "18446744073709551617",
            "340282366920938463463374607431768211457");

    private static final List<String> NO_INTEGERS =
            List.of("2147483648", "-2147483649", "4294967297", "1.0", "1.", ".1", "12345678901");

    private static final List<String> NO_DECIMALS = List.of(
            "100000000.00",
            "-100000000.00",
            "123456789",
            "0.001",
            "-0.005",
            "1.255",
            "1.",
            ".5",
            "-.5",
            "1..2",
            "1.2.3",
            "1.2-",
            "1.-2",
            ".",
            "-.",
            "\u0661.\u0662",
            "1\u066B5",
            "1.0\uFF10",
            "99999999.991",
            "0." + "0".repeat(500) + "1");

    private static final List<String> NO_TRUTHS =
            List.of("", "T", "F", "true", "false", "1", "0", "y", " t", "t ", "tt", "\uFF54", "\u0131");

    private static final List<String> NO_DATES = List.of(
            "",
            " ",
            "0000-01-01",
            "0000-12-31",
            "-0001-01-01",
            "0044-03-15 BC",
            "0001-01-01 BC",
            "infinity",
            "-infinity",
            "10000-01-01",
            "99999-01-01",
            "2023-02-29",
            "1900-02-29",
            "2100-02-29",
            "2024-02-30",
            "2023-04-31",
            "2023-00-10",
            "2023-13-10",
            "2023-01-00",
            "2023-01-32",
            "2023-1-1",
            "23-01-01",
            "20230101",
            "2023/01/01",
            "2023.01.01",
            "01-02-2023",
            "2023-01-01 ",
            " 2023-01-01",
            "2023-01-01T",
            "2023-01-01\n",
            "2023-01-0a",
            "2023-01-+1",
            "2023--1-01",
            "+023-01-01",
            "\uFF12\uFF10\uFF12\uFF13-01-01",
            "\u0662\u0660\u0662\u0663-\u0660\u0661-\u0660\u0661",
            "2023\u201001\u201001",
            "2023-01-01\u200F",
            "today",
            "2023-W01-1");

    private static final List<String> NO_TIMESTAMPS = Stream.concat(
                    NO_DATES.stream().map(date -> date + " 12:00:00"),
                    Stream.of(
                            "",
                            "infinity",
                            "-infinity",
                            "0044-03-15 12:00:00 BC",
                            "2023-01-01",
                            "2023-01-01 12:00",
                            "2023-01-01T12:00:00",
                            "2023-01-01  12:00:00",
                            "2023-01-01 24:00:00",
                            "2023-01-01 23:60:00",
                            "2023-01-01 23:59:60",
                            "2023-01-01 12:00:00.",
                            "2023-01-01 12:00:00.1234567",
                            "2023-01-01 12:00:00.12345a",
                            "2023-01-01 12:00:00,5",
                            "2023-01-01 12:00:00+00",
                            "2023-01-01 12:00:00Z",
                            "2023-01-01 12:00:00 AM",
                            "2023-01-01 -1:00:00",
                            "2023-01-01 1:00:00",
                            "2023-01-01 \uFF11\uFF12:00:00"))
            .toList();

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    static Stream<Arguments> columns() {
        List<String> noIntegers = join(NO_NUMBERS, NO_INTEGERS);
        List<String> noDecimals = join(NO_NUMBERS, NO_DECIMALS);
        return Stream.of(
                Arguments.of(SALES_ORDER, "sales_order_id", NO_WHOLE_NUMBER, noIntegers),
                Arguments.of(SALES_ORDER, "units_sold", NO_WHOLE_NUMBER, noIntegers),
                Arguments.of(SALES_ORDER, "agreed_delivery_location_id", NO_WHOLE_NUMBER, noIntegers),
                Arguments.of(SALES_ORDER, "unit_price", NO_DECIMAL, noDecimals),
                Arguments.of(PAYMENT, "payment_amount", NO_DECIMAL, noDecimals),
                Arguments.of(PAYMENT, "paid", NO_TRUTH, NO_TRUTHS),
                Arguments.of(SALES_ORDER, "agreed_payment_date", NO_DATE, NO_DATES),
                Arguments.of(PAYMENT, "payment_date", NO_DATE, NO_DATES),
                Arguments.of(SALES_ORDER, "created_at", NO_TIMESTAMP, NO_TIMESTAMPS),
                Arguments.of(PAYMENT, "last_updated", NO_TIMESTAMP, NO_TIMESTAMPS));
    }

    @ParameterizedTest(name = "{0}.{1}")
    @MethodSource("columns")
    void isQuarantinedAsItIsBetweenRowsThatArrive(CsvSamples table, String column, String reason, List<String> values) {
        List<String> records = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            records.add(table.record(2 * i + 1, column, CsvSamples.quoted(values.get(i))));
            records.add(table.record(2 * i + 2));
        }
        String object = run.csv(table.table(), table.header(), records.toArray(String[]::new));
        String output = run.unit(table.target(), object);
        run.commit();

        TransformedBatch answer = run.stage.transform(1, 1);

        List<JsonNode> quarantined = run.quarantined(table.target(), 1);
        assertThat(quarantined)
                .extracting(line -> line.path("values").path(column).textValue())
                .containsExactlyElementsOf(values);
        for (int i = 0; i < values.size(); i++) {
            JsonNode line = quarantined.get(i);
            assertThat(line.path("record").asLong()).isEqualTo(2L * i + 1);
            assertThat(line.path("column").textValue()).isEqualTo(column);
            assertThat(line.path("reason").textValue()).isEqualTo(reason);
            assertThat(line.path("object").textValue()).isEqualTo(run.ingestion.locate(object));
            assertThat(line.path("values").fieldNames()).toIterable().containsExactlyElementsOf(table.columns());
        }
        assertThat(answer.quarantined()).isEqualTo(values.size());
        assertThat(run.rows(table.target(), output))
                .extracting(row -> row.substring(0, row.indexOf('|')))
                .containsExactlyElementsOf(Stream.iterate(2, key -> key + 2)
                        .limit(values.size())
                        .map(key -> Integer.toString(key))
                        .toList());
    }

    @Test
    void theEndsOfEveryRangeArrive() {
        String object = run.csv(
                "payment",
                "payment_id,created_at,last_updated,transaction_id,counterparty_id,payment_amount,currency_id,"
                        + "payment_type_id,paid,payment_date",
                "-2147483648,0001-01-01 00:00:00,9999-12-31 23:59:59.999999,2147483647,0,99999999.99,-1,1,t,0001-01-01",
                "2147483647,2000-02-29 00:00:00.1,1969-12-31 23:59:59.999,1,1,-99999999.99,1,1,f,9999-12-31",
                "1,2024-04-07 02:30:00,2024-10-27 01:30:00.000001,1,1,-0.00,1,1,t,2024-02-29",
                "2,1582-10-10 00:00:00,1900-02-28 00:00:00,1,1,-0.01,1,1,t,2000-02-29",
                "3,2022-11-03 14:20:49.962,2022-11-03 14:20:49.962,1,1,7,1,1,t,2022-11-03",
                "4,2022-11-03 14:20:49.962,2022-11-03 14:20:49.962,1,1,7.5,1,1,t,2022-11-03");
        String output = run.unit("fact_payment", object);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isZero();

        assertThat(run.rows("fact_payment", output))
                .containsExactly(
                        "-2147483648|0001-01-01|00:00|9999-12-31|23:59:59.999999|2147483647|0|99999999.99|-1|1|true|"
                                + "0001-01-01",
                        "2147483647|2000-02-29|00:00:00.100|1969-12-31|23:59:59.999|1|1|-99999999.99|1|1|false|9999-12-31",
                        "1|2024-04-07|02:30|2024-10-27|01:30:00.000001|1|1|0.00|1|1|true|2024-02-29",
                        "2|1582-10-10|00:00|1900-02-28|00:00|1|1|-0.01|1|1|true|2000-02-29",
                        "3|2022-11-03|14:20:49.962|2022-11-03|14:20:49.962|1|1|7.00|1|1|true|2022-11-03",
                        "4|2022-11-03|14:20:49.962|2022-11-03|14:20:49.962|1|1|7.50|1|1|true|2022-11-03");
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
