package com.terrifictotes.etl.transform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Month;
import java.time.Year;
import java.util.stream.LongStream;

/**
 * PostgreSQL's text forms as numbers, strictly: what is not exactly the expected form cannot be represented. No floating
 * point, no locale, no zone; no object either, for this is done for every value.
 *
 * <p>Every method takes a field as bytes, where it starts and how many there are, and gives {@link #INVALID} for what it
 * cannot represent.
 */
final class CsvValues {

    /** No value of any type. */
    static final long INVALID = Long.MIN_VALUE;

    static final int DATE_LENGTH = "yyyy-mm-dd".length();
    private static final int TIMESTAMP_LENGTH = "yyyy-mm-dd hh:mm:ss".length();
    private static final int FRACTION_DIGITS = 6;

    /** From 0000-03-01 to 1970-01-01. */
    private static final long DAYS_TO_EPOCH = 719_468;

    /** Index is the exponent; 18 is the most that a decimal of the star schema has. */
    private static final long[] POWERS_OF_TEN =
            LongStream.iterate(1, power -> power * 10).limit(19).toArray();

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Eight characters of a date or time at once, the first one in the lowest byte: digits, and what is between them. */
    private static final Template DATE = new Template("0000-00-");

    private static final Template TIME = new Template("00:00:00");

    private static final Template DIGITS = new Template("00000000");
    private static final long ZEROS = DIGITS.pattern;

    private CsvValues() {}

    /** A whole number of 32 bits. */
    static long wholeNumber(byte[] bytes, int start, int length) {
        if (length > 0 && length < Long.BYTES && start <= bytes.length - Long.BYTES) {
            // Pushed to the end, so that what is behind the field goes away and zeros come in front.
            long characters = (long) LONG.get(bytes, start) << ((Long.BYTES - length) * Byte.SIZE);
            long digits = DIGITS.digits(characters | (ZEROS >>> (length * Byte.SIZE)));
            if (digits >= 0) {
                return Template.number(digits);
            }
        }
        int end = start + length;
        boolean negative = length > 0 && bytes[start] == '-';
        int first = negative ? start + 1 : start;
        long value = 0;
        for (int i = first; i < end; i++) {
            int digit = bytes[i] - '0';
            value = value * 10 + digit;
            if (digit < 0 || digit > 9 || value > 1L + Integer.MAX_VALUE) {
                return INVALID;
            }
        }
        long signed = negative ? -value : value;
        return first == end || signed > Integer.MAX_VALUE ? INVALID : signed;
    }

