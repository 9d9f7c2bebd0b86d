package com.terrifictotes.etl.load;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the text format of COPY, in UTF-8: values between tabs, {@code \N} for NULL, an empty text as nothing, and
 * backslash, tab and line breaks escaped. The buffer goes to the server when it is full, wherever in a row that is.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS">PostgreSQL: COPY, text
 *     format</a>
 */
final class CopyText {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** Longer than any value that is not text. */
    private static final int LONGEST_NUMBER = 32;

    private static final byte[] NULL = {'\\', 'N'};
    private static final byte[] BEFORE_CHRIST = " BC".getBytes(StandardCharsets.US_ASCII);
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final CopyIn copy;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] digits = new byte[LONGEST_NUMBER];
    private int filled;
    private boolean rowBegun;

    /** @param copy a COPY … FROM STDIN that has begun */
    CopyText(CopyIn copy) {
        this.copy = copy;
    }

    void nothing() throws SQLException {
        separate();
        for (byte character : NULL) {
            put(character);
        }
    }

    void number(long value) throws SQLException {
        separate();
        decimalDigits(value, 1, 0);
    }

    /** A decimal from its digits without the point. */
    void decimal(long unscaled, int scale) throws SQLException {
        separate();
        decimalDigits(unscaled, scale + 1, scale);
    }

    void truth(boolean value) throws SQLException {
        separate();
        put(value ? 't' : 'f');
    }

    /** A day as days since 1970-01-01, in ISO 8601 but for the era: PostgreSQL has no year 0 and no negative years. */
    void day(int epochDay) throws SQLException {
        separate();
        LocalDate day = LocalDate.ofEpochDay(epochDay);
        int year = day.getYear();
        decimalDigits(year > 0 ? year : 1L - year, 4, 0);
        put('-');
        decimalDigits(day.getMonthValue(), 2, 0);
        put('-');
        decimalDigits(day.getDayOfMonth(), 2, 0);
        if (year <= 0) {
            for (byte character : BEFORE_CHRIST) {
                put(character);
            }
        }
    }

    /** A time of day in microseconds since midnight. */
    void time(long micros) throws SQLException {
        separate();
        long seconds = micros / MICROS_PER_SECOND;
        decimalDigits(seconds / 3600, 2, 0);
        put(':');
        decimalDigits(seconds / 60 % 60, 2, 0);
        put(':');
        decimalDigits(seconds % 60, 2, 0);
        put('.');
        decimalDigits(micros % MICROS_PER_SECOND, 6, 0);
    }

    /** Text in UTF-8, in which no byte of a longer character looks like one of those that are escaped. */
    void text(byte[] utf8) throws SQLException {
        separate();
        for (byte character : utf8) {
            switch (character) {
                case '\\' -> escaped('\\');
                case '\t' -> escaped('t');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                default -> put(character);
            }
        }
    }

    void endRow() throws SQLException {
        put('\n');
        rowBegun = false;
    }

    /** Sends what is left. */
    void flush() throws SQLException {
        copy.writeToCopy(buffer, 0, filled);
        filled = 0;
    }

    private void separate() throws SQLException {
        if (rowBegun) {
            put('\t');
        }
        rowBegun = true;
    }

    private void escaped(char letter) throws SQLException {
        put('\\');
        put(letter);
    }

    /** Sign, digits with leading zeros, and a point before the last {@code scale} of them. */
    private void decimalDigits(long value, int atLeast, int scale) throws SQLException {
        int from = LONGEST_NUMBER;
        long rest = value;
        int count = 0;
        while (count < atLeast || rest != 0) {
            if (count == scale && scale > 0) {
                digits[--from] = '.';
            }
            digits[--from] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
            count++;
        }
        if (value < 0) {
            digits[--from] = '-';
        }
        for (int i = from; i < LONGEST_NUMBER; i++) {
            put(digits[i]);
        }
    }

    private void put(char character) throws SQLException {
        put((byte) character);
    }

    private void put(byte character) throws SQLException {
        if (filled == BUFFER_BYTES) {
            flush();
        }
        buffer[filled++] = character;
    }
}
