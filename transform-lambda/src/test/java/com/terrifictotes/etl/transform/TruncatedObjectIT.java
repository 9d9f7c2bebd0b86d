package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.PURCHASE_ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.storage.Checksum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A part of an object is never taken for the whole, wherever it ends. */
class TruncatedObjectIT {

    private static final int RECORDS = 50;
    private static final String CODE = CsvSamples.quoted("two\r\nlines, \"in quotes\" \uD83D\uDC5C.");

    /** Where the 31st record is cut. */
    enum Cut {
        IN_THE_HEADER,
        BEHIND_THE_HEADER,
        IN_FRONT_OF_A_LINE_BREAK,
        BEHIND_A_RECORD,
        IN_THE_KEY,
        BETWEEN_FIELDS,
        INSIDE_QUOTES,
        BETWEEN_CARRIAGE_RETURN_AND_LINE_FEED,
        BETWEEN_TWO_QUOTES,
        BEHIND_A_CLOSING_QUOTE,
        INSIDE_A_CHARACTER,
        IN_THE_LAST_FIELD;

        byte[] of(byte[] whole) {
            // One character for each byte, so that places are the same.
            return Arrays.copyOf(whole, place(new String(whole, StandardCharsets.ISO_8859_1)));
        }

        private int place(String content) {
            int record = content.indexOf("\n31,") + 1;
            int quote = content.indexOf('"', record);
            return switch (this) {
                case IN_THE_HEADER -> PURCHASE_ORDER.header().length() - 3;
                case BEHIND_THE_HEADER -> PURCHASE_ORDER.header().length() + 1;
                case IN_FRONT_OF_A_LINE_BREAK -> record - 1;
                case BEHIND_A_RECORD -> record;
                case IN_THE_KEY -> record + 1;
                case BETWEEN_FIELDS -> record + 3;
                case INSIDE_QUOTES -> quote + 4;
                case BETWEEN_CARRIAGE_RETURN_AND_LINE_FEED -> content.indexOf("\r\n", quote) + 1;
                case BETWEEN_TWO_QUOTES -> content.indexOf("\"\"", quote) + 1;
                case BEHIND_A_CLOSING_QUOTE -> content.indexOf("\",", quote + 1) + 1;
                case INSIDE_A_CHARACTER -> content.indexOf('\u00F0', quote) + 2;
                case IN_THE_LAST_FIELD -> content.indexOf("\n32,") - 1;
            };
        }
    }

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @ParameterizedTest
    @EnumSource
    void isNotWhatTheManifestSays(Cut cut) {
        byte[] whole = whole();
        String object = run.csv(PURCHASE_ORDER.table(), cut.of(whole), RECORDS, whole.length, Checksum.of(whole));

        assertCorrupt(object);
    }

    @ParameterizedTest
    @EnumSource
    void isNotTheWholeEvenIfItsSizeIsRight(Cut cut) {
        byte[] whole = whole();
        byte[] filled = Arrays.copyOf(cut.of(whole), whole.length);
        String object = run.csv(PURCHASE_ORDER.table(), filled, RECORDS, whole.length, Checksum.of(whole));

        assertCorrupt(object);
    }

    @Test
    void isTheWholeIfTheManifestSaysSo() {
        byte[] content = Cut.BEHIND_A_RECORD.of(whole());
        String output = run.unit(PURCHASE_ORDER.target(), run.csv(PURCHASE_ORDER.table(), content, 30));
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isZero();
        assertThat(run.rows(PURCHASE_ORDER.target(), output)).hasSize(30);
    }

    private void assertCorrupt(String object) {
        String output = run.unit(PURCHASE_ORDER.target(), object);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .hasMessageStartingWith("OBJECT_CORRUPT: " + run.ingestion.locate(object) + " ")
                .asInstanceOf(InstanceOfAssertFactories.type(PipelineException.class))
                .returns(ErrorCode.OBJECT_CORRUPT, PipelineException::code);
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.quarantined(PURCHASE_ORDER.target(), 1)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    static byte[] whole() {
        StringBuilder content = new StringBuilder(PURCHASE_ORDER.header()).append('\n');
        for (int key = 1; key <= RECORDS; key++) {
            content.append(PURCHASE_ORDER.record(key, "item_code", CODE)).append('\n');
        }
        return content.toString().getBytes(StandardCharsets.UTF_8);
    }
}
