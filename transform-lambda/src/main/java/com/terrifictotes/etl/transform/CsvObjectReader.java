package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Streams one CSV object, as {@code COPY} wrote it. At the end it is compared with what the manifest says of it, so nothing
 * may be published before {@link #next} has said that there is no more.
 */
final class CsvObjectReader implements AutoCloseable {

    /** PostgreSQL's names have 63 bytes at most. */
    private static final int SHOWN_NAME = 100;

    private final String location;
    private final CsvObject expected;
    private final CheckedObjectStream input;
    private final CsvReader reader;
    private final List<String> header;
    private final CsvRecords records;
    private long rows;
    private long misshapenRows;
    private @Nullable String firstMisshapen;

    /**
     * Opens the object and reads its header.
     *
     * @throws PipelineException {@link ErrorCode#OBJECT_MISSING}, or {@link ErrorCode#OBJECT_CORRUPT} if it has no header,
     *     or one in which a column stands twice
     */
    CsvObjectReader(ObjectStore store, CsvObject expected) {
        this.location = store.locate(expected.key());
        this.expected = expected;
        input = new CheckedObjectStream(store.open(expected.key()), location);
        reader = new CsvReader(input, expected.bytes());
        try {
            header = readHeader();
        } catch (PipelineException e) {
            close();
            throw e;
        }
        records = new CsvRecords(header.size());
    }

    /** The object's address. */
    String location() {
        return location;
    }

    /** The names of the columns. */
    List<String> header() {
        return header;
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
     * Reads the next {@link #records}.
     *
     * @return false if there are no more, and the object is what the manifest says
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if it is no CSV, if every record has a wrong number of
     *     fields, or if size, checksum or number of records are not those of the manifest
     */
    boolean next() {
        if (!read()) {
            verify();
            return false;
        }
        rows += records.size();
        if (records.misshapen() > 0) {
            countMisshapen();
        }
        return true;
    }

    /** The records that {@link #next} has read; those with a wrong number of fields are among them. */
    CsvRecords records() {
        return records;
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + location, e);
        }
    }

    private List<String> readHeader() {
        List<String> names;
        try {
            names = reader.readHeader();
        } catch (MalformedCsvException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
        if (names.isEmpty()) {
            throw corrupt("is empty; expected a header", null);
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                String shown = name.substring(0, Math.min(name.length(), SHOWN_NAME));
                throw corrupt("has the column " + shown + " twice in its header", null);
            }
        }
        return names;
    }

    private boolean read() {
        try {
            return reader.readRecords(records);
        } catch (MalformedCsvException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
    }

    private void countMisshapen() {
        for (int i = 0; i < records.size(); i++) {
            if (!records.isOversized(i) && records.fieldCount(i) != header.size()) {
                misshapenRows++;
                if (firstMisshapen == null) {
                    firstMisshapen =
                            records.fieldCount(i) + " in record " + records.number(i) + ", byte " + records.offset(i);
                }
            }
        }
    }

    private void verify() {
        compare("bytes", input.bytes(), expected.bytes());
        compare("records", rows, expected.rows());
        String crc32 = input.checksum();
        if (!crc32.equals(expected.crc32())) {
            throw corrupt("has CRC-32 " + crc32 + "; the manifest says " + expected.crc32(), null);
        }
        if (rows > 0 && misshapenRows == rows) {
            throw corrupt(
                    "has " + header.size() + " columns, and no record with as many fields: there are " + firstMisshapen,
                    null);
        }
    }

    private void compare(String unit, long found, long said) {
        if (found != said) {
            throw corrupt("has " + found + " " + unit + "; the manifest says " + said, null);
        }
    }

    private PipelineException malformed(MalformedCsvException e) {
        return corrupt("is not CSV as PostgreSQL writes it: " + e.getMessage(), e);
    }

    private PipelineException corrupt(String problem, @Nullable Throwable cause) {
        return new PipelineException(ErrorCode.OBJECT_CORRUPT, location + " " + problem, cause);
    }
}
