package com.terrifictotes.etl.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Values of one column in consecutive rows: numbers, or text in UTF-8, or NULL. Arrays of primitives, because an object
 * for every value costs more than all the encoding.
 *
 * <p>What a number means follows from the column's type: the whole number itself; days since 1970-01-01; microseconds
 * since midnight; a decimal's digits without the point (12.50 at scale 2 is 1250); 1 for true and 0 for false.
 */
public final class ColumnValues {

    private static final int FIRST_CAPACITY = 64;
    private static final int KEPT_BYTES = 2 << 20;

    private final boolean text;
    private long[] numbers;
    private byte[] bytes;
    private int[] ends;
    private boolean[] nulls = new boolean[FIRST_CAPACITY];
    private int size;
    private int nullCount;

    /**
     * @param text whether the values are text
     */
    ColumnValues(boolean text) {
        this.text = text;
        numbers = new long[text ? 0 : FIRST_CAPACITY];
        ends = new int[text ? FIRST_CAPACITY : 0];
        bytes = new byte[text ? FIRST_CAPACITY : 0];
    }

    /** Adds a number. */
    public void addNumber(long value) {
        if (size == numbers.length) {
            require(!text, "a number");
            growRows();
        }
        numbers[size] = value;
        size++;
    }

    /**
     * Makes room for numbers, for whoever has many of them at once.
     *
     * @param count how many more
     * @return the numbers of the column; the next ones belong to {@link #size()} and the places behind it, and are counted
     *     by {@link #added}
     */
    public long[] room(int count) {
        require(!text, "numbers");
        while (numbers.length - size < count) {
            growRows();
        }
        return numbers;
    }

    /** Counts numbers that were put where {@link #room} was made. */
    public void added(int count) {
        if (count < 0 || count > numbers.length - size) {
            throw new IllegalArgumentException("there is no room for " + count + " more numbers");
        }
        size += count;
    }

    /** Makes NULL of a number. */
    public void setNull(int index) {
        require(!text, "numbers");
        nullCount += nulls[index] ? 0 : 1;
        nulls[index] = true;
        numbers[index] = 0;
    }

    /** Adds text, which must be UTF-8. */
    public void addText(byte[] utf8, int start, int length) {
        if (size == ends.length) {
            require(text, "text");
            growRows();
        }
        int from = byteCount();
        reserve(length);
        System.arraycopy(utf8, start, bytes, from, length);
        ends[size] = from + length;
        size++;
    }

    /** Adds text. */
    public void addText(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        addText(utf8, 0, utf8.length);
    }

    /** Adds NULL. */
    public void addNull() {
        if (size == nulls.length) {
            growRows();
        }
        nulls[size] = true;
        nullCount++;
        if (text) {
            ends[size] = byteCount();
        } else {
            numbers[size] = 0;
        }
        size++;
    }

    /** How many values there are, NULL included. */
    public int size() {
        return size;
    }

    /** Whether a value is NULL. */
    public boolean isNull(int index) {
        return nulls[index];
    }

    /** A number; 0 for NULL. */
    public long number(int index) {
        return numbers[index];
    }

    /**
     * Removes some of the last values.
     *
     * @param from the first value that may go
     * @param removed which ones go: of the value {@code from + i}, its element i
     */
    public void remove(int from, boolean[] removed) {
        int kept = from;
        for (int i = from; i < size; i++) {
            if (removed[i - from]) {
                nullCount -= nulls[i] ? 1 : 0;
            } else {
                move(i, kept);
                kept++;
            }
        }
        Arrays.fill(nulls, kept, size, false);
        size = kept;
    }

    /** How many values are NULL. */
    int nullCount() {
        return nullCount;
    }

    /** How many bytes all texts have. */
    int byteCount() {
        return size == 0 || !text ? 0 : ends[size - 1];
    }

    /** The texts, one after the other; of NULL, nothing. */
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

    /** The numbers; not to be changed. */
    long[] numbers() {
        return numbers;
    }

    void clear() {
        if (bytes.length > KEPT_BYTES) {
            // A large text is rare; its room is not kept for the next one.
            bytes = new byte[FIRST_CAPACITY];
        }
        Arrays.fill(nulls, 0, size, false);
        size = 0;
        nullCount = 0;
    }

    private void move(int source, int target) {
        nulls[target] = nulls[source];
        if (text) {
            int from = start(source);
            int length = ends[source] - from;
            int to = start(target);
            System.arraycopy(bytes, from, bytes, to, length);
            ends[target] = to + length;
        } else {
            numbers[target] = numbers[source];
        }
    }

    private void growRows() {
        int capacity = 2 * nulls.length;
        nulls = Arrays.copyOf(nulls, capacity);
        if (text) {
            ends = Arrays.copyOf(ends, capacity);
        } else {
            numbers = Arrays.copyOf(numbers, capacity);
        }
    }

    private void reserve(int length) {
        int needed = Math.addExact(byteCount(), length);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, needed + (1L << 20))));
        }
    }

    private static void require(boolean fits, String given) {
        if (!fits) {
            throw new IllegalArgumentException("the column does not take " + given);
        }
    }
}
