package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.common.storage.StreamedObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The CSV objects of one table: streams query results from PostgreSQL into S3, exactly as {@code COPY} writes them. Memory
 * does not grow with the table; an object is cut at a row boundary once it is large enough, and has a header of its own.
 * Closing without {@link #finish} gives an object up that is not whole.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL: COPY</a>
 */
final class CsvObjects implements AutoCloseable {

    /** The usual size of an object. */
    static final long OBJECT_BYTES = 64L * 1024 * 1024;

    private static final String CONTENT_TYPE = "text/csv; charset=utf-8; header=present";

    private final ObjectStore store;
    private final IntFunction<String> keys;
    private final ExecutorService uploads;
    private final long objectBytes;

    private final List<CsvObject> written = new ArrayList<>();
    private @Nullable StreamedObject open;
    private long openRows;
    private long bytes;

    /**
     * @param store where the objects go
     * @param keys the key of each object, by its number from 1
     * @param uploads sends parts while others are filled; stays the caller's
     * @param objectBytes the size from which on an object is cut
     */
    CsvObjects(ObjectStore store, IntFunction<String> keys, ExecutorService uploads, long objectBytes) {
        this.store = store;
        this.keys = keys;
        this.uploads = uploads;
        this.objectBytes = objectBytes;
    }

    /**
     * Appends the rows of a query, which has the same columns every time.
     *
     * @return how many there were
     */
    long append(Connection connection, String query) throws SQLException {
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + query + ") TO STDOUT (FORMAT csv, HEADER)");
        boolean complete = false;
        try {
            // The server sends one message a row, the header first.
            byte[] header = requireNonNull(copy.readFromCopy(), "COPY sent no header");
            long rows = 0;
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                write(header, row);
                rows++;
            }
            complete = true;
            return rows;
        } finally {
            // Otherwise the connection would go on receiving rows that nobody wants.
            if (!complete && copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Bytes written so far. */
    long bytes() {
        return bytes;
    }

    /** Completes the last object; nothing can be appended to it any more. */
    List<CsvObject> finish() {
        finishOpen();
        return List.copyOf(written);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private void write(byte[] header, byte[] row) {
        StreamedObject object = open;
        if (object == null) {
            object = new StreamedObject(store, keys.apply(written.size() + 1), CONTENT_TYPE, uploads);
            open = object;
            openRows = 0;
            append(object, header);
        }
        append(object, row);
        openRows++;
        if (object.bytes() >= objectBytes) {
            finishOpen();
        }
    }

    private void append(StreamedObject object, byte[] content) {
        object.write(content);
        bytes += content.length;
    }

    private void finishOpen() {
        StreamedObject object = open;
        if (object != null) {
            StreamedObject.Written whole = object.finish();
            written.add(new CsvObject(whole.key(), openRows, whole.bytes(), whole.crc32()));
            close();
        }
    }
}
