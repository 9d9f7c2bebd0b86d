package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.catalogue.TargetType;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of the catalogue in PostgreSQL. */
final class SqlTypes {

    private static final Pattern NUMERIC = Pattern.compile("numeric\\((\\d+),(\\d+)\\)");

    private SqlTypes() {}

    /** The type's name in SQL. */
    static String nameOf(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> "integer";
            case TargetType.Text text -> "character varying";
            case TargetType.Truth truth -> "boolean";
            case TargetType.Date date -> "date";
            case TargetType.Time time -> "time without time zone";
            case TargetType.Decimal decimal ->
                String.format(Locale.ROOT, "numeric(%d,%d)", decimal.precision(), decimal.scale());
        };
    }

    /**
     * Whether every value of the type has a place in a column.
     *
     * @param found the column's type as {@code format_type} writes it; text must have no limit to its length, since one
     *     longer value would keep its run, and all that follow, out of the warehouse
     */
    static boolean holds(String found, TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> found.equals("integer") || found.equals("bigint");
            case TargetType.Text text -> found.equals("text") || found.equals("character varying");
            case TargetType.Truth truth -> found.equals("boolean");
            case TargetType.Date date -> found.equals("date");
            case TargetType.Time time ->
                found.equals("time without time zone") || found.equals("time(6) without time zone");
            case TargetType.Decimal decimal -> found.equals("numeric") || holdsDecimal(found, decimal);
        };
    }

    /** What stands in a mandatory column of a row that is made up. */
    static String unknown(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> "0";
            case TargetType.Text text -> "'(unknown)'";
            case TargetType.Truth truth -> "false";
            case TargetType.Date date -> "DATE '0001-01-01'";
            case TargetType.Time time -> "TIME '00:00'";
            case TargetType.Decimal decimal -> "0";
        };
    }

    private static boolean holdsDecimal(String found, TargetType.Decimal decimal) {
        Matcher matcher = NUMERIC.matcher(found);
        if (!matcher.matches()) {
            return false;
        }
        int precision = Integer.parseInt(matcher.group(1));
        int scale = Integer.parseInt(matcher.group(2));
        return scale >= decimal.scale() && precision - scale >= decimal.precision() - decimal.scale();
    }
}
