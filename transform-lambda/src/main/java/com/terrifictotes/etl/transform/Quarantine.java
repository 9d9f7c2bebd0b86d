package com.terrifictotes.etl.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a unit that cannot be represented, one JSON object a line with the reason and the raw values. They are kept
 * in a file until the unit is done, so memory does not grow with them; a unit without any makes no object.
 */
final class Quarantine implements AutoCloseable {

    private static final String CONTENT_TYPE = "application/x-ndjson";

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

    /** Adds the current record of an object. */
    void add(CsvObjectReader object, CSVRecord record, RowConversion.Problem problem) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("target", target)
                .put("table", table)
                .put("run", run)
                .put("object", object.location())
                .put("record", object.rows())
                .put("column", problem.column())
                .put("reason", problem.reason());
        ObjectNode values = line.putObject("values");
        for (int i = 0; i < record.size(); i++) {
            values.put(object.header().get(i), record.get(i));
        }
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
}
