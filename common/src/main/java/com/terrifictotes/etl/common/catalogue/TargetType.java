package com.terrifictotes.etl.common.catalogue;

/** The type of a warehouse column; it is the same in Parquet and in PostgreSQL. */
public sealed interface TargetType {

    /** Whole number: Parquet INT32, PostgreSQL {@code integer}. */
    TargetType INTEGER = new Whole();

    /** Text: Parquet STRING (UTF-8), PostgreSQL {@code varchar} or {@code text}. */
    TargetType TEXT = new Text();

    /** Parquet BOOLEAN, PostgreSQL {@code boolean}. */
    TargetType BOOLEAN = new Truth();

    /** Day: Parquet DATE (days since 1970-01-01), PostgreSQL {@code date}. */
    TargetType DATE = new Date();

    /** Time of day: Parquet TIME in microseconds, not adjusted to UTC; PostgreSQL {@code time without time zone}. */
    TargetType TIME = new Time();

    /** {@link #INTEGER}. */
    record Whole() implements TargetType {}

    /** {@link #TEXT}. */
    record Text() implements TargetType {}

    /** {@link #BOOLEAN}. */
    record Truth() implements TargetType {}

    /** {@link #DATE}. */
    record Date() implements TargetType {}

    /** {@link #TIME}. */
    record Time() implements TargetType {}

    /**
     * Exact decimal: Parquet DECIMAL in the smallest physical type, PostgreSQL {@code numeric}.
     *
     * @param precision digits in all, at most 18 (Parquet INT64)
     * @param scale digits after the point
     */
    record Decimal(int precision, int scale) implements TargetType {

        public Decimal {
            if (precision < 1 || precision > 18 || scale < 0 || scale > precision) {
                throw new IllegalArgumentException("decimal(" + precision + "," + scale + ") is not a type");
            }
        }
    }
}
