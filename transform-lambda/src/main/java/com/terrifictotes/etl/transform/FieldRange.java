package com.terrifictotes.etl.transform;

/** The fields of one column in consecutive records, as places in a buffer (see {@link CsvRecords}). */
final class FieldRange {

    private final byte[] bytes;
    private final long[] places;
    private final int first;
    private final int stride;
    private final int count;

    /**
     * @param bytes where the fields are
     * @param places of all columns, record by record
     * @param first which of them is that of the first record
     * @param stride how many places a record has
     * @param count how many records
     */
    FieldRange(byte[] bytes, long[] places, int first, int stride, int count) {
        this.bytes = bytes;
        this.places = places;
        this.first = first;
        this.stride = stride;
        this.count = count;
    }

    /** What the places refer to. */
    byte[] bytes() {
        return bytes;
    }

    /** How many records there are. */
    int count() {
        return count;
    }

    /** The place of a record's field. */
    long place(int record) {
        return places[first + record * stride];
    }
}
