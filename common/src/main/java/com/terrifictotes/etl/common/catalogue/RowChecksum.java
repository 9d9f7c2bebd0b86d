package com.terrifictotes.etl.common.catalogue;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.function.Function;

/**
 * The SQL by which rows of source and warehouse are compared without being carried from one to the other: both make the same
 * text of a row, and the first 64 bits of its SHA-256 are its checksum. Sums of them do not depend on the order of rows.
 *
 * <p>Text is compared as UTF-8, whatever the database's encoding is. What depends on settings of the session is how dates are
 * written: both sides need {@code DateStyle} ISO, which pgjdbc sets.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-binarystring.html">PostgreSQL: Binary String Functions</a>
 */
public final class RowChecksum {

    private RowChecksum() {}

    /**
     * The columns that can be compared: those whose value SQL can tell from the source. The name of a currency follows from
     * its code, and the calendar from its day.
     */
    public static List<TargetColumn> columns(TargetTable table) {
        return table.columns().stream()
                .filter(column -> switch (column.expression()) {
                    case Expression.Value value -> true;
                    case Expression.DateOf date -> true;
                    case Expression.TimeOf time -> true;
                    case Expression.CurrencyName name -> false;
                    case Expression.Calendar calendar -> false;
                })
                .toList();
    }

    /**
     * The number of rows and the sum of their checksums, as two columns of an aggregate query.
     *
     * @param table the warehouse table
     * @param values each column's value in SQL, of its own type or of one that is written in the same way
     */
    public static String figures(TargetTable table, Function<TargetColumn, String> values) {
        // A record's text tells NULL from empty and where a column ends.
        String row = columns(table).stream()
                .map(column -> comparable(column.type(), values.apply(column)))
                .collect(joining(", ", "ROW(", ")::text"));
        return "count(*), coalesce(sum(('x' || encode(substring(sha256(convert_to(" + row
                + ", 'UTF8')) FROM 1 FOR 8), 'hex'))::bit(64)::bigint), 0)::text";
    }

    /** The same digits, whatever the scale of the column; all other types are written in one way only. */
    private static String comparable(TargetType type, String value) {
        return type instanceof TargetType.Decimal ? "trim_scale(" + value + ")" : value;
    }
}
