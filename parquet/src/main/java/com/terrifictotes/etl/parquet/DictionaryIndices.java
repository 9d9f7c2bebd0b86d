package com.terrifictotes.etl.parquet;

/**
 * The values of a page as places in the dictionary of the column chunk. A column goes without one from the page on in
 * which it is full, or whose first page shows that most values are different.
 */
final class DictionaryIndices {

    private long[] indices = new long[0];
    private boolean open = true;
    private int entries;

    /** Whether the next page shall try the dictionary. */
    boolean isOpen() {
        return open;
    }

    /** Place for the indices of a page. */
    long[] reserve(int count) {
        if (indices.length < RunLengthBitPacking.capacity(count)) {
            indices = new long[RunLengthBitPacking.capacity(count)];
        }
        return indices;
    }

    /** The dictionary did not take a value of the page: it stays for the pages before. */
    void close() {
        open = false;
    }

    /**
     * Encodes the page, all of whose values have an index.
     *
     * @param count how many there are
     * @param size of the dictionary by now
     * @param out where the bytes go
     * @return whether the dictionary is worth it; nothing was encoded otherwise
     */
    boolean encode(int count, int size, EncodedBytes out) {
        if (count == 0) {
            return false;
        }
        if (entries == 0 && size > count / 2) {
            open = false;
            return false;
        }
        entries = size;
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
        out.putByte(width);
        RunLengthBitPacking.encode(indices, count, width, out);
        return true;
    }

    /** How many entries of the dictionary the pages refer to; 0 if there is none. */
    int entries() {
        return entries;
    }
}
