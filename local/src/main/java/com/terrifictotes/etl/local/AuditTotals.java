package com.terrifictotes.etl.local;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run's comparison of the warehouse with the source came to, added up over its tables.
 *
 * @param tables tables that were compared
 * @param verified those of them that are known to be as the source was
 * @param rows rows of the source that were compared
 * @param repaired rows that were missing or other than in the source
 * @param deleted rows that are gone from the source
 * @param heldBack rows that are gone from the source, too many to believe it
 */
public record AuditTotals(long tables, long verified, long rows, long repaired, long deleted, long heldBack) {

    private static final String QUERY = """
            SELECT count(*), count(verified_through), coalesce(sum(rows_compared), 0), coalesce(sum(repaired), 0),
                   coalesce(sum(deleted), 0), coalesce(sum(held_back), 0)
            FROM etl_audit WHERE run = ?
            """;

    /**
     * The totals of a run; empty if it compared nothing.
     *
     * @param warehouse a connection that finds the ledger on its search path
     */
    public static Optional<AuditTotals> read(Connection warehouse, long run) throws SQLException {
        try (PreparedStatement statement = warehouse.prepareStatement(QUERY)) {
            statement.setLong(1, run);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) == 0
                        ? Optional.empty()
                        : Optional.of(new AuditTotals(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6)));
            }
        }
    }

    /** For a person: {@code 8 of 10 tables verified, 49,000 rows compared, 1 repaired, 3 gone from Totesys, 0 held back}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d tables verified, %,d rows compared, %,d repaired, %,d gone from Totesys, %,d held back",
                verified,
                tables,
                rows,
                repaired,
                deleted,
                heldBack);
    }
}
