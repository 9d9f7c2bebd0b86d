package com.terrifictotes.etl.transform;

import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.util.stream.LongStream;

/**
 * PostgreSQL's text forms as numbers, strictly: what is not exactly the expected form cannot be represented. No floating
 * point, no default locale, no default zone.
 */
final class CsvValues {

    private static final int DATE_LENGTH = "yyyy-mm-dd".length();
    private static final int TIMESTAMP_LENGTH = "yyyy-mm-dd hh:mm:ss".length();
    private static final int FRACTION_DIGITS = 6;

    private static final String NO_DATE = "is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd";
    private static final String NO_TIMESTAMP =
            "is not a timestamp from 0001-01-01 to 9999-12-31, written yyyy-mm-dd hh:mm:ss with at most 6 decimals";

    /** Index is the exponent; 18 is the most that a decimal of the star schema has. */
    private static final long[] POWERS_OF_TEN =
            LongStream.iterate(1, power -> power * 10).limit(19).toArray();

    private CsvValues() {}

    /** A whole number of 32 bits. */
    static int wholeNumber(String text) throws UnrepresentableException {
        boolean negative = text.startsWith("-");
        int start = negative ? 1 : 0;
        long value = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = digit(text, i);
            value = value * 10 + digit;
            if (digit < 0 || value > 1L + Integer.MAX_VALUE) {
                throw noWholeNumber();
            }
        }
        long signed = negative ? -value : value;
        if (start == text.length() || signed > Integer.MAX_VALUE) {
            throw noWholeNumber();
        }
        return (int) signed;
    }

    /**
     * A decimal that fits exactly; zeros beyond the scale do.
     *
     * @return its digits without the point, at that scale
     */
    static long decimal(String text, int precision, int scale) throws UnrepresentableException {
        boolean negative = text.startsWith("-");
        int start = negative ? 1 : 0;
        int point = text.indexOf('.', start);
        int wholeEnd = point < 0 ? text.length() : point;
        if (wholeEnd == start || point == text.length() - 1) {
            throw noDecimal(precision, scale);
        }
        long unscaled = 0;
        for (int i = start; i < wholeEnd; i++) {
            unscaled = append(unscaled, digit(text, i), precision, scale);
        }
        for (int i = wholeEnd + 1; i <= wholeEnd + scale; i++) {
            unscaled = append(unscaled, i < text.length() ? digit(text, i) : 0, precision, scale);
        }
        for (int i = wholeEnd + 1 + scale; i < text.length(); i++) {
            if (text.charAt(i) != '0') {
                throw noDecimal(precision, scale);
            }
        }
        return negative ? -unscaled : unscaled;
    }

    /** A truth value as COPY writes it. */
    static boolean truth(String text) throws UnrepresentableException {
        return switch (text) {
            case "t" -> true;
            case "f" -> false;
            default -> throw new UnrepresentableException("is neither t nor f");
        };
    }

    /**
     * An ISO date that exists.
     *
     * @return days since 1970-01-01
     */
    static int day(String text) throws UnrepresentableException {
        if (text.length() != DATE_LENGTH) {
            throw new UnrepresentableException(NO_DATE);
        }
        return dayAtStart(text, NO_DATE);
    }

    /**
     * The day of a timestamp.
     *
     * @return days since 1970-01-01
     */
    static int dayOfTimestamp(String text) throws UnrepresentableException {
        // Date and time stand or fall together: half a timestamp must not reach the warehouse.
        timeOfTimestamp(text);
        return dayAtStart(text, NO_TIMESTAMP);
    }

    /**
     * The time of day of a timestamp.
     *
     * @return microseconds since midnight
     */
    static long timeOfTimestamp(String text) throws UnrepresentableException {
        if (text.length() < TIMESTAMP_LENGTH
                || text.charAt(DATE_LENGTH) != ' '
                || text.charAt(DATE_LENGTH + 3) != ':'
                || text.charAt(DATE_LENGTH + 6) != ':') {
            throw new UnrepresentableException(NO_TIMESTAMP);
        }
        int hour = number(text, DATE_LENGTH + 1, 2);
        int minute = number(text, DATE_LENGTH + 4, 2);
        int second = number(text, DATE_LENGTH + 7, 2);
        int microseconds = fraction(text);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || microseconds < 0) {
            throw new UnrepresentableException(NO_TIMESTAMP);
        }
        return ((hour * 60L + minute) * 60 + second) * 1_000_000 + microseconds;
    }

    private static int fraction(String text) {
        int digits = text.length() - TIMESTAMP_LENGTH - 1;
        if (digits < 0) {
            return 0;
        }
        if (digits == 0 || digits > FRACTION_DIGITS || text.charAt(TIMESTAMP_LENGTH) != '.') {
            return -1;
        }
        int value = number(text, TIMESTAMP_LENGTH + 1, digits);
        for (int i = digits; i < FRACTION_DIGITS; i++) {
            value *= 10;
        }
        return value;
    }

    private static int dayAtStart(String text, String problem) throws UnrepresentableException {
        int year = number(text, 0, 4);
        int month = number(text, 5, 2);
        int day = number(text, 8, 2);
        if (text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || year < 1
                || month < 1
                || month > 12
                || day < 1
                || day > Month.of(month).length(Year.isLeap(year))) {
            throw new UnrepresentableException(problem);
        }
        return (int) LocalDate.of(year, month, day).toEpochDay();
    }

    /** That many ASCII digits as a number; negative if one is none. */
    private static int number(String text, int start, int length) {
        int value = 0;
        for (int i = start; i < start + length; i++) {
            int digit = digit(text, i);
            if (digit < 0) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** The value of an ASCII digit, -1 for anything else (other scripts have digits, too). */
    private static int digit(String text, int index) {
        char character = text.charAt(index);
        return character >= '0' && character <= '9' ? character - '0' : -1;
    }

    private static long append(long unscaled, int digit, int precision, int scale) throws UnrepresentableException {
        if (digit < 0 || unscaled > (POWERS_OF_TEN[precision] - 1 - digit) / 10) {
            throw noDecimal(precision, scale);
        }
        return unscaled * 10 + digit;
    }

    private static UnrepresentableException noWholeNumber() {
        return new UnrepresentableException("is not a whole number of 32 bits");
    }

    private static UnrepresentableException noDecimal(int precision, int scale) {
        return new UnrepresentableException("does not fit numeric(" + precision + "," + scale + ") exactly");
    }
}
