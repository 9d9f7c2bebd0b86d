package com.terrifictotes.etl.parquet;

/**
 * The hybrid of run lengths and bit packing that Parquet uses for dictionary indices and definition levels.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Parquet: encodings</a>
 */
final class RunLengthBitPacking {

    /** Bit-packed values come in groups of as many; fewer equal ones are not worth a run. */
    private static final int GROUP = 8;

    private RunLengthBitPacking() {}

    /**
     * Encodes values.
     *
     * @param values each of at most {@code width} bits; they are changed beyond {@code count}, up to a full group
     * @param count how many, from the beginning
     * @param width bits of each, 0 to 32
     * @param out where the bytes go, without any length before them
     */
    static void encode(long[] values, int count, int width, EncodedBytes out) {
        int position = 0;
        while (position < count) {
            int run = runLength(values, position, count);
            if (run >= GROUP) {
                out.putUnsignedVarint((long) run << 1);
                for (int shift = 0; shift < width; shift += Byte.SIZE) {
                    out.putByte((int) (values[position] >>> shift));
                }
                position += run;
            } else {
                int end = position + GROUP;
                while (end < count && !isRun(values, end, count)) {
                    end += GROUP;
                }
                for (int i = count; i < end; i++) {
                    values[i] = 0;
                }
                int groups = (end - position) / GROUP;
                out.putUnsignedVarint(((long) groups << 1) | 1);
                out.putBitPacked(values, position, end - position, width);
                position = end;
            }
        }
    }

    /** How long an array must be for that many values: whole groups. */
    static int capacity(int count) {
        return count + GROUP - 1;
    }

    private static int runLength(long[] values, int start, int count) {
        int end = start + 1;
        while (end < count && values[end] == values[start]) {
            end++;
        }
        return end - start;
    }

    private static boolean isRun(long[] values, int start, int count) {
        if (count - start < GROUP) {
            return false;
        }
        for (int i = start + 1; i < start + GROUP; i++) {
            if (values[i] != values[start]) {
                return false;
            }
        }
        return true;
    }
}
