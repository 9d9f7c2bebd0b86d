package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.ADDRESS;
import static com.terrifictotes.etl.transform.CsvSamples.COUNTERPARTY;
import static com.terrifictotes.etl.transform.CsvSamples.SALES_ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record with another number of fields is one bad record; an object of nothing else is not what it should be. */
class UnfitRecordsIT {

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void tooFewAndTooManyFieldsAreQuarantinedBetweenRowsThatArrive() {
        String object = run.csv(
                SALES_ORDER.table(),
                SALES_ORDER.header(),
                SALES_ORDER.record(1),
                "2,two,\"th,\"\"ree\"",
                SALES_ORDER.record(3),
                SALES_ORDER.record(4) + ",surplus",
                "5,five",
                SALES_ORDER.record(6),
                SALES_ORDER.record(7) + ",");
        String output = run.unit(SALES_ORDER.target(), object);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(4);

        assertThat(run.rows(SALES_ORDER.target(), output))
                .extracting(row -> row.substring(0, 2))
                .containsExactly("1|", "3|", "6|");
        List<JsonNode> quarantined = run.quarantined(SALES_ORDER.target(), 1);
        assertThat(quarantined).extracting(line -> line.path("record").asLong()).containsExactly(2L, 4L, 5L, 7L);
        assertThat(quarantined)
                .extracting(line -> line.path("reason").textValue())
                .containsExactly(
                        "has 3 fields; expected 12",
                        "has 13 fields; expected 12",
                        "has 2 fields; expected 12",
                        "has 13 fields; expected 12");
        assertThat(quarantined.get(0).path("values").toString()).contains("\"2\"", "\"two\"", "\"th,\\\"ree\"");
        assertThat(quarantined.get(1).path("values").toString()).contains("\"4\"", "\"3.94\"", "\"surplus\"");
    }

    /** An empty line is a record of one field. */
    @Test
    void anEmptyLineIsQuarantined() {
        String object = run.csv("currency", "currency_id,currency_code", "1,GBP", "", "2,USD", "");
        String output = run.unit("dim_currency", object);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(2);
        assertThat(run.rows("dim_currency", output)).containsExactly("1|GBP|British Pound", "2|USD|US Dollar");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anObjectOfNothingElseIsCorrupt(int records) {
        String[] lines = new String[records];
        for (int i = 0; i < records; i++) {
            lines[i] = i + ",two,three";
        }
        String object = run.csv(SALES_ORDER.table(), SALES_ORDER.header(), lines);

        assertCorrupt(SALES_ORDER, object);
    }

    @Test
    void aParentThatCannotBeReadIsMissedByItsChildren() {
        String address = run.csv(ADDRESS.table(), ADDRESS.header(), ADDRESS.record(1), "2,x", ADDRESS.record(3));
        String counterparty = run.csv(
                COUNTERPARTY.table(),
                COUNTERPARTY.header(),
                COUNTERPARTY.record(1, "legal_address_id", "1"),
                COUNTERPARTY.record(2, "legal_address_id", "2"),
                COUNTERPARTY.record(3, "legal_address_id", "3"));
        String locations = run.unit(ADDRESS.target(), address);
        String counterparties = run.unit(COUNTERPARTY.target(), counterparty, address);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(2);

        assertThat(run.rows(ADDRESS.target(), locations)).hasSize(2);
        assertThat(run.rows(COUNTERPARTY.target(), counterparties))
                .extracting(row -> row.substring(0, 2))
                .containsExactly("1|", "3|");
        assertThat(run.quarantined(COUNTERPARTY.target(), 2)).singleElement().satisfies(line -> {
            assertThat(line.path("record").asLong()).isEqualTo(2);
            assertThat(line.path("reason").textValue())
                    .isEqualTo("refers to a row of address that the run does not carry");
        });
    }

    /** A comma too many shifts the values into other columns, each of which would take them. */
    @Test
    void aParentWhoseValuesAreShiftedIsNotJoined() {
        String department = run.csv(
                "department",
                "department_id,department_name,location,manager",
                "1,Sales,Leeds,Ann",
                "2,Facilities, North,Hull,Bob",
                "3,Production");
        String staff = run.csv(
                "staff",
                "staff_id,first_name,last_name,department_id,email_address",
                "1,Ada,Lovelace,1,ada@example.com",
                "2,Bob,Ross,2,bob@example.com",
                "3,Cy,Young,3,cy@example.com");
        String output = run.unit("dim_staff", staff, department);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(2);

        assertThat(run.rows("dim_staff", output)).containsExactly("1|Ada|Lovelace|Sales|Leeds|ada@example.com");
        assertThat(run.quarantined("dim_staff", 1))
                .extracting(line -> line.path("reason").textValue())
                .containsOnly("refers to a row of department that the run does not carry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"counterparty_legal_name", "commercial_contact", "extra"})
    void aColumnThatIsThereTwiceIsNamed(String column) {
        String twice = column.equals("extra") ? ",extra,extra" : "," + column + ",extra";
        String object = run.csv(COUNTERPARTY.table(), COUNTERPARTY.header() + twice, COUNTERPARTY.record(1) + ",x,y");

        assertThat(assertCorrupt(COUNTERPARTY, object)).hasMessageContaining(column);
    }

    /** The manifest agrees with the part, so that what is left of the last record is all there is to judge. */
    @ParameterizedTest
    @EnumSource(
            names = {"IN_THE_KEY", "BETWEEN_FIELDS", "BEHIND_A_CLOSING_QUOTE"},
            value = TruncatedObjectIT.Cut.class)
    void aRecordThatEndsEarlyIsQuarantined(TruncatedObjectIT.Cut cut) {
        CsvSamples table = CsvSamples.PURCHASE_ORDER;
        String output = run.unit(table.target(), run.csv(table.table(), cut.of(TruncatedObjectIT.whole()), 31));
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(1);

        assertThat(run.rows(table.target(), output)).hasSize(30);
        JsonNode line = run.quarantined(table.target(), 1).getFirst();
        assertThat(line.path("record").asLong()).isEqualTo(31);
        assertThat(line.path("reason").textValue()).matches("has [1-6] fields; expected 12");
    }

    @Test
    void manyBadRecordsAreAllKept() {
        int count = 5_000;
        StringBuilder content = new StringBuilder(SALES_ORDER.header()).append('\n');
        for (int key = 1; key <= count; key++) {
            content.append(key % 2 == 0 ? SALES_ORDER.record(key) : key + ",short")
                    .append('\n');
        }
        String output = run.unit(
                SALES_ORDER.target(),
                run.csv(SALES_ORDER.table(), content.toString().getBytes(StandardCharsets.UTF_8), count));
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(count / 2);
        assertThat(run.rows(SALES_ORDER.target(), output)).hasSize(count / 2);
        assertThat(run.quarantined(SALES_ORDER.target(), 1)).hasSize(count / 2);
    }

    private PipelineException assertCorrupt(CsvSamples table, String object) {
        String output = run.unit(table.target(), object);
        run.commit();

        PipelineException failure = catchThrowableOfType(PipelineException.class, () -> run.stage.transform(1, 1));

        assertThat(failure).hasMessageStartingWith("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ");
        assertThat(failure.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT);
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.quarantined(table.target(), 1)).isEmpty();
        return failure;
    }
}
