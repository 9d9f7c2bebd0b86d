package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.extract.RowQueries.KeyRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Finds the row that has bytes that are no text, which a database without an encoding ({@code SQL_ASCII}) lets it have and
 * does not hand out.
 *
 * @see <a href="https://www.postgresql.org/docs/current/multibyte.html">PostgreSQL: Character Set Support</a>
 */
final class UnreadableText {

    private UnreadableText() {}

    /**
     * Says which row it is, by its key; reads the range about once more.
     *
     * @param keys among which it is
     */
    static String find(Connection connection, RowQueries queries, TableReading reading, KeyRange keys)
            throws SQLException {
        long good = keys.after();
        long bad = keys.upTo() == null ? Integer.MAX_VALUE : keys.upTo();
        while (bad - good > 1) {
            long middle = good + (bad - good) / 2;
            if (isReadable(connection, queries.rows(reading, new KeyRange(good, middle)))) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return ", a text is not UTF-8; the row with " + reading.table().key() + " " + bad + " has one";
    }

    private static boolean isReadable(Connection connection, String query) throws SQLException {
        try {
            SourceTransaction.attempt(connection, () -> {
                try (Statement statement = connection.createStatement()) {
                    statement.setFetchSize(1_000);
                    try (ResultSet rows = statement.executeQuery(query)) {
                        boolean more = true;
                        while (more) {
                            more = rows.next();
                        }
                    }
                }
            });
            return true;
        } catch (SQLException e) {
            if (!DatabaseErrors.isNotInEncoding(e)) {
                throw e;
            }
            return false;
        }
    }
}