    /**
     * A decimal that fits exactly; zeros beyond the scale do.
     *
     * @return its digits without the point, at that scale
     */
    static long decimal(byte[] bytes, int start, int length, int precision, int scale) {
        int end = start + length;
        boolean negative = length > 0 && bytes[start] == '-';
        int first = negative ? start + 1 : start;
        long room = POWERS_OF_TEN[precision - 1];
        long unscaled = 0;
        int decimals = -1;
        for (int i = first; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                // One point, with a digit on either side.
                if (bytes[i] != '.' || decimals >= 0 || i == first || i == end - 1) {
                    return INVALID;
                }
                decimals = 0;
            } else if (decimals < scale) {
                // Before it overflows.
                if (unscaled >= room) {
                    return INVALID;
                }
                unscaled = unscaled * 10 + digit;
                decimals += decimals >= 0 ? 1 : 0;
            } else if (digit != 0) {
                return INVALID;
            }
        }
        int missing = scale - Math.max(decimals, 0);
        if (first == end || unscaled >= POWERS_OF_TEN[precision - missing]) {
            return INVALID;
        }
        long value = unscaled * POWERS_OF_TEN[missing];
        return negative ? -value : value;
    }

    /** A truth value as COPY writes it: 1 for true, 0 for false. */
    static long truth(byte[] bytes, int start, int length) {
        if (length == 1 && bytes[start] == 't') {
            return 1;
        }
        return length == 1 && bytes[start] == 'f' ? 0 : INVALID;
    }

    /**
     * An ISO date that exists.
     *
     * @return days since 1970-01-01
     */
    static long day(byte[] bytes, int start, int length) {
        return length == DATE_LENGTH ? dayAt(bytes, start) : INVALID;
    }

    /**
     * A timestamp without zone.
     *
     * @param days parses the date
     * @return microseconds since 1970-01-01 00:00:00, as if in UTC
     */
    static long timestamp(byte[] bytes, int start, int length, Days days) {
        if (length < TIMESTAMP_LENGTH || bytes[start + DATE_LENGTH] != ' ') {
            return INVALID;
        }
        long day = days.at(bytes, start);
        long digits = TIME.digits((long) LONG.get(bytes, start + DATE_LENGTH + 1));
        int hour = Template.twoDigits(digits, 0);
        int minute = Template.twoDigits(digits, 3);
        int second = Template.twoDigits(digits, 6);
        int microseconds = length == TIMESTAMP_LENGTH
                ? 0
                : fraction(bytes, start + TIMESTAMP_LENGTH, length - TIMESTAMP_LENGTH - 1);
        if (day == INVALID || digits < 0 || hour > 23 || minute > 59 || second > 59 || microseconds < 0) {
            return INVALID;
        }
        return (((day * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + microseconds;
    }

    /** The digits behind a point, as microseconds; negative if it is none. */
    private static int fraction(byte[] bytes, int point, int digits) {
        if (digits == 0 || digits > FRACTION_DIGITS || bytes[point] != '.') {
            return -1;
        }
        if (point < bytes.length - Long.BYTES) {
            // Zeros behind the digits, and two before them, make eight.
            long behind = -1L << (digits * Byte.SIZE);
            long characters = ((long) LONG.get(bytes, point + 1) & ~behind) | (ZEROS & behind);
            long found = DIGITS.digits((characters << (2 * Byte.SIZE)) | (ZEROS & 0xFFFF));
            return found < 0 ? -1 : (int) Template.number(found);
        }
        int value = 0;
        for (int i = point + 1; i <= point + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value * (int) POWERS_OF_TEN[FRACTION_DIGITS - digits];
    }

    private static long dayAt(byte[] bytes, int start) {
        long digits = DATE.digits((long) LONG.get(bytes, start));
        int tens = bytes[start + 8] - '0';
        int ones = bytes[start + 9] - '0';
        if (digits < 0 || tens < 0 || tens > 3 || ones < 0 || ones > 9) {
            return INVALID;
        }
        int year = Template.twoDigits(digits, 0) * 100 + Template.twoDigits(digits, 2);
        int month = Template.twoDigits(digits, 5);
        int day = tens * 10 + ones;
        if (year == 0
                || month == 0
                || month > 12
                || day == 0
                || (day > 28 && day > Month.of(month).length(Year.isLeap(year)))) {
            return INVALID;
        }
        // Years that begin in March end with the leap day, so the months before it have fixed lengths.
        int marchYear = month > 2 ? year : year - 1;
        int marchMonth = month > 2 ? month - 3 : month + 9;
        return 365L * marchYear
                + marchYear / 4
                - marchYear / 100
                + marchYear / 400
                + (153 * marchMonth + 2) / 5
                + day
                - 1
                - DAYS_TO_EPOCH;
    }

    /** Eight characters, each either any digit (a 0 in the template) or exactly that character. */
    private record Template(long pattern, long digitBits, long sixes) {

        Template(String form) {
            this(bits(form, 0, 0xFF), bits(form, '0', 0xF), bits(form, '0', 6));
        }

        /** The value of each digit in its byte, 0 in the others; negative if the characters do not fit. */
        long digits(long word) {
            long found = word ^ pattern;
            // 10 to 15 overflow into the upper half of their byte.
            boolean fits = (found & ~digitBits) == 0 && ((found + sixes) & ~digitBits) == 0;
            return fits ? found : -1;
        }

        static int twoDigits(long digits, int index) {
            return (int) ((digits >>> (index * 8)) & 0xF) * 10 + (int) ((digits >>> (index * 8 + 8)) & 0xF);
        }

        /** Eight digits as a number: pairs of them, then pairs of pairs, then both halves. */
        static long number(long digits) {
            long pairs = (digits * 10 + (digits >>> 8)) & 0x00FF_00FF_00FF_00FFL;
            long fours = (pairs * 100 + (pairs >>> 16)) & 0x0000_FFFF_0000_FFFFL;
            return (fours * 10_000 + (fours >>> 32)) & 0xFFFF_FFFFL;
        }

        /** The bits of the characters that are wanted (0: of all of them) under a mask, or the mask itself. */
        private static long bits(String form, int wanted, int value) {
            long bits = 0;
            for (int i = 0; i < form.length(); i++) {
                char character = form.charAt(i);
                if (wanted == 0) {
                    bits |= (long) (character & value) << (i * 8);
                } else if (character == wanted) {
                    bits |= (long) value << (i * 8);
                }
            }
            return bits;
        }
    }
}
