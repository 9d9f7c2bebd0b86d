package com.terrifictotes.etl.local.demo;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The rows of one table in the text format of PostgreSQL's COPY: tabs between fields, {@code \N} for NULL, and a
 * backslash before whatever would otherwise mean something.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, "File Formats"</a>
 */
final class CopyText {
    private final String table;
    private final String columns;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param table the table that the rows are for
     * @param columns its columns in the order of the fields, separated by commas
     */
    CopyText(String table, String columns) {
        this.table = table;
        this.columns = columns;
    }

    /** Adds one row; the fields' {@code toString} must be something PostgreSQL reads for the column's type. */
    void add(@Nullable Object... fields) {
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                text.append('\t');
            }
            appendField(fields[i]);
        }
        text.append('\n');
    }

    /**
     * Writes all rows.
     *
     * @param connection one of pgjdbc, or a wrapper of one
     * @return the number of rows
     */
    long copyInto(Connection connection) throws SQLException {
        try {
            return connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY %s (%s) FROM STDIN".formatted(table, columns), new StringReader(text.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("COPY into %s failed".formatted(table), e);
        }
    }

    private void appendField(@Nullable Object field) {
        if (field == null) {
            text.append("\\N");
            return;
        }
        String value = field.toString();
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(character);
            }
        }
    }
}
