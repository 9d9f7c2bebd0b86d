package com.terrifictotes.etl.local.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.catalogue.Totesys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantinedRowTest {

    private static final String WHOLE = """
            {"target":"dim_staff","table":"staff","run":7,"object":"s3://i/data/staff/x.csv","record":6,"offset":1234,\
            "column":"department_id","reason":"is NULL, which the star schema does not allow",\
            "values":{"staff_id":"6","first_name":"A\\"\\u001b[31m","last_name":"","department_id":null},\
            "truncated":true,"later":{"unknown":[1]}}""";

    private final StringWriter output = new StringWriter();
    private final PrintWriter out = new PrintWriter(output);

    @Test
    void lineIsReadInTheOrderOfItsValues() throws IOException {
        QuarantinedRow row = parse(WHOLE);

        assertThat(row.record()).isEqualTo(6);
        assertThat(row.offset()).isEqualTo(1234);
        assertThat(row.values()).containsOnlyKeys("staff_id", "first_name", "last_name", "department_id");
        assertThat(row.values().keySet()).startsWith("staff_id", "first_name");
        assertThat(row.values().get("department_id")).isNull();
        assertThat(row.isTruncated()).isTrue();
        assertThat(row.why()).isEqualTo("department_id is NULL, which the star schema does not allow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "7", "{", "{} {}", "{\"run\":\"x\"}", "{\"values\":{\"a\":{}}}"})
    void whatIsNoRowIsRefused(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(IOException.class);
    }

    @Test
    void whyIsASentenceWhateverIsMissing() throws IOException {
        assertThat(parse("{}").why()).isEqualTo("the reason was not written down");
        assertThat(parse("{\"column\":\"a\"}").why()).isEqualTo("a: the reason was not written down");
        assertThat(parse("{\"column\":null,\"reason\":\"has 3 fields\"}").why()).isEqualTo("has 3 fields");
    }

    @Test
    void textHasTheReasonAndTheValuesAndNoEscapeSequence() throws IOException {
        TextRows rows = new TextRows(out);

        rows.print("s3://p/q.jsonl", parse(WHOLE), new byte[0]);
        rows.print("s3://p/q.jsonl", parse("{}"), new byte[0]);

        assertThat(output.toString()).isEqualToNormalizingNewlines("""
                in s3://p/q.jsonl

                staff, record 6 at byte 1234 of s3://i/data/staff/x.csv
                  department_id is NULL, which the star schema does not allow
                    staff_id       "6"
                    first_name     "A\\"\\u001b[31m"
                    last_name      ""
                    department_id  NULL
                    (long values are cut; the object named above has them whole)

                a row
                  the reason was not written down

                """);
    }

    @Test
    void namesAndReasonsAreEscapedAsValuesAre() throws IOException {
        new TextRows(out)
                .print(
                        "s3://p/\u001b[1m",
                        parse("{\"table\":\"\\u001b[2m\",\"object\":\"\\u001b[3m\",\"column\":\"\\u001b[4m\","
                                + "\"reason\":\"\\u001b[5m\",\"values\":{\"\\u001b[6m\":\"x\"}}"),
                        new byte[0]);

        assertThat(output.toString()).doesNotContain("\u001b").contains("\\u001b[1m", "\\u001b[6m");
    }

    @Test
    void jsonIsTheLineItself() throws IOException {
        byte[] line = "{ \"later\" : 1.50, \"reason\": \"Łódź\" }".getBytes(StandardCharsets.UTF_8);

        new JsonRows(out).print("s3://p/q.jsonl", QuarantinedRow.parse(line), line);

        assertThat(output).hasToString("{ \"later\" : 1.50, \"reason\": \"Łódź\" }\n");
    }

    @Test
    void csvTellsNullFromEmpty() throws IOException {
        CsvRows rows = new CsvRows(out, List.of("staff_id", "first_name", "last_name", "department_id"));

        rows.print("s3://p/q.jsonl", parse(WHOLE), new byte[0]);
        rows.print("s3://p/q.jsonl", parse("{\"run\":8,\"values\":{\"staff_id\":\"1\\n,2\"}}"), new byte[0]);

        assertThat(output).hasToString("""
                "run","object","record","offset","column","reason","staff_id","first_name","last_name","department_id"
                "7","s3://i/data/staff/x.csv","6","1234","department_id",\
                "is NULL, which the star schema does not allow","6","A""\u001b[31m","",
                "8",,,,,,"1
                ,2",,,
                """);
    }

    @Test
    void reasonsAreCountedTheMostFrequentFirst() throws IOException {
        ReasonCounts counts = new ReasonCounts();
        counts.add(parse("{\"column\":\"a\",\"reason\":\"is no date\"}"));
        for (int i = 0; i < 1_000; i++) {
            counts.add(parse("{\"column\":\"b\",\"reason\":\"is no date\"}"));
        }
        counts.add(parse("{\"reason\":\"has \\u001b fields\"}"));

        assertThat(counts.rows()).isEqualTo(1_002);
        assertThat(counts.lines())
                .containsExactly("1,000 rows: b is no date", "1 row: a is no date", "1 row: has \\u001b fields");
    }

    @Test
    void manyDifferentReasonsDoNotFillTheMemory() throws IOException {
        ReasonCounts counts = new ReasonCounts();
        for (int i = 0; i < 100; i++) {
            counts.add(parse("{\"reason\":\"reason " + i + "\"}"));
        }

        assertThat(counts.lines()).hasSize(51).last().isEqualTo("50 rows: other reasons");
    }

    @Test
    void adviceNamesOnlyWholeNumbersAndTablesOfTheCatalogue() throws IOException {
        WhatToDo advice = new WhatToDo(Totesys.CATALOGUE);
        advice.add(parse("{\"target\":\"dim_location\",\"values\":{\"address_id\":\"3\"}}"));
        advice.add(parse("{\"target\":\"dim_location\",\"values\":{\"address_id\":\"3); DROP TABLE x; --\"}}"));
        advice.add(parse("{\"target\":\"fact_payment\"}"));
        advice.add(parse("{\"target\":\"dim_other\",\"values\":{\"id\":\"1\"}}"));
        advice.add(parse("{}"));

        advice.print(out);

        assertThat(output.toString().lines())
                .endsWith(
                        "    SELECT * FROM dim_location WHERE location_id IN (3);",
                        "    SELECT * FROM fact_payment WHERE payment_id IN (...) ORDER BY payment_record_id DESC;")
                .hasSize(6);
    }

    private static QuarantinedRow parse(String line) throws IOException {
        return QuarantinedRow.parse(line.getBytes(StandardCharsets.UTF_8));
    }
}
