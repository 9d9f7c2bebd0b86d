package com.terrifictotes.etl.parquet;

import java.util.Arrays;

/** The distinct numbers of a column chunk, numbered in the order of their appearance. A hash table of primitives. */
final class NumberDictionary {

    private static final int FIRST_SLOTS = 1024;

    private final int limit;

    /** Index of the number plus one, or 0; a power of two long, at most half full. */
    private int[] slots = new int[FIRST_SLOTS];

    private long[] numbers = new long[FIRST_SLOTS / 2];
    private int size;

    /**
     * @param limit how many numbers it takes
     */
    NumberDictionary(int limit) {
        this.limit = limit;
    }

    /** The index of a number, which is added if it is new; −1 if there is no place for it. */
    int indexOf(long number) {
        int mask = slots.length - 1;
        int slot = slot(number, mask);
        while (slots[slot] != 0) {
            int index = slots[slot] - 1;
            if (numbers[index] == number) {
                return index;
            }
            slot = (slot + 1) & mask;
        }
        if (size == limit) {
            return -1;
        }
        if (size == numbers.length) {
            grow();
            return indexOf(number);
        }
        numbers[size] = number;
        size++;
        slots[slot] = size;
        return size - 1;
    }

    int size() {
        return size;
    }

    /** The numbers by index; not to be changed, and more than {@link #size()}. */
    long[] numbers() {
        return numbers;
    }

    private void grow() {
        numbers = Arrays.copyOf(numbers, 2 * numbers.length);
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = slot(numbers[i], mask);
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
    }

    /** The high bits of a product with the golden ratio: neighbours, and multiples of round numbers, lie apart. */
    private static int slot(long number, int mask) {
        return (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
    }
}
