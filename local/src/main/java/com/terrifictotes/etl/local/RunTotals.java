package com.terrifictotes.etl.local;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What a run brought into the warehouse, all tables together, as the ledger has it.
 *
 * @param read rows of the run's Parquet objects
 * @param inserted rows that were new, or new versions of facts
 * @param updated rows of dimensions that changed
 * @param unchanged rows that the warehouse had already
 */
public record RunTotals(long read, long inserted, long updated, long unchanged) {

    private static final String QUERY = """
            SELECT coalesce(sum(rows_read), 0), coalesce(sum(inserted), 0), coalesce(sum(updated), 0),
                   coalesce(sum(unchanged), 0)
            FROM etl_run_table WHERE run = ?
            """;

    /**
     * The totals of a run; all zero if the warehouse does not have it.
     *
     * @param warehouse a connection that finds the ledger on its search path
     */
    public static RunTotals read(Connection warehouse, long run) throws SQLException {
        try (PreparedStatement statement = warehouse.prepareStatement(QUERY)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new RunTotals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        }
    }

    /** For a person: {@code 1,234 rows read, 1,000 inserted, 30 updated, 204 unchanged}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d rows read, %,d inserted, %,d updated, %,d unchanged",
                read,
                inserted,
                updated,
                unchanged);
    }
}
