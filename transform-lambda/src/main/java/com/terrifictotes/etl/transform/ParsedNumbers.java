package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.parquet.ColumnValues;
import java.util.function.Supplier;

/**
 * What the fields of a column in a range of records are, in an array that is reused from range to range: a number,
 * {@link #NULL} or {@link CsvValues#INVALID}.
 */
final class ParsedNumbers {

    /** Stands for NULL; every number is above it. */
    static final long NULL = CsvValues.INVALID + 1;

    private long[] numbers = new long[0];

    /** Room for that many numbers. */
    long[] room(int count) {
        if (numbers.length < count) {
            numbers = new long[count];
        }
        return numbers;
    }

    /**
     * Adds the numbers to a column; for what is none, a meaningless value.
     *
     * @param count how many
     * @param source the source column
     * @param nullable whether NULL is a value
     * @param reason why a field is invalid
     * @param rejected is told which records have a field that is
     */
    void addTo(
            ColumnValues values,
            int count,
            String source,
            boolean nullable,
            Supplier<String> reason,
            RejectedRows rejected) {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            smallest = Math.min(smallest, numbers[i]);
        }
        if (smallest > NULL) {
            values.addNumbers(numbers, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            if (numbers[i] > NULL) {
                values.addNumber(numbers[i]);
            } else {
                values.addNull();
                if (numbers[i] == CsvValues.INVALID) {
                    rejected.reject(i, source, reason.get());
                } else if (!nullable) {
                    rejected.reject(i, source, ColumnConversion.NULL_REASON);
                }
            }
        }
    }
}
