package com.terrifictotes.etl.parquet;

/**
 * {@code DELTA_BINARY_PACKED}: the differences of neighbours, in blocks of 128, as far as they exceed the smallest one of
 * their block, with as many bits as the largest of 32 needs. Keys, days and times in the order of their making shrink to
 * almost nothing; numbers without any order cost a bit more than their range has.
 *
 * <p>Not for several threads.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Parquet: encodings</a>
 */
final class DeltaBinaryPacking {

    private static final int BLOCK = 128;
    private static final int MINIBLOCKS = 4;
    private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

    private final long[] deltas = new long[BLOCK];
    private final int[] widths = new int[MINIBLOCKS];

    /**
     * Encodes values.
     *
     * @param count how many of {@code values}, from its beginning
     * @param narrow whether they are numbers of 32 bits; their differences must be, too, as readers compute in 32 bits
     * @param out where the bytes go
     */
    void encode(long[] values, int count, boolean narrow, EncodedBytes out) {
        out.putUnsignedVarint(BLOCK);
        out.putUnsignedVarint(MINIBLOCKS);
        out.putUnsignedVarint(count);
        out.putZigZagVarint(count == 0 ? 0 : values[0]);
        for (int start = 1; start < count; start += BLOCK) {
            encodeBlock(values, start, Math.min(BLOCK, count - start), narrow, out);
        }
    }

    private void encodeBlock(long[] values, int start, int count, boolean narrow, EncodedBytes out) {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            long difference = values[start + i] - values[start + i - 1];
            long delta = narrow ? (int) difference : difference;
            deltas[i] = delta;
            smallest = Math.min(smallest, delta);
        }
        long mask = narrow ? 0xFFFF_FFFFL : -1L;
        for (int i = 0; i < count; i++) {
            deltas[i] = (deltas[i] - smallest) & mask;
        }
        for (int i = count; i < BLOCK; i++) {
            deltas[i] = 0;
        }
        out.putZigZagVarint(smallest);
        for (int i = 0; i < MINIBLOCKS; i++) {
            widths[i] = width(i * MINIBLOCK);
            out.putByte(widths[i]);
        }
        // Of the last block, readers expect no more miniblocks than have values in them.
        for (int i = 0; i * MINIBLOCK < count; i++) {
            out.putBitPacked(deltas, i * MINIBLOCK, MINIBLOCK, widths[i]);
        }
    }

    private int width(int start) {
        long all = 0;
        for (int i = start; i < start + MINIBLOCK; i++) {
            all |= deltas[i];
        }
        return Long.SIZE - Long.numberOfLeadingZeros(all);
    }
}
