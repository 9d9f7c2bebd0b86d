package com.terrifictotes.etl.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/** The bytes of a page while it is encoded: little-endian, growing as needed, reused from page to page. */
final class EncodedBytes {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_CAPACITY = 1024;
    private static final int KEPT_CAPACITY = 2 << 20;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;

    void clear() {
        if (bytes.length > KEPT_CAPACITY) {
            // A page with a large text is rare; its room is not kept for the next one.
            bytes = new byte[FIRST_CAPACITY];
        }
        size = 0;
    }

    /** What was put, for parquet-java; valid until the next change. */
    BytesInput view() {
        return BytesInput.from(bytes, 0, size);
    }

    /** A copy of what was put. */
    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    void putByte(int value) {
        reserve(Byte.BYTES);
        bytes[size] = (byte) value;
        size++;
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        INT.set(bytes, size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        reserve(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    void put(byte[] source, int start, int length) {
        reserve(length);
        System.arraycopy(source, start, bytes, size, length);
        size += length;
    }

    /** Seven bits a byte, the lowest first (ULEB128). */
    void putUnsignedVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            putByte(((int) rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        putByte((int) rest);
    }

    /** Small numbers of either sign become small unsigned ones. */
    void putZigZagVarint(long value) {
        putUnsignedVarint((value << 1) ^ (value >> 63));
    }

    /**
     * Puts values of a fixed number of bits each, the lowest bit first.
     *
     * @param values none of more than {@code width} bits
     * @param count how many, from {@code start} on; a multiple of 8, so that the last byte is full
     * @param width bits of each, 0 to 64
     */
    void putBitPacked(long[] values, int start, int count, int width) {
        int length = count / Byte.SIZE * width;
        // Whole words are written, the last one beyond what counts.
        reserve(length + Long.BYTES);
        int position = size;
        long word = 0;
        int filled = 0;
        for (int i = start; i < start + count; i++) {
            long value = values[i];
            word |= value << filled;
            filled += width;
            if (filled >= Long.SIZE) {
                LONG.set(bytes, position, word);
                position += Long.BYTES;
                filled -= Long.SIZE;
                word = filled == 0 ? 0 : value >>> (width - filled);
            }
        }
        LONG.set(bytes, position, word);
        size += length;
    }

    private void reserve(int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, length), (int) Math.min(2L * size, 1 << 30)));
        }
    }
}
