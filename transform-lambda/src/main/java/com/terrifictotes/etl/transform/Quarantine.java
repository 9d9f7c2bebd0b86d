package com.terrifictotes.etl.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a unit that cannot be represented, one JSON object a line with the reason and the raw values. They are kept
 * in a file until the unit is done, so memory does not grow with them; a unit without any makes no object.
 */
final class Quarantine implements AutoCloseable {

    private static final String CONTENT_TYPE = "application/x-ndjson";

    /** Of a longer record only the beginning is shown; all of it stays in the ingestion bucket. */
    private static final int SHOWN_BYTES = 1 << 18;

    /** Of a record with more fields than columns, as many of those that are too many are shown. */
    private static final int SHOWN_SURPLUS = 20;

    /** The beginning of a record may end inside quotes. */
    private static final CSVFormat FORMAT =
            CSVFormat.POSTGRESQL_CSV.builder().setLenientEof(true).get();

    private final Path file;
    private final String target;
    private final String table;
    private final long run;
    private @Nullable OutputStream lines;
    private long rows;

    /**
     * @param file a file that does not exist yet; whoever owns its folder removes it
     * @param target the warehouse table
     * @param table its source table
     * @param run the run's number
     */
    Quarantine(Path file, String target, String table, long run) {
        this.file = file;
        this.target = target;
        this.table = table;
        this.run = run;
    }

    /** Adds one of the records that an object has read last. */
    void add(CsvObjectReader object, int record, RejectedRows.Problem problem) {
        CsvRecords records = object.records();
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("target", target)
                .put("table", table)
                .put("run", run)
                .put("object", object.location())
                .put("record", records.number(record))
                .put("offset", records.offset(record))
                .put("column", problem.column())
                .put("reason", problem.reason());
        int length = records.end(record) - records.start(record);
        String raw =
                new String(records.bytes(), records.start(record), shownBytes(records, record), StandardCharsets.UTF_8);
        boolean whole = putValues(line.putObject("values"), object.header(), raw);
        if (!whole || length > SHOWN_BYTES) {
            line.put("truncated", true);
        }
        try {
            if (lines == null) {
                lines = new BufferedOutputStream(Files.newOutputStream(file));
            }
            lines.write(Json.write(line));
            lines.write('\n');
        } catch (IOException e) {
            throw unwritable(e);
        }
        rows++;
    }

    /** How many rows were added. */
    long rows() {
        return rows;
    }

    /** Puts the rows into the bucket, if there are any. */
    void publish(ObjectStore store, String key) {
        close();
        if (rows > 0) {
            Publication.publish(store, key, file, CONTENT_TYPE);
        }
    }

    @Override
    public void close() {
        try {
            if (lines != null) {
                lines.close();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private UncheckedIOException unwritable(IOException cause) {
        return new UncheckedIOException(
                "cannot write the quarantine of " + target + " to " + file
                        + "; if it is full, the function needs more ephemeral storage",
                cause);
    }

    /** The beginning of a long record, up to the end of a character. */
    private static int shownBytes(CsvRecords records, int record) {
        int start = records.start(record);
        int length = records.end(record) - start;
        if (length <= SHOWN_BYTES) {
            return length;
        }
        int shown = SHOWN_BYTES;
        while (shown > 0 && (records.bytes()[start + shown] & 0xC0) == 0x80) {
            shown--;
        }
        return shown;
    }

    /** By column; a value beyond the last column by its number. False if there were too many of those. */
    private static boolean putValues(ObjectNode values, List<String> header, String raw) {
        try (var parser = FORMAT.parse(new StringReader(raw))) {
            CSVRecord record = parser.iterator().next();
            int shown = Math.min(record.size(), header.size() + SHOWN_SURPLUS);
            for (int i = 0; i < shown; i++) {
                values.put(i < header.size() ? header.get(i) : Integer.toString(i + 1), record.get(i));
            }
            return shown == record.size();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot parse a record that was parsed before", e);
        }
    }
}
