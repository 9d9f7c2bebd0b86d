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
    private static final int SHOWN_BYTES = 1 << 20;

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
        if (length > SHOWN_BYTES) {
            line.put("truncated", true);
        }
        String raw = new String(
                records.bytes(), records.start(record), Math.min(length, SHOWN_BYTES), StandardCharsets.UTF_8);
        putValues(line.putObject("values"), object.header(), raw);
        try {
            if (lines == null) {
                lines = new BufferedOutputStream(Files.newOutputStream(file));
            }
            lines.write(Json.write(line));
            lines.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the quarantine of " + target, e);
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
            throw new UncheckedIOException("cannot write the quarantine of " + target, e);
        }
    }

    /** By column; a value beyond the last column by its number. */
    private static void putValues(ObjectNode values, List<String> header, String raw) {
        try (var parser = FORMAT.parse(new StringReader(raw))) {
            CSVRecord record = parser.iterator().next();
            for (int i = 0; i < record.size(); i++) {
                values.put(i < header.size() ? header.get(i) : Integer.toString(i + 1), record.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot parse a record that was parsed before", e);
        }
    }
}
