package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.DESIGN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns are found by their names, whatever else an object has. */
class OddHeadersIT {

    private static final int MANY = 10_000;

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void aHeaderWithoutRecordsMakesNoRows() {
        String output = run.unit(DESIGN.target(), run.csv(DESIGN.table(), DESIGN.header()));
        run.commit();

        assertThat(run.stage.transform(1, 1))
                .returns(0L, TransformedBatch::rows)
                .returns(0L, TransformedBatch::quarantined);
        assertThat(run.rows(DESIGN.target(), output)).isEmpty();
    }

    @Test
    void columnsStandInAnyOrder() {
        assertThat(designs("file_name,design_name,file_location,last_updated,design_id", "a.json,Wooden,/usr,,5"))
                .containsExactly("5|Wooden|/usr|a.json");
    }

    /** The source may get such columns at any time. */
    @Test
    void namesOfOtherColumnsMayBeAnything() {
        assertThat(designs(
                        "\"a,b\",design_id,\"a \"\"b\"\"\",design_name,\"two\nlines\",file_location,\"\",file_name,\uD83D\uDC5C,Design_Id",
                        "1,5,\"2,\"\"\",Wooden,,/usr,\"x\ny\",a.json,,6"))
                .containsExactly("5|Wooden|/usr|a.json");
    }

    @Test
    void tenThousandColumnsAreAsGoodAsSix() {
        String names = IntStream.range(0, MANY).mapToObj(i -> ",extra_" + i).collect(Collectors.joining());
        String values = IntStream.range(0, MANY)
                .mapToObj(i -> i % 3 == 0 ? "," : i % 3 == 1 ? ",\"a,\"\"\"" : ",x")
                .collect(Collectors.joining());

        assertThat(designs(
                        "design_id" + names + ",design_name,file_location,file_name",
                        "5" + values + ",Wooden,/usr,a.json",
                        "6" + values + ",\"\",/usr,b.json"))
                .containsExactly("5|Wooden|/usr|a.json", "6||/usr|b.json");
    }

    @Test
    void tenThousandColumnsAreNotTheOneThatIsMissing() {
        String names = IntStream.range(0, MANY).mapToObj(i -> ",file_name" + i).collect(Collectors.joining());
        String object = run.csv(
                DESIGN.table(), "design_id,design_name,file_location" + names, "5,Wooden,/usr" + ",".repeat(MANY));

        assertFails(object, "has no column file_name, which dim_design needs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFFdesign_id",
                "DESIGN_ID",
                " design_id",
                "design_id ",
                "\"design_id \"",
                "des\u0131gn_\u0131d"
            })
    void aSimilarNameIsAnotherColumn(String name) {
        String object = run.csv(DESIGN.table(), name + ",design_name,file_location,file_name", "5,Wooden,/usr,a.json");

        assertFails(object, "has no column design_id, which dim_design needs");
    }

    @Test
    void anEmptyObjectHasNoHeader() {
        assertFails(run.csv(DESIGN.table(), new byte[0], 0), "is empty; expected a header");
    }

    @Test
    void anotherTablesHeaderIsNamed() {
        String object = run.csv(DESIGN.table(), "currency_id,currency_code", "1,GBP");

        assertFails(object, "has no column design_id, which dim_design needs");
    }

    @Test
    void anObjectThatIsNotThereIsNamed() {
        String object = run.missingCsv(DESIGN.table());
        String output = run.unit(DESIGN.target(), object);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("OBJECT_MISSING: " + run.ingestion.locate(object) + " does not exist");
        assertThat(run.processed.exists(output)).isFalse();
    }

    @Test
    void linesMayEndAsOnWindowsInsideQuotesOnly() {
        byte[] content = "design_id,design_name,file_location,file_name\n5,\"a\r\nb\",\"\r\",\"\n\"\n"
                .getBytes(StandardCharsets.UTF_8);
        String output = run.unit(DESIGN.target(), run.csv(DESIGN.table(), content, 1));
        run.commit();

        assertThat(run.stage.transform(1, 1).rows()).isEqualTo(1);
        assertThat(run.rows(DESIGN.target(), output)).containsExactly("5|a\r\nb|\r|\n");
    }

    private List<String> designs(String header, String... records) {
        String output = run.unit(DESIGN.target(), run.csv(DESIGN.table(), header, records));
        run.commit();
        assertThat(run.stage.transform(1, 1).quarantined()).isZero();
        return run.rows(DESIGN.target(), output);
    }

    private void assertFails(String object, String problem) {
        String output = run.unit(DESIGN.target(), object);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " " + problem);
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(folder).isEmptyDirectory();
    }
}
