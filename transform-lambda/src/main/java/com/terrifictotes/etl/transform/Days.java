package com.terrifictotes.etl.transform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Parses dates, and remembers the last ones: in a table there are many rows of a day, and to compare ten characters takes
 * less than to parse them.
 */
final class Days {

    private static final int SLOTS = 1 << 9;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** Year and month as they are written, and the day of the month. */
    private final long[] months = new long[SLOTS];

    private final short[] daysOfMonth = new short[SLOTS];
    private final long[] days = new long[SLOTS];

    Days() {
        // What is no text at all, so that no text is taken for remembered.
        Arrays.fill(months, -1);
    }

    /**
     * Parses the ten characters of a date.
     *
     * @return as {@link CsvValues#day}
     */
    long at(byte[] bytes, int start) {
        long month = (long) LONG.get(bytes, start);
        short dayOfMonth = (short) SHORT.get(bytes, start + Long.BYTES);
        // Both digits of the day and most of the month's last one: two months without a collision.
        int slot = ((dayOfMonth >>> 8) & 0xF) | ((dayOfMonth & 3) << 4) | ((int) (month >>> 42) & (7 << 6));
        if (months[slot] != month || daysOfMonth[slot] != dayOfMonth) {
            long parsed = CsvValues.day(bytes, start, CsvValues.DATE_LENGTH);
            if (parsed == CsvValues.INVALID) {
                return parsed;
            }
            months[slot] = month;
            daysOfMonth[slot] = dayOfMonth;
            days[slot] = parsed;
        }
        return days[slot];
    }
}
