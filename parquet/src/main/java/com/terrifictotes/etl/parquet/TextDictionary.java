package com.terrifictotes.etl.parquet;

import java.util.Arrays;

/** The distinct texts of a column chunk, numbered in the order of their appearance; UTF-8, one after the other. */
final class TextDictionary {

    private static final int FIRST_SLOTS = 256;
    private static final int FIRST_BYTES = 4096;

    private final int limit;
    private final int byteLimit;

    /** Index of the text plus one, or 0; a power of two long, at most half full. */
    private int[] slots = new int[FIRST_SLOTS];

    private int[] hashes = new int[FIRST_SLOTS / 2];
    private int[] ends = new int[FIRST_SLOTS / 2];
    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    /**
     * @param limit how many texts it takes
     * @param byteLimit how many bytes they may have in all
     */
    TextDictionary(int limit, int byteLimit) {
        this.limit = limit;
        this.byteLimit = byteLimit;
    }

    /** The index of a text, which is added if it is new; −1 if there is no place for it. */
    int indexOf(byte[] source, int start, int end) {
        int hash = hash(source, start, end);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int index = slots[slot] - 1;
            if (hashes[index] == hash && Arrays.equals(bytes, start(index), ends[index], source, start, end)) {
                return index;
            }
            slot = (slot + 1) & mask;
        }
        if (size == limit || end - start > byteLimit - byteCount()) {
            return -1;
        }
        if (size == ends.length) {
            grow();
            return indexOf(source, start, end);
        }
        add(source, start, end, hash);
        slots[slot] = size;
        return size - 1;
    }

    int size() {
        return size;
    }

    /** The bytes of all texts, one after the other. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the text with that index starts. */
    int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** Where the text with that index ends. */
    int end(int index) {
        return ends[index];
    }

    private int byteCount() {
        return start(size);
    }

    private void add(byte[] source, int start, int end, int hash) {
        int from = byteCount();
        int to = from + end - start;
        if (to > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(to, 2 * bytes.length));
        }
        System.arraycopy(source, start, bytes, from, end - start);
        ends[size] = to;
        hashes[size] = hash;
        size++;
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = hashes[i] & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
    }

    private static int hash(byte[] source, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + source[i];
        }
        // The high bits, which depend on every character, belong into the low ones, which choose the slot.
        int spread = hash * 0x9E37_79B1;
        return spread ^ (spread >>> 16);
    }
}
