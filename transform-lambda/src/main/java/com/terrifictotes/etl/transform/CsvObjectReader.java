package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Streams one CSV object, as {@code COPY} wrote it: NULL is an unquoted empty field, an empty string a quoted one. At the
 * end it is compared with what the manifest says of it, so nothing may be published before {@link #next} has said that
 * there is no more.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS">PostgreSQL: COPY, CSV
 *     format</a>
 */
final class CsvObjectReader implements AutoCloseable {

    private final String location;
    private final CsvObject expected;
    private final DigestingInputStream input;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> header;
    private long rows;

    /**
     * Opens the object and reads its header.
     *
     * @throws PipelineException {@link ErrorCode#OBJECT_MISSING}, or {@link ErrorCode#OBJECT_CORRUPT} if it has no header
     */
    CsvObjectReader(ObjectStore store, CsvObject expected) {
        this.location = store.locate(expected.key());
        this.expected = expected;
        input = new DigestingInputStream(store.open(expected.key()), location);
        // Malformed text is an error, not a question mark.
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            parser = CSVFormat.POSTGRESQL_CSV.parse(new BufferedReader(new InputStreamReader(input, decoder)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
        records = parser.iterator();
        try {
            header = readHeader();
        } catch (PipelineException e) {
            close();
            throw e;
        }
    }

    /** The object's address. */
    String location() {
        return location;
    }

    /** The names of the columns. */
    List<String> header() {
        return header;
    }

    /** Records read so far, the header not counted; also the number of the current one. */
    long rows() {
        return rows;
    }

    /**
     * Where a column is.
     *
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if the object does not have it
     */
    int indexOf(String column, String neededBy) {
        int index = header.indexOf(column);
        if (index < 0) {
            throw corrupt("has no column " + column + ", which " + neededBy + " needs", null);
        }
        return index;
    }

    /** Where a column is that the object may lack; −1 if it does, because the source did not have it then. */
    int optionalIndexOf(String column) {
        return header.indexOf(column);
    }

    /**
     * The next record, whose fields are null for NULL.
     *
     * @return null when there is none, and the object is what the manifest says
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if a record is malformed, or if size, checksum or number
     *     of records are not those of the manifest
     */
    @Nullable
    CSVRecord next() {
        CSVRecord record = read();
        if (record == null) {
            verify();
            return null;
        }
        rows++;
        if (record.size() != header.size()) {
            throw corrupt("has " + record.size() + " fields in record " + rows + "; expected " + header.size(), null);
        }
        return record;
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + location, e);
        }
    }

    private List<String> readHeader() {
        CSVRecord first = read();
        if (first == null) {
            throw corrupt("is empty; expected a header", null);
        }
        return first.toList();
    }

    private @Nullable CSVRecord read() {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (UncheckedIOException e) {
            // Broken connections never get here; DigestingInputStream translates them.
            throw corrupt("is not CSV as PostgreSQL writes it, near record " + (rows + 1), e);
        }
    }

    private void verify() {
        compare("bytes", input.bytes(), expected.bytes());
        compare("records", rows, expected.rows());
        String sha256 = input.sha256();
        if (!sha256.equals(expected.sha256())) {
            throw corrupt("has SHA-256 " + sha256 + "; the manifest says " + expected.sha256(), null);
        }
    }

    private void compare(String unit, long found, long said) {
        if (found != said) {
            throw corrupt("has " + found + " " + unit + "; the manifest says " + said, null);
        }
    }

    private PipelineException corrupt(String problem, @Nullable Throwable cause) {
        return new PipelineException(ErrorCode.OBJECT_CORRUPT, location + " " + problem, cause);
    }
}
