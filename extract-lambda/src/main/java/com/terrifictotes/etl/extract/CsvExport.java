package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.common.storage.StreamedObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Streams query results as CSV from PostgreSQL into S3, exactly as {@code COPY} writes them. Memory does not grow with
 * the table; an object is cut at a row boundary once it is large enough.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL: COPY</a>
 */
final class CsvExport implements AutoCloseable {

    /** The usual size of an object. */
    static final long OBJECT_BYTES = 64L * 1024 * 1024;

    private static final String CONTENT_TYPE = "text/csv; charset=utf-8; header=present";

    private final Connection connection;
    private final ObjectStore store;
    private final long run;
    private final String attempt;
    private final LocalDate day;
    private final long objectBytes;
    private final ExecutorService uploads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param connection in the transaction to read from
     * @param store where the objects go
     * @param run the run, for the keys
     * @param attempt makes the keys this extraction's alone
     * @param day the day of the snapshot, for the keys
     * @param objectBytes the size from which on an object is cut
     */
    CsvExport(Connection connection, ObjectStore store, long run, String attempt, LocalDate day, long objectBytes) {
        this.connection = connection;
        this.store = store;
        this.run = run;
        this.attempt = attempt;
        this.day = day;
        this.objectBytes = objectBytes;
    }

    /**
     * Writes the rows of a query, each object with a header.
     *
     * @param table the table, for the keys
     * @param query what to read
     * @return the objects; none if there are no rows
     */
    List<CsvObject> copy(SourceTable table, String query) {
        List<CsvObject> objects = new ArrayList<>();
        try {
            CopyOut copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (" + query + ") TO STDOUT (FORMAT csv, HEADER)");
            // The server sends one message a row, the header first.
            byte[] header = requireNonNull(copy.readFromCopy(), "COPY sent no header");
            byte @Nullable [] row = copy.readFromCopy();
            while (row != null) {
                String key = ObjectKeys.csv(table.name(), day, run, attempt, objects.size() + 1);
                try (StreamedObject object = new StreamedObject(store, key, CONTENT_TYPE, uploads)) {
                    object.write(header);
                    long rows = 0;
                    while (row != null && object.bytes() < objectBytes) {
                        object.write(row);
                        rows++;
                        row = copy.readFromCopy();
                    }
                    StreamedObject.Written written = object.finish();
                    objects.add(new CsvObject(written.key(), rows, written.bytes(), written.sha256()));
                }
            }
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "read table " + table.name() + " for run " + run);
        }
        return objects;
    }

    @Override
    public void close() {
        uploads.close();
    }
}
