package com.terrifictotes.etl.transform;

import java.util.Arrays;

/** The parent's row of each record in a range, as places in a buffer: what {@link CsvRecords} is for the records. */
final class JoinedRows {

    private static final int FIRST_BYTES = 4096;

    private final int columns;
    private long[] places = new long[0];
    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;
    private int used;

    /**
     * @param columns how many columns of the parent are needed
     */
    JoinedRows(int columns) {
        this.columns = columns;
    }

    /** How many places a row has. */
    int columns() {
        return columns;
    }

    void clear() {
        size = 0;
        used = 0;
    }

    /** How many bytes the rows have. */
    int byteCount() {
        return used;
    }

    /** What the places refer to. */
    byte[] bytes() {
        return bytes;
    }

    /** The same with room for so many bytes behind the {@link #byteCount} that it has; {@link #addRow} makes a row of them. */
    byte[] bytes(int length) {
        if (length > bytes.length - used) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(used, length), 2 * bytes.length));
        }
        return bytes;
    }

    /** The places of all fields, row by row. */
    long[] places() {
        return places;
    }

    /** Adds a row of NULLs: the record has no parent. */
    void addNothing() {
        reserveRow();
        Arrays.fill(places, size * columns, (size + 1) * columns, CsvRecords.NULL);
        size++;
    }

    /** Adds a row of which that many bytes were put: length and bytes of each column. */
    void addRow(int length) {
        reserveRow();
        int at = used;
        for (int i = 0; i < columns; i++) {
            int fieldLength = (int) ParentRows.INT.get(bytes, at);
            at += Integer.BYTES;
            places[size * columns + i] =
                    fieldLength < 0 ? CsvRecords.NULL : CsvRecords.quotedPlace(at, fieldLength, false);
            at += Math.max(fieldLength, 0);
        }
        used += length;
        size++;
    }

    private void reserveRow() {
        if ((size + 1) * columns > places.length) {
            places = Arrays.copyOf(places, Math.max((size + 1) * columns, 2 * places.length));
        }
    }
}
