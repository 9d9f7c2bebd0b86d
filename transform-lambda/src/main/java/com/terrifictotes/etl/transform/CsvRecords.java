package com.terrifictotes.etl.transform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Consecutive records of a CSV object, as places in a buffer: nothing is copied or decoded until somebody wants a value.
 * {@link CsvReader} fills it again and again.
 *
 * <p>A place is where a field starts (upper half), how long it is (lower half, without the quotes around it), and whether
 * there are doubled quotes in it; or {@link #NULL}.
 */
final class CsvRecords {

    /** The place of a field that is NULL. */
    static final long NULL = -1;

    private static final long ESCAPED = 1L << 31;

    /** So many that the cost of a batch does not matter, so few that they stay in the processor's caches. */
    private static final int FIELDS = 1 << 16;

    private static final int OVERSIZED = -1;

    private final int columns;
    private final int capacity;
    private final long[] places;

    /** Where each record starts; one more for the end of the last one. */
    private final int[] starts;

    private final int[] counts;

    private byte[] bytes = new byte[0];
    private long firstNumber;
    private long bufferOffset;
    private int size;
    private int misshapen;

    /**
     * @param columns how many fields a record should have
     */
    CsvRecords(int columns) {
        this(columns, Math.max(1, FIELDS / columns));
    }

    /**
     * @param columns how many fields a record should have
     * @param capacity how many records there is place for
     */
    CsvRecords(int columns, int capacity) {
        this.columns = columns;
        this.capacity = capacity;
        places = new long[Math.multiplyExact(capacity, columns)];
        starts = new int[capacity + 1];
        counts = new int[capacity];
    }

    /** How many records there are. */
    int size() {
        return size;
    }

    /** How many fields a record should have. */
    int columns() {
        return columns;
    }

    /** The buffer that the places refer to. */
    byte[] bytes() {
        return bytes;
    }

    /** The places of all fields, record by record; {@link #NULL} also for one that a record does not have. */
    long[] places() {
        return places;
    }

    /** The place of a field. */
    long place(int record, int column) {
        return places[record * columns + column];
    }

    /** The number of a record in its object, from 1 on. */
    long number(int record) {
        return firstNumber + record;
    }

    /** Where in its object a record starts, in bytes. */
    long offset(int record) {
        return bufferOffset + starts[record];
    }

    /** Where in the buffer a record starts. */
    int start(int record) {
        return starts[record];
    }

    /** Where in the buffer a record ends, its line break included. */
    int end(int record) {
        return starts[record + 1];
    }

    /** Whether a record is oversized or has a wrong number of fields. */
    boolean isMisshapen(int record) {
        return counts[record] != columns;
    }

    /** How many records are oversized or have a wrong number of fields. */
    int misshapen() {
        return misshapen;
    }

    /** Whether a record has {@link CsvReader#MAXIMUM_RECORD} bytes or more: only its beginning is there, and no field. */
    boolean isOversized(int record) {
        return counts[record] == OVERSIZED;
    }

    /** How many fields a record has, of one that is not oversized. */
    int fieldCount(int record) {
        return counts[record];
    }

    /** Whether a field is NULL. */
    boolean isNull(int record, int column) {
        return place(record, column) == NULL;
    }

    /** A field that is not NULL. */
    String text(int record, int column) {
        long place = place(record, column);
        byte[] text = new byte[length(place)];
        int length = copy(bytes, place, text, 0);
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Where the field at a place starts. */
    static int start(long place) {
        return (int) (place >>> Integer.SIZE);
    }

    /** How long the field at a place is, in bytes; doubled quotes count as two. */
    static int length(long place) {
        return (int) place & Integer.MAX_VALUE;
    }

    /** Whether the field at a place has doubled quotes. */
    static boolean isEscaped(long place) {
        return (place & ESCAPED) != 0;
    }

    /** The place of a field without quotes, which is NULL if it has no length. */
    static long plainPlace(int start, int length) {
        return length == 0 ? NULL : ((long) start << Integer.SIZE) | length;
    }

    /** The place of a field between quotes. */
    static long quotedPlace(int start, int length, boolean escaped) {
        return ((long) start << Integer.SIZE) | length | (escaped ? ESCAPED : 0);
    }

    /**
     * Copies the value of a field, in which a doubled quote is one.
     *
     * @param target has room for {@link #length(long)} bytes from {@code to} on
     * @return how long the value is
     */
    static int copy(byte[] source, long place, byte[] target, int to) {
        int start = start(place);
        int length = length(place);
        if (!isEscaped(place)) {
            System.arraycopy(source, start, target, to, length);
            return length;
        }
        int at = to;
        for (int i = start; i < start + length; i++) {
            target[at] = source[i];
            at++;
            if (source[i] == '"') {
                i++;
            }
        }
        return at - to;
    }

    /**
     * Forgets all records.
     *
     * @param buffer where the next ones are
     * @param number the number of the next one
     * @param offset where in the object the buffer starts
     */
    void clear(byte[] buffer, long number, long offset) {
        bytes = buffer;
        firstNumber = number;
        bufferOffset = offset;
        size = 0;
        misshapen = 0;
    }

    boolean isFull() {
        return size == capacity;
    }

    /** Sets a field of the record that is being filled; one too many is passed over. */
    void set(int column, long place) {
        if (column < columns) {
            places[size * columns + column] = place;
        }
    }

    /** Ends the record that is being filled. */
    void add(int start, int end, int fieldCount) {
        if (fieldCount != columns) {
            misshapen++;
            int missing = size * columns + Math.clamp(fieldCount, 0, columns);
            Arrays.fill(places, missing, (size + 1) * columns, NULL);
        }
        counts[size] = fieldCount;
        starts[size] = start;
        size++;
        starts[size] = end;
    }

    /** Adds a record of which only the beginning is there. */
    void addOversized(int start, int end) {
        add(start, end, OVERSIZED);
    }
}
