package com.terrifictotes.etl.local.quarantine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * Rows as CSV that PostgreSQL reads: NULL is an unquoted empty field, an empty text is {@code ""}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-CSV-FORMAT">PostgreSQL: COPY, CSV format</a>
 */
final class CsvRows implements RowPrinter {

    private static final List<String> OWN_COLUMNS = List.of("run", "object", "record", "offset", "column", "reason");

    private final List<String> sourceColumns;
    private final PrintWriter out;

    /**
     * Writes the header.
     *
     * @param sourceColumns the columns of the values, in their order
     */
    CsvRows(PrintWriter out, Collection<String> sourceColumns) {
        this.sourceColumns = List.copyOf(sourceColumns);
        this.out = out;
        List<@Nullable Object> header = new ArrayList<>(OWN_COLUMNS);
        header.addAll(sourceColumns);
        write(header);
    }

    @Override
    public void print(String location, QuarantinedRow row, byte[] line) {
        List<@Nullable Object> fields = new ArrayList<>();
        fields.add(row.run());
        fields.add(row.object());
        fields.add(row.record());
        fields.add(row.offset());
        fields.add(row.column());
        fields.add(row.reason());
        for (String column : sourceColumns) {
            fields.add(row.values().get(column));
        }
        write(fields);
    }

    private void write(List<@Nullable Object> fields) {
        try {
            CSVFormat.POSTGRESQL_CSV.printRecord(out, fields.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write CSV", e);
        }
    }
}
