package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.storage.Checksum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object that is not what the manifest says stops its unit; nothing of it is written. */
class CorruptObjectIT {

    private static final byte[] GOOD = bytes("currency_id,currency_code\n1,GBP\nx,USD\n");

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void otherContent() {
        String key = run.csv("currency", GOOD, 2, GOOD.length, "0000ffff");

        assertFails(key, "OBJECT_CORRUPT: %s has CRC-32 " + Checksum.of(GOOD) + "; the manifest says 0000ffff");
    }

    @Test
    void otherSize() {
        String key = run.csv("currency", GOOD, 2, GOOD.length + 1, Checksum.of(GOOD));

        assertFails(key, "OBJECT_CORRUPT: %s has " + GOOD.length + " bytes; the manifest says " + (GOOD.length + 1));
    }

    @Test
    void otherNumberOfRecords() {
        String key = run.csv("currency", GOOD, 3, GOOD.length, Checksum.of(GOOD));

        assertFails(key, "OBJECT_CORRUPT: %s has 2 records; the manifest says 3");
    }

    @Test
    void noRecordWithAsManyFieldsAsTheHeader() {
        String key = run.csv("currency", "currency_id,currency_code", "1,GBP,x", "2", "3,EUR,y");

        assertFails(
                key,
                "OBJECT_CORRUPT: %s has 2 columns, and no record with as many fields: there are 3 in record 1, byte 26");
    }

    @Test
    void missingColumn() {
        String key = run.csv("currency", "currency_id,code", "1,GBP");

        assertFails(key, "OBJECT_CORRUPT: %s has no column currency_code, which dim_currency needs");
    }

    @Test
    void missingColumnOfAParent() {
        String department = run.csv("department", "department_id,location", "7,Leeds");
        String staff = run.csv(
                "staff", "staff_id,first_name,last_name,department_id,email_address", "1,Ada,Lovelace,7,a@example.com");
        run.unit("dim_staff", staff, department);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("OBJECT_CORRUPT: " + run.ingestion.locate(department)
                        + " has no column department_name, which dim_staff needs");
    }

    @Test
    void noHeader() {
        String key = run.csv("currency", new byte[0], 0, 0, Checksum.of(new byte[0]));

        assertFails(key, "OBJECT_CORRUPT: %s is empty; expected a header");
    }

    @Test
    void openQuote() {
        String key = run.csv("currency", "currency_id,currency_code", "1,GBP", "2,\"USD");

        assertFails(
                key,
                "OBJECT_CORRUPT: %s is not CSV as PostgreSQL writes it: it has a quoted field that does not end in record 2,"
                        + " byte 34");
    }

    @Test
    void malformedUtf8() {
        byte[] content = bytes("currency_id,currency_code\n1,G?P\n");
        content[content.length - 3] = (byte) 0xFF;
        String key = run.csv("currency", content, 1, content.length, Checksum.of(content));

        assertFails(
                key,
                "OBJECT_CORRUPT: %s is not CSV as PostgreSQL writes it: it has bytes that are not UTF-8 in record 1, byte"
                        + " 29");
    }

    @Test
    void missingObject() {
        String output = run.unit("dim_currency", "data/currency/2024/11/21/0000000001-other-00001.csv");
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("RUN_LOG_CORRUPT: run 1 makes " + output
                        + " from data/currency/2024/11/21/0000000001-other-00001.csv, which none of its tables has");
    }

    @Test
    void calendarOfFactsThatAreElsewhere() {
        String sales = run.csv("sales_order", "sales_order_id", "1");
        String output = run.unit("dim_date", sales);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("RUN_LOG_CORRUPT: run 1 makes " + output + " from facts that are not in the same batch");
    }

    private void assertFails(String key, String message) {
        String output = run.unit("dim_currency", key);
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage(message.formatted(run.ingestion.locate(key)));
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.processed.exists("quarantine/dim_currency/2024/11/21/0000000001-00001.jsonl"))
                .isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
