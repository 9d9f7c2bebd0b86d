package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.ADDRESS;
import static com.terrifictotes.etl.transform.CsvSamples.COUNTERPARTY;
import static com.terrifictotes.etl.transform.CsvSamples.DESIGN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.transform.TransformProcess.Report;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that memory has no room for: one of them is quarantined, one that never ends is an error. */
class HugeRecordIT {

    private static final int HUGE = 100_000_000;
    private static final int LARGE = 40_000_000;
    private static final int LIMIT = 16 << 20;

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void areQuarantinedInPartBetweenRowsThatArrive() throws Exception {
        String address = run.csv(ADDRESS.table(), ADDRESS.header(), ADDRESS.record(1));
        String used = run.unit(
                DESIGN.target(), file(DESIGN, DESIGN.record(1), "2,,\"a\",", "x", HUGE, ",b,", DESIGN.record(3)));
        String unused = run.unit(
                COUNTERPARTY.target(),
                file(COUNTERPARTY, COUNTERPARTY.record(4), "5,y,1,\"", "\"\"", HUGE / 2, "\",", COUNTERPARTY.record(6)),
                address);
        String manyFields =
                run.unit(DESIGN.target(), file(DESIGN, DESIGN.record(7), "8", ",", HUGE / 4, "", DESIGN.record(9)));
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(6L, Report::rows)
                .returns(3L, Report::quarantined);

        assertThat(run.rows(DESIGN.target(), used))
                .extracting(row -> row.substring(0, 2))
                .containsExactly("1|", "3|");
        assertThat(run.rows(COUNTERPARTY.target(), unused))
                .extracting(row -> row.substring(0, 2))
                .containsExactly("4|", "6|");
        assertThat(run.rows(DESIGN.target(), manyFields))
                .extracting(row -> row.substring(0, 2))
                .containsExactly("7|", "9|");
        assertTruncated(DESIGN, 1, "2");
        assertTruncated(COUNTERPARTY, 2, "5");
        assertTruncated(DESIGN, 3, "8");
    }

    @Test
    void aParentThatIsTooLargeIsMissedByItsChildren() throws Exception {
        String address =
                file(ADDRESS, ADDRESS.record(1), "2,", "x", LARGE, ",,,Leeds,LS1,England,0113", ADDRESS.record(3));
        String counterparty = run.csv(
                COUNTERPARTY.table(),
                COUNTERPARTY.header(),
                COUNTERPARTY.record(1, "legal_address_id", "1"),
                COUNTERPARTY.record(2, "legal_address_id", "2"),
                COUNTERPARTY.record(3, "legal_address_id", "3"));
        run.unit(ADDRESS.target(), address);
        run.unit(COUNTERPARTY.target(), counterparty, address);
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(4L, Report::rows)
                .returns(2L, Report::quarantined);
        assertTruncated(ADDRESS, 1, "2");
    }

    /** Not large, but a million values; and large texts, each in another column. */
    @Test
    void recordsThatAreJustSmallEnoughFitTwiceIntoSmallMemory() throws Exception {
        for (int unit = 0; unit < 2; unit++) {
            run.unit(DESIGN.target(), file(DESIGN, DESIGN.record(1), "2", ",", 1_048_000, "", DESIGN.record(3)));
        }
        for (int unit = 0; unit < 2; unit++) {
            try (var writer = new CsvFile.Writer(folder.resolve("texts.csv"), ADDRESS.header())) {
                int columns = ADDRESS.columns().size();
                for (int column = 1; column <= 7; column++) {
                    writer.add(column + ",y".repeat(column - 1) + ",", "x", 8 << 20, ",y".repeat(columns - column - 1));
                }
                run.unit(ADDRESS.target(), run.csv(ADDRESS.table(), writer.finish()));
            }
        }
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(18L, Report::rows)
                .returns(2L, Report::quarantined);
        assertThat(run.quarantined(DESIGN.target(), 1)).singleElement().satisfies(line -> {
            assertThat(line.path("reason").textValue())
                    .isEqualTo(
                            "has 1048001 fields; expected " + DESIGN.columns().size());
            assertThat(line.path("truncated").asBoolean()).isTrue();
            assertThat(line.toString()).hasSizeLessThan(LIMIT);
        });
    }

    @Test
    void aQuoteThatIsNeverClosedIsAnError() {
        String object = file(DESIGN, DESIGN.record(1), "2,,\"", "x,\n", LARGE / 3, "", DESIGN.record(3));
        String output = run.unit(DESIGN.target(), object);
        run.commit();

        assertThatThrownBy(() -> TransformProcess.transformInSmallMemory(run, folder))
                .hasMessageContaining("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ")
                .hasMessageContaining("record 2, byte ");
        assertThat(run.processed.exists(output)).isFalse();
    }

    @Test
    void aHeaderThatDoesNotEndIsAnError() {
        String object;
        try (var writer = new CsvFile.Writer(folder.resolve("header.csv"), "x,".repeat(LARGE / 2))) {
            object = run.csv(DESIGN.table(), writer.finish());
        }
        String output = run.unit(DESIGN.target(), object);
        run.commit();

        assertThatThrownBy(() -> TransformProcess.transformInSmallMemory(run, folder))
                .hasMessageContaining("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ");
        assertThat(run.processed.exists(output)).isFalse();
    }

    private void assertTruncated(CsvSamples table, int unit, String key) {
        JsonNode line = run.quarantined(table.target(), unit).getFirst();
        assertThat(line.path("record").asLong()).isEqualTo(2);
        assertThat(line.path("truncated").asBoolean()).isTrue();
        assertThat(line.path("reason").textValue()).isEqualTo("has 16 MiB or more");
        assertThat(line.path("values").path(table.columns().getFirst()).textValue())
                .isEqualTo(key);
        assertThat(line.toString()).hasSizeLessThan(LIMIT);
    }

    /** An object of three records, the second of which is long. */
    private String file(
            CsvSamples table, String first, String before, String piece, int copies, String after, String third) {
        try (var writer = new CsvFile.Writer(folder.resolve("huge.csv"), table.header())) {
            writer.add(first);
            writer.add(before, piece, copies, after);
            writer.add(third);
            return run.csv(table.table(), writer.finish());
        }
    }
}
