package com.terrifictotes.etl.common.catalogue;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The type that the star schema needs a source column to have, and which PostgreSQL types can stand in for it without
 * any value changing its meaning.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype.html">PostgreSQL: Data Types</a>
 */
public sealed interface SourceType {

    /** A whole number of at most 32 bits. */
    SourceType INTEGER = new Whole();

    /** Character data of any length; an enum is read as its label. */
    SourceType TEXT = new Text();

    /** True or false. */
    SourceType BOOLEAN = new Truth();

    /** Date and time of day, without a zone. */
    SourceType TIMESTAMP = new Timestamp();

    /**
     * An exact decimal number.
     *
     * @param precision digits in all
     * @param scale digits after the point
     */
    static SourceType numeric(int precision, int scale) {
        return new Numeric(precision, scale);
    }

    /**
     * Whether every value of the column found in the database is a value of this type.
     *
     * @param formatted the column's type as {@code format_type} prints it, such as {@code numeric(10,2)}
     * @param enumeration whether it is an enum type
     */
    boolean accepts(String formatted, boolean enumeration);

    /** The type as PostgreSQL writes it. */
    String sql();

    /** {@link #INTEGER}. */
    record Whole() implements SourceType {
        @Override
        public boolean accepts(String formatted, boolean enumeration) {
            return formatted.equals("integer") || formatted.equals("smallint");
        }

        @Override
        public String sql() {
            return "integer";
        }
    }

    /** {@link #TEXT}. */
    record Text() implements SourceType {

        /** Whole, because {@code character varying(3)[]} is an array. */
        private static final Pattern VARYING = Pattern.compile("character varying(\\([0-9]+\\))?");

        @Override
        public boolean accepts(String formatted, boolean enumeration) {
            return enumeration
                    || formatted.equals("text")
                    || VARYING.matcher(formatted).matches();
        }

        @Override
        public String sql() {
            return "text";
        }
    }

    /** {@link #BOOLEAN}. */
    record Truth() implements SourceType {
        @Override
        public boolean accepts(String formatted, boolean enumeration) {
            return formatted.equals("boolean");
        }

        @Override
        public String sql() {
            return "boolean";
        }
    }

    /** {@link #TIMESTAMP}. */
    record Timestamp() implements SourceType {
        @Override
        public boolean accepts(String formatted, boolean enumeration) {
            return formatted.startsWith("timestamp") && formatted.endsWith("without time zone");
        }

        @Override
        public String sql() {
            return "timestamp without time zone";
        }
    }

    /**
     * An exact decimal number.
     *
     * @param precision digits in all
     * @param scale digits after the point
     */
    record Numeric(int precision, int scale) implements SourceType {

        public Numeric {
            if (precision < 1 || scale < 0 || scale > precision) {
                throw new IllegalArgumentException("numeric(" + precision + "," + scale + ") is not a type");
            }
        }

        /** A plain {@code numeric} has no bound of its own: its rows are checked one by one. */
        @Override
        public boolean accepts(String formatted, boolean enumeration) {
            if (formatted.equals("numeric")) {
                return true;
            }
            if (!formatted.startsWith("numeric(") || !formatted.endsWith(")")) {
                return false;
            }
            String[] parts = formatted
                    .substring("numeric(".length(), formatted.length() - 1)
                    .split(",", -1);
            int foundPrecision = Integer.parseInt(parts[0]);
            int foundScale = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return foundScale <= scale && foundPrecision - foundScale <= precision - scale;
        }

        @Override
        public String sql() {
            return String.format(Locale.ROOT, "numeric(%d,%d)", precision, scale);
        }
    }
}
