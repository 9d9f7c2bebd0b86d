package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.parquet.ColumnValues;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How the fields of a source column become the values of a warehouse column. */
sealed interface ColumnConversion {

    /** Why a mandatory column cannot be NULL. */
    String NULL_REASON = "is NULL, which the star schema does not allow";

    /** Stands for NULL among numbers, every one of which is above it. */
    long NULL = CsvValues.INVALID + 1;

    /**
     * Makes NULL of what stands for it and of what is invalid, and tells of what must not be.
     *
     * @param first the number of the first record
     * @param reason why a field is invalid
     */
    private static void settle(
            ColumnValues values,
            int first,
            String source,
            boolean nullable,
            Supplier<String> reason,
            RejectedRows rejected) {
        for (int i = first; i < values.size(); i++) {
            long number = values.number(i);
            if (number <= NULL) {
                values.setNull(i);
                if (number == CsvValues.INVALID) {
                    rejected.reject(i - first, source, reason.get());
                } else if (!nullable) {
                    rejected.reject(i - first, source, NULL_REASON);
                }
            }
        }
    }

    /**
     * Adds a value for each field; a meaningless one for a field that cannot be represented.
     *
     * @param rejected is told of those
     */
    void convert(FieldRange fields, ColumnValues values, RejectedRows rejected);

    /** A column that the source does not have: NULL in every row. */
    record Absent() implements ColumnConversion {
        @Override
        public void convert(FieldRange fields, ColumnValues values, RejectedRows rejected) {
            for (int i = 0; i < fields.count(); i++) {
                values.addNull();
            }
        }
    }

    /**
     * Numbers, days, times and truth values.
     *
     * @param source the source column, for reasons
     * @param nullable whether NULL is a value
     * @param form what the text must be
     * @param precision digits of a decimal in all
     * @param scale digits of a decimal after the point
     * @param days parses dates
     */
    record Numbers(String source, boolean nullable, Form form, int precision, int scale, Days days)
            implements ColumnConversion {

        /** What the text of a number must be. */
        enum Form {
            WHOLE("is not a whole number of 32 bits"),
            DECIMAL("does not fit numeric(%d,%d) exactly"),
            TRUTH("is neither t nor f"),
            DAY("is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd");

            private final String reason;

            Form(String reason) {
                this.reason = reason;
            }
        }

        Numbers(String source, boolean nullable, Form form, Days days) {
            this(source, nullable, form, 0, 0, days);
        }

        @Override
        public void convert(FieldRange fields, ColumnValues values, RejectedRows rejected) {
            int count = fields.count();
            int first = values.size();
            long[] numbers = values.room(count);
            byte[] bytes = fields.bytes();
            long smallest = Long.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                long place = fields.place(i);
                long number = place == CsvRecords.NULL
                        ? NULL
                        : parse(bytes, CsvRecords.start(place), CsvRecords.length(place));
                numbers[first + i] = number;
                smallest = Math.min(smallest, number);
            }
            values.added(count);
            if (smallest <= NULL) {
                settle(values, first, source, nullable, this::reason, rejected);
            }
        }

        private String reason() {
            return String.format(Locale.ROOT, form.reason, precision, scale);
        }

        private long parse(byte[] bytes, int start, int length) {
            return switch (form) {
                case WHOLE -> CsvValues.wholeNumber(bytes, start, length);
                case DECIMAL -> CsvValues.decimal(bytes, start, length, precision, scale);
                case TRUTH -> CsvValues.truth(bytes, start, length);
                case DAY -> length == CsvValues.DATE_LENGTH ? days.at(bytes, start) : CsvValues.INVALID;
            };
        }
    }

    /**
     * The day or the time of day of timestamps; both, or none, can be represented.
     *
     * @param source the source column, for reasons
     * @param nullable whether NULL is a value
     * @param part which one
     * @param timestamps the source column's, which two columns share
     */
    record PartOfTimestamps(String source, boolean nullable, Part part, Timestamps timestamps)
            implements ColumnConversion {

        /** What a timestamp is split into. */
        enum Part {
            DAY,
            TIME
        }

        private static final String REASON = "is not a timestamp from 0001-01-01 to 9999-12-31, written yyyy-mm-dd"
                + " hh:mm:ss with at most 6 decimals";

        private static final long MICROSECONDS_A_DAY = TimeUnit.DAYS.toMicros(1);

        @Override
        public void convert(FieldRange fields, ColumnValues values, RejectedRows rejected) {
            int count = fields.count();
            int first = values.size();
            long[] numbers = values.room(count);
            long[] microseconds = timestamps.of(fields);
            long smallest = Long.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                long timestamp = microseconds[i];
                long number = timestamp <= NULL ? timestamp : part(timestamp);
                numbers[first + i] = number;
                smallest = Math.min(smallest, number);
            }
            values.added(count);
            if (smallest <= NULL) {
                settle(values, first, source, nullable, () -> REASON, rejected);
            }
        }

        private long part(long timestamp) {
            return switch (part) {
                case DAY -> Math.floorDiv(timestamp, MICROSECONDS_A_DAY);
                case TIME -> Math.floorMod(timestamp, MICROSECONDS_A_DAY);
            };
        }
    }

    /**
     * Text.
     *
     * @param source the source column, for reasons
     * @param nullable whether NULL is a value
     * @param replacement what the text becomes; null for itself
     */
    record Texts(String source, boolean nullable, @Nullable UnaryOperator<String> replacement)
            implements ColumnConversion {

        @Override
        public void convert(FieldRange fields, ColumnValues values, RejectedRows rejected) {
            for (int i = 0; i < fields.count(); i++) {
                long place = fields.place(i);
                if (place == CsvRecords.NULL) {
                    values.addNull();
                    if (!nullable) {
                        rejected.reject(i, source, NULL_REASON);
                    }
                } else if (CsvRecords.isEscaped(place) || replacement != null) {
                    byte[] text = new byte[CsvRecords.length(place)];
                    add(text, CsvRecords.copy(fields.bytes(), place, text, 0), values);
                } else {
                    values.addText(fields.bytes(), CsvRecords.start(place), CsvRecords.length(place));
                }
            }
        }

        private void add(byte[] text, int length, ColumnValues values) {
            if (replacement == null) {
                values.addText(text, 0, length);
            } else {
                values.addText(replacement.apply(new String(text, 0, length, StandardCharsets.UTF_8)));
            }
        }
    }
}
