package com.terrifictotes.etl.transform;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits CSV as PostgreSQL's {@code COPY} writes it into records and fields, eight bytes at a time: comma, quotes doubled
 * inside quotes, NULL an unquoted empty field. What {@code COPY} never writes is read as Apache Commons CSV reads it with
 * {@code CSVFormat.POSTGRESQL_CSV}, or refused where that refuses it; a test compares the two.
 *
 * <p>Memory is bounded by a few megabytes, or by the largest record, of at most {@value #MAXIMUM_RECORD} bytes. Not for
 * several threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS">PostgreSQL: COPY, CSV
 *     format</a>
 */
final class CsvReader {

    /** A record of as many bytes, or more, is not read. */
    static final int MAXIMUM_RECORD = 16 << 20;

    /** No table of PostgreSQL has more than 1,600; each one costs memory in every batch. */
    static final int MAXIMUM_COLUMNS = 1 << 16;

    private static final int EXPECTED_COLUMNS = 100;

    private static final int BUFFER = 1 << 20;

    /** Whole words are read, the last one beyond what counts. */
    private static final int SLACK = Long.BYTES;

    private static final int INCOMPLETE = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long COMMAS = ',' * EVERY_BYTE;
    private static final long BEYOND_COMMAS = (',' + 1) * EVERY_BYTE;
    private static final long LINE_FEEDS = '\n' * EVERY_BYTE;
    private static final long CARRIAGE_RETURNS = '\r' * EVERY_BYTE;
    private static final long QUOTES = '"' * EVERY_BYTE;

    private final InputStream input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer decoded = CharBuffer.allocate(4096);

    private byte[] buffer;
    private int position;
    private int limit;
    private boolean ended;

    /** Where in the object the buffer starts. */
    private long bufferOffset;

    /** The number of the first record that was not given yet; the header is number 0. */
    private long record;

    /** Whether the record at the position is too large, so that what follows of it is passed over. */
    private boolean oversized;

    /** The number of the record that is looked at. */
    private long current;

    /** The field that {@link #parseField} found. */
    private long place;

    /** Where the field starts that {@link #parseUncommonField} is to look at, and how many its record has before it. */
    private int fieldStart;

    private int fieldCount;

    /**
     * @param input the object
     * @param size how many bytes it should have
     */
    CsvReader(InputStream input, long size) {
        this.input = input;
        buffer = new byte[(int) Math.min(BUFFER, size + 1) + SLACK];
    }

    /**
     * Reads the first record.
     *
     * @return its fields, the empty string for NULL; empty if there is no record at all
     * @throws MalformedCsvException if it is no CSV, too large, or has too many fields
     */
    List<String> readHeader() throws IOException, MalformedCsvException {
        CsvRecords header = new CsvRecords(EXPECTED_COLUMNS, 1);
        if (!readRecords(header)) {
            return List.of();
        }
        if (header.isOversized(0) || header.fieldCount(0) > MAXIMUM_COLUMNS) {
            throw new MalformedCsvException(
                    "has more than " + MAXIMUM_COLUMNS + " fields or " + MAXIMUM_RECORD + " bytes", 0, 0);
        }
        if (header.fieldCount(0) > EXPECTED_COLUMNS) {
            int columns = header.fieldCount(0);
            position = header.start(0);
            record = 0;
            header = new CsvRecords(columns, 1);
            readRecords(header);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < header.fieldCount(0); i++) {
            names.add(header.isNull(0, i) ? "" : header.text(0, i));
        }
        return names;
    }

    /**
     * Reads the next records, as many as fit.
     *
     * @param records filled; valid until the next call
     * @return false if there are none
     * @throws MalformedCsvException if it is no CSV, or no UTF-8
     */
    boolean readRecords(CsvRecords records) throws IOException, MalformedCsvException {
        if (oversized) {
            passOversized();
        }
        records.clear(buffer, record, bufferOffset);
        while (true) {
            parseRecords(records);
            if (records.size() > 0) {
                requireUtf8(records);
                record += records.size();
                return true;
            }
            if (ended) {
                return false;
            }
            if (limit - position >= MAXIMUM_RECORD) {
                oversized = true;
                current = record;
                records.addOversized(position, limit);
                record++;
                return true;
            }
            fill();
            records.clear(buffer, record, bufferOffset);
        }
    }

    /** Adds the records from the position on that are whole, as long as there is room for them, and goes on behind them. */
    private void parseRecords(CsvRecords records) throws MalformedCsvException {
        byte[] bytes = buffer;
        int field = position;
        int column = 0;
        int at = position;
        while (at < limit) {
            int word = at;
            at += Long.BYTES;
            for (long found = candidates((long) LONG.get(bytes, word)); found != 0; found &= found - 1) {
                int end = word + lowest(found);
                byte character = bytes[end];
                if (end >= limit) {
                    break;
                }
                if (character == ',') {
                    records.set(column, CsvRecords.plainPlace(field, end - field));
                    column++;
                    field = end + 1;
                } else if (character == '\n') {
                    records.set(column, CsvRecords.plainPlace(field, end - field));
                    records.add(position, end + 1, column + 1);
                    position = end + 1;
                    if (records.isFull()) {
                        return;
                    }
                    field = position;
                    column = 0;
                } else if (character == '\r' || (character == '"' && end == field)) {
                    fieldStart = field;
                    fieldCount = column;
                    if (!parseUncommonField(records) || records.isFull()) {
                        return;
                    }
                    field = fieldStart;
                    column = fieldCount;
                    at = field;
                    break;
                }
            }
        }
        if (ended && position < limit) {
            // The last record needs no line break.
            fieldStart = field;
            fieldCount = column;
            parseUncommonField(records);
        }
    }

    /** Adds the field at {@link #fieldStart}, and its record if it is the last one; false if it is not whole. */
    private boolean parseUncommonField(CsvRecords records) throws MalformedCsvException {
        current = record + records.size();
        int end = parseField(fieldStart);
        if (end == INCOMPLETE) {
            return false;
        }
        records.set(fieldCount, place);
        fieldCount++;
        if (end < limit && buffer[end] == ',') {
            fieldStart = end + 1;
            return true;
        }
        int next = skipLineBreak(end);
        if (next == INCOMPLETE) {
            return false;
        }
        records.add(position, next, fieldCount);
        position = next;
        fieldStart = next;
        fieldCount = 0;
        return true;
    }

    /**
     * Finds the place of a field.
     *
     * @return where its comma or line break is, or the end of the input; {@link #INCOMPLETE} if neither is in the buffer
     */
    private int parseField(int start) throws MalformedCsvException {
        if (buffer[start] == '"') {
            return parseQuotedField(start);
        }
        int at = start;
        long found;
        while ((found = delimiters((long) LONG.get(buffer, at))) == 0) {
            at += Long.BYTES;
            if (at >= limit) {
                break;
            }
        }
        int end = found == 0 ? limit : at + lowest(found);
        if (end >= limit) {
            if (!ended) {
                return INCOMPLETE;
            }
            end = limit;
        }
        place = CsvRecords.plainPlace(start, end - start);
        return end;
    }

    private int parseQuotedField(int start) throws MalformedCsvException {
        boolean escaped = false;
        int at = start + 1;
        while (true) {
            int quote = indexOfQuote(at);
            if (quote >= limit) {
                if (ended) {
                    throw malformed("has a quoted field that does not end", start);
                }
                return INCOMPLETE;
            }
            if (quote + 1 == limit && !ended) {
                return INCOMPLETE;
            }
            if (quote + 1 < limit && buffer[quote + 1] == '"') {
                escaped = true;
                at = quote + 2;
            } else {
                place = CsvRecords.quotedPlace(start + 1, quote - start - 1, escaped);
                return skipBlanks(quote + 1);
            }
        }
    }

    private int indexOfQuote(int start) {
        int at = start;
        long found = 0;
        while (at < limit && (found = matches((long) LONG.get(buffer, at), QUOTES)) == 0) {
            at += Long.BYTES;
        }
        return at < limit ? at + lowest(found) : limit;
    }

    /** Between a closing quote and what ends the field; COPY writes nothing there, Commons CSV passes over blanks. */
    private int skipBlanks(int start) throws MalformedCsvException {
        int at = start;
        while (at < limit) {
            byte first = buffer[at];
            if (first == ',' || first == '\n' || first == '\r') {
                return at;
            }
            int length = first >= 0 ? 1 : 3;
            if (at + length > limit && !ended) {
                return INCOMPLETE;
            }
            if (at + length > limit || !Character.isWhitespace(character(at, length))) {
                throw malformed("has a quote in the middle of a field that is not doubled", at);
            }
            at += length;
        }
        return ended ? limit : INCOMPLETE;
    }

    /** A character of one or three bytes, as all blanks are; anything else becomes something that is none. */
    private char character(int at, int length) {
        if (length == 1) {
            return (char) buffer[at];
        }
        boolean threeBytes = (buffer[at] & 0xF0) == 0xE0;
        return threeBytes
                ? (char) (((buffer[at] & 0xF) << 12) | ((buffer[at + 1] & 0x3F) << 6) | (buffer[at + 2] & 0x3F))
                : 'x';
    }

    private int skipLineBreak(int at) {
        if (at == limit) {
            return limit;
        }
        if (buffer[at] == '\n') {
            return at + 1;
        }
        if (at + 1 == limit && !ended) {
            return INCOMPLETE;
        }
        return at + 1 < limit && buffer[at + 1] == '\n' ? at + 2 : at + 1;
    }

    /** A record of which only the beginning was in the buffer; its fields do not matter, but its quotes do. */
    private void passOversized() throws IOException, MalformedCsvException {
        oversized = false;
        long start = bufferOffset + position;
        boolean fieldStarts = true;
        boolean quoted = false;
        while (true) {
            for (; position < limit; position++) {
                byte character = buffer[position];
                if (character == '"' && (quoted || fieldStarts)) {
                    // A doubled quote ends the quotes and begins them again: what is between has no length.
                    quoted = !quoted;
                    fieldStarts = true;
                } else if (!quoted && (character == '\n' || character == '\r')) {
                    if (position + 1 == limit && !ended) {
                        fill();
                    }
                    position = skipLineBreak(position);
                    return;
                } else if (!quoted) {
                    fieldStarts = character == ',';
                }
            }
            if (ended) {
                if (quoted) {
                    throw new MalformedCsvException("has a quoted field that does not end", current, start);
                }
                return;
            }
            fill();
        }
    }

    /** Reads as much as fits behind what is not parsed yet, and makes room if that is most of the buffer. */
    private void fill() throws IOException {
        int kept = limit - position;
        int capacity = buffer.length - SLACK;
        int wanted = kept > capacity / 2 ? Math.min(2 * capacity, MAXIMUM_RECORD) : capacity;
        byte[] target = wanted > capacity ? new byte[wanted + SLACK] : buffer;
        System.arraycopy(buffer, position, target, 0, kept);
        buffer = target;
        bufferOffset += position;
        position = 0;
        limit = kept;
        // Whole, so that the batches depend on the content and not on the portions in which it arrives.
        int count = input.readNBytes(buffer, limit, buffer.length - SLACK - limit);
        limit += count;
        ended = limit < buffer.length - SLACK;
        // What is behind the end is looked at, too.
        buffer[limit] = 0;
    }

    private void requireUtf8(CsvRecords records) throws MalformedCsvException {
        int at = records.start(0);
        while (at < position && ((long) LONG.get(buffer, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        if (at >= position) {
            return;
        }
        ByteBuffer rest = ByteBuffer.wrap(buffer, at, position - at);
        decoder.reset();
        CoderResult result;
        do {
            decoded.clear();
            result = decoder.decode(rest, decoded, true);
        } while (result.isOverflow());
        if (result.isError()) {
            int wrong = rest.position();
            int which = 0;
            while (records.end(which) <= wrong) {
                which++;
            }
            current = record + which;
            throw malformed("has bytes that are not UTF-8", wrong);
        }
    }

    private MalformedCsvException malformed(String problem, int at) {
        return new MalformedCsvException(problem, current, bufferOffset + at);
    }

    /** Which byte has the lowest bit of a word of high bits. */
    private static int lowest(long highBits) {
        return Long.numberOfTrailingZeros(highBits) >>> 3;
    }

    /** The high bits of the bytes up to the comma: with it, quote and line breaks, and blanks and others that are none. */
    private static long candidates(long word) {
        return ~((word | HIGH_BITS) - BEYOND_COMMAS) & ~word & HIGH_BITS;
    }

    /** The high bits of the bytes that end a field without quotes; above the lowest one there may be wrong ones. */
    private static long delimiters(long word) {
        return matches(word, COMMAS) | matches(word, LINE_FEEDS) | matches(word, CARRIAGE_RETURNS);
    }

    private static long matches(long word, long pattern) {
        long difference = word ^ pattern;
        return (difference - EVERY_BYTE) & ~difference & HIGH_BITS;
    }
}
