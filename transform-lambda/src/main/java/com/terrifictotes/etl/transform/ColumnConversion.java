package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.parquet.ColumnValues;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How the fields of a source column become the values of a warehouse column. */
sealed interface ColumnConversion {

    /** Why a mandatory column cannot be NULL. */
    String NULL_REASON = "is NULL, which the star schema does not allow";

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
     * @param parsed room that all columns share
     */
    record Numbers(String source, boolean nullable, Form form, int precision, int scale, ParsedNumbers parsed)
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

        Numbers(String source, boolean nullable, Form form, ParsedNumbers parsed) {
            this(source, nullable, form, 0, 0, parsed);
        }

        @Override
        public void convert(FieldRange fields, ColumnValues values, RejectedRows rejected) {
            long[] numbers = parsed.room(fields.count());
            byte[] bytes = fields.bytes();
            for (int i = 0; i < fields.count(); i++) {
                long place = fields.place(i);
                numbers[i] = place == CsvRecords.NULL
                        ? ParsedNumbers.NULL
                        : parse(bytes, CsvRecords.start(place), CsvRecords.length(place));
            }
            parsed.addTo(values, fields.count(), source, nullable, this::reason, rejected);
        }

        private String reason() {
            return String.format(Locale.ROOT, form.reason, precision, scale);
        }

        private long parse(byte[] bytes, int start, int length) {
            return switch (form) {
                case WHOLE -> CsvValues.wholeNumber(bytes, start, length);
                case DECIMAL -> CsvValues.decimal(bytes, start, length, precision, scale);
                case TRUTH -> CsvValues.truth(bytes, start, length);
                case DAY -> CsvValues.day(bytes, start, length);
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
     * @param parsed room that all columns share
     */
    record PartOfTimestamps(String source, boolean nullable, Part part, Timestamps timestamps, ParsedNumbers parsed)
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
            long[] microseconds = timestamps.of(fields);
            long[] numbers = parsed.room(fields.count());
            for (int i = 0; i < fields.count(); i++) {
                long timestamp = microseconds[i];
                if (timestamp <= ParsedNumbers.NULL) {
                    numbers[i] = timestamp;
                } else {
                    numbers[i] = part == Part.DAY
                            ? Math.floorDiv(timestamp, MICROSECONDS_A_DAY)
                            : Math.floorMod(timestamp, MICROSECONDS_A_DAY);
                }
            }
            parsed.addTo(values, fields.count(), source, nullable, () -> REASON, rejected);
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
