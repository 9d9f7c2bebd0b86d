package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.ADDRESS;
import static com.terrifictotes.etl.transform.CsvSamples.COUNTERPARTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no UTF-8 are an error wherever they stand, and never become question marks. */
class MalformedUtf8IT {

    private static final String MARK = "@@@";

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "BF",
                "FF",
                "FE",
                "C0AF",
                "C1BF",
                "E080AF",
                "E09FBF",
                "F08080AF",
                "F08FBFBF",
                "EDA080",
                "EDBFBF",
                "EDA0BDEDB19C",
                "F4908080",
                "F5808080",
                "F8888080AF",
                "FC8480808080",
                "C3",
                "E2",
                "E282",
                "F0",
                "F09F",
                "F09F91",
                "C328",
                "E228A1",
                "E28228",
                "F0288CBC",
                "F09F28BC",
                "F09F9128",
                "C380BF"
            })
    void isAnErrorInAColumnThatIsUsed(String bytes) {
        assertCorrupt("counterparty_legal_name", MARK, bytes);
        assertCorrupt("counterparty_legal_name", "\"a long name, in quotes \"\"" + MARK + "\"\" and its end\"", bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "FF", "C0AF", "E080AF", "EDA080", "F4908080", "C3", "E282", "F09F91"})
    void isAnErrorInAColumnThatIsNot(String bytes) {
        assertCorrupt("commercial_contact", MARK, bytes);
        assertCorrupt("delivery_contact", "\"a long name, in quotes \"\"" + MARK + "\"", bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FF", "C0AF", "E282"})
    void isAnErrorInTheHeader(String bytes) {
        String text = COUNTERPARTY.header() + "," + MARK + "\n" + COUNTERPARTY.record(1) + ",x\n";

        assertFails(with(bytes, text), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C3", "E2", "E282", "F0", "F09F", "F09F91"})
    void isAnErrorAtTheEndOfTheObject(String bytes) {
        String text = COUNTERPARTY.header() + "\n" + COUNTERPARTY.record(1, "delivery_contact", MARK);

        assertFails(with(bytes, text), 1);
    }

    @Test
    void theFirstAndTheLastCharacterOfEachLengthArrive() {
        String text = "\u0001\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFE\uFFFF\uD800\uDC00\uDBFF\uDFFF";
        String address = run.csv("address", ADDRESS.header(), ADDRESS.record(1));
        String counterparty = run.csv(
                "counterparty",
                COUNTERPARTY.header(),
                COUNTERPARTY.record(7, "counterparty_legal_name", text),
                COUNTERPARTY.record(8, "commercial_contact", text));
        String output = run.unit("dim_counterparty", counterparty, address);
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isZero();
        assertThat(run.rows("dim_counterparty", output))
                .containsExactly(
                        "7|" + text + "|1 High Street|NULL|NULL|Leeds|LS1 4DL|England|0113 496 0000",
                        "8|Totes & Sons|1 High Street|NULL|NULL|Leeds|LS1 4DL|England|0113 496 0000");
    }

    private void assertCorrupt(String column, String field, String bytes) {
        String text = COUNTERPARTY.header() + "\n" + COUNTERPARTY.record(1) + "\n"
                + COUNTERPARTY.record(2, column, field) + "\n" + COUNTERPARTY.record(3) + "\n";
        assertFails(with(bytes, text), 3);
    }

    private void assertFails(byte[] content, int rows) {
        run = new TestRun(folder);
        String address = run.csv("address", ADDRESS.header(), ADDRESS.record(1));
        String object = run.csv("counterparty", content, rows);
        String output = run.unit("dim_counterparty", object, address);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .hasMessageStartingWith("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ")
                .asInstanceOf(InstanceOfAssertFactories.type(PipelineException.class))
                .returns(ErrorCode.OBJECT_CORRUPT, PipelineException::code);
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.quarantined("dim_counterparty", 1)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    /** The text in UTF-8, with those bytes in the place of the mark. */
    private static byte[] with(String hexadecimal, String text) {
        String bytes = new String(HexFormat.of().parseHex(hexadecimal), StandardCharsets.ISO_8859_1);
        return text.replace(MARK, bytes).getBytes(StandardCharsets.ISO_8859_1);
    }
}
