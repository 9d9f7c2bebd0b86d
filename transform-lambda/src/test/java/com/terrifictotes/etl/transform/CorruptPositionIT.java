package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.DESIGN;
import static com.terrifictotes.etl.transform.CsvSamples.PURCHASE_ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no CSV or no UTF-8 is found again in a large object: the error says in which record, and at which byte. */
class CorruptPositionIT {

    private static final String MARK = "@@@";
    private static final int RECORDS_BEFORE = 20_000;

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    static Stream<String> malformedFields() {
        return Stream.of(
                // Behind a closing quote there is a comma or the end of the record.
                "\"a\"b",
                "\"a\"\"\"b",
                // A quote that is never closed.
                "\"a",
                "\"a\"\"",
                "\"");
    }

    @ParameterizedTest
    @MethodSource("malformedFields")
    void ofAFieldThatIsNoCsv(String field) {
        assertPosition(field.getBytes(StandardCharsets.UTF_8), "file_location");
    }

    @ParameterizedTest
    @MethodSource("malformedFields")
    void ofAFieldThatIsNoCsvInAColumnThatIsNotUsed(String field) {
        assertPosition(field.getBytes(StandardCharsets.UTF_8), "last_updated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"80", "FF", "C0AF", "E080AF", "EDA080", "F4908080", "C3", "E282", "F09F91", "2241FF4222", "22FF"
            })
    void ofBytesThatAreNoUtf8(String bytes) {
        assertPosition(HexFormat.of().parseHex(bytes), "file_location");
        assertPosition(HexFormat.of().parseHex(bytes), "last_updated");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"INSIDE_QUOTES", "BETWEEN_CARRIAGE_RETURN_AND_LINE_FEED", "INSIDE_A_CHARACTER"},
            value = TruncatedObjectIT.Cut.class)
    void ofAnEndInsideQuotes(TruncatedObjectIT.Cut cut) {
        byte[] content = cut.of(TruncatedObjectIT.whole());
        String text = new String(content, StandardCharsets.ISO_8859_1);

        assertPosition(PURCHASE_ORDER, content, 31, 31, text.indexOf("\n31,") + 1, content.length);
    }

    private void assertPosition(byte[] field, String column) {
        StringBuilder text = new StringBuilder(DESIGN.header()).append('\n');
        for (int key = 1; key <= RECORDS_BEFORE; key++) {
            text.append(DESIGN.record(key, "design_name", CsvSamples.quoted("two\n\"lines\"")))
                    .append('\n');
        }
        int start = text.length();
        text.append(DESIGN.record(RECORDS_BEFORE + 1, column, MARK));
        int end = text.length() - MARK.length() + field.length;
        text.append('\n').append(DESIGN.record(RECORDS_BEFORE + 2)).append('\n');
        String bytes = text.toString().replace(MARK, new String(field, StandardCharsets.ISO_8859_1));

        byte[] content = bytes.getBytes(StandardCharsets.ISO_8859_1);
        if (isOpen(field)) {
            assertPosition(DESIGN, content, RECORDS_BEFORE + 1, RECORDS_BEFORE + 1, start, content.length);
        } else {
            assertPosition(DESIGN, content, RECORDS_BEFORE + 2, RECORDS_BEFORE + 1, start, end);
        }
    }

    /** Whether the field has no end, so that the rest of the object belongs to it. */
    private static boolean isOpen(byte[] field) {
        long quotes = new String(field, StandardCharsets.ISO_8859_1)
                .chars()
                .filter(character -> character == '"')
                .count();
        return field[0] == '"' && quotes % 2 == 1;
    }

    /** The byte is one of the record's; of one that never ends, it may be the end of the object. */
    private void assertPosition(CsvSamples table, byte[] content, int rows, int record, int start, int end) {
        run = new TestRun(folder);
        String object = run.csv(table.table(), content, rows);
        String output = run.unit(table.target(), object);
        run.commit();

        PipelineException failure = catchThrowableOfType(PipelineException.class, () -> run.stage.transform(1, 1));

        assertThat(failure)
                .as("what the stage throws")
                .hasMessageStartingWith("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ");
        assertThat(failure.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT);
        Matcher position = Pattern.compile("record ([0-9]+), byte ([0-9]+)").matcher(failure.getMessage());
        assertThat(position.find()).as(failure.getMessage()).isTrue();
        assertThat(Integer.parseInt(position.group(1))).isEqualTo(record);
        assertThat(Integer.parseInt(position.group(2))).isBetween(start, end + 1);
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.quarantined(table.target(), 1)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
