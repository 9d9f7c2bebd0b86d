package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;

import com.terrifictotes.etl.common.catalogue.RowChecksum;
import com.terrifictotes.etl.common.catalogue.TargetTable;

/**
 * The SQL that compares a table with the source, derived from the catalogue. The rows that count are those that the source
 * should have: the latest version of a fact, a dimension row that was not made up, and none that is known to be gone.
 *
 * @param table the table
 * @param figures number of rows and checksum of each range: takes the number of low bits that make a range
 * @param figuresOfRange the same of one range: takes its first and its last key
 * @param rows how many rows count
 * @param repaired how many rows of a range a run has changed that it did not bring as changes: takes the run, the position from
 *     which on rows were read again, the first and the last key
 * @param gone notes the rows of a range whose keys are not in the source: takes the run, the first and the last key, and the
 *     first and the last keys of the sequences that are
 * @param goneSince how many rows were found gone after a run: takes the run
 * @param takeBack takes these off the list of those that are gone: takes the run as well
 * @param returned takes rows that the run has brought off the list of those that are gone
 */
record AuditStatements(
        TargetTable table,
        String figures,
        String figuresOfRange,
        String rows,
        String repaired,
        String gone,
        String goneSince,
        String takeBack,
        String returned) {

    /** Derives the statements of a table that has a source. */
    static AuditStatements of(TargetTable table) {
        String key = quote(table.key());
        String live = live(table);
        String foundAfter = "FROM deleted_record WHERE table_name = '%s' AND run > ?".formatted(table.name());
        String figures = RowChecksum.figures(table, column -> "live." + quote(column.name()));
        String staging = MergeStatements.staging(table);
        return new AuditStatements(
                table,
                "SELECT live.%s::bigint >> ?, %s FROM (%s) AS live GROUP BY 1".formatted(key, figures, live),
                "SELECT %s FROM (%s) AS live WHERE live.%s BETWEEN ? AND ?".formatted(figures, live, key),
                "SELECT count(*) FROM (" + live + ") AS live",
                """
                SELECT count(*) FROM %1$s AS changed
                WHERE etl_run = ? AND NOT EXISTS (
                    SELECT FROM %3$s AS staged WHERE staged.%2$s = changed.%2$s AND %4$s < ?)
                  AND %2$s BETWEEN ? AND ?%5$s""".formatted(quote(table.name()), key, staging, MergeStatements.POSITION, madeUp(table)),
                """
                INSERT INTO deleted_record (table_name, run, record_key)
                SELECT '%1$s', ?, live.%2$s FROM (%3$s) AS live
                WHERE live.%2$s BETWEEN ? AND ? AND NOT EXISTS (
                    SELECT FROM unnest(?::bigint[], ?::bigint[]) AS sequences (first, last),
                        generate_series(first, last) AS present (key)
                    WHERE present.key = live.%2$s)""".formatted(table.name(), key, live),
                "SELECT count(*) " + foundAfter,
                "DELETE " + foundAfter,
                """
                DELETE FROM deleted_record
                WHERE table_name = '%1$s' AND record_key IN (SELECT %2$s FROM %3$s)""".formatted(table.name(), key, staging));
    }

    private static String live(TargetTable table) {
        String latest = table.kind() == TargetTable.Kind.FACT
                ? "NOT EXISTS (SELECT FROM %1$s AS newer WHERE newer.supersedes = version.%2$s AND newer.supersedes IS NOT NULL)"
                        .formatted(quote(table.name()), quote(table.requireSurrogateKey()))
                : "NOT version.inferred";
        return """
                SELECT * FROM %1$s AS version
                WHERE %2$s AND NOT EXISTS (
                    SELECT FROM deleted_record WHERE table_name = '%3$s' AND record_key = version.%4$s)""".formatted(quote(table.name()), latest, table.name(), quote(table.key()));
    }

    private static String madeUp(TargetTable table) {
        return table.kind() == TargetTable.Kind.FACT ? "" : " AND NOT inferred";
    }
}
