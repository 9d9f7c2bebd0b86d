package com.terrifictotes.etl.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoders write, parquet-java's own decoders read. */
class EncodingsTest {

    private static final int[] COUNTS = {0, 1, 2, 7, 8, 9, 31, 32, 33, 127, 128, 129, 130, 160, 161, 257, 1000, 20_000};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void deltasAreWhatParquetJavaReads(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        EncodedBytes bytes = new EncodedBytes();
        DeltaBinaryPacking deltas = new DeltaBinaryPacking();
        for (int bits = 0; bits <= 64; bits++) {
            boolean narrow = bits <= 32 && random.nextBoolean();
            for (int count : COUNTS) {
                long[] values = numbers(random, count, bits, narrow);
                bytes.clear();
                deltas.encode(values, count, narrow, bytes);

                if (count > 0) {
                    assertThat(decodeDeltas(bytes.toArray(), count, narrow))
                            .as("%d values of %d bits", count, bits)
                            .isEqualTo(Arrays.copyOf(values, count));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void runsAndPackedGroupsAreWhatParquetJavaReads(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        EncodedBytes bytes = new EncodedBytes();
        for (int width = 0; width <= 31; width++) {
            for (int count : COUNTS) {
                long[] values = runs(random, count, width);
                long[] expected = Arrays.copyOf(values, count);
                bytes.clear();
                RunLengthBitPacking.encode(values, count, width, bytes);

                assertThat(decodeRuns(bytes.toArray(), count, width))
                        .as("%d values of %d bits", count, width)
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 512, 513, 5_000})
    void dictionariesNumberWhatIsNewAndFindWhatIsNot(int limit) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(limit);
        NumberDictionary numbers = new NumberDictionary(limit);
        TextDictionary texts = new TextDictionary(limit, Integer.MAX_VALUE);
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong(2L * limit) << (random.nextInt(3) * 20);
            int known = expected.getOrDefault(number, -1);
            if (known < 0 && expected.size() < limit) {
                known = expected.size();
                expected.put(number, known);
            }
            byte[] text = ("x" + number).getBytes(StandardCharsets.UTF_8);

            assertThat(numbers.indexOf(number)).isEqualTo(known);
            assertThat(texts.indexOf(text, 0, text.length)).isEqualTo(known);
            if (known >= 0) {
                assertThat(numbers.numbers()[known]).isEqualTo(number);
                assertThat(Arrays.copyOfRange(texts.bytes(), texts.start(known), texts.end(known)))
                        .isEqualTo(text);
            }
        }
        assertThat(numbers.size()).isEqualTo(limit);
        assertThat(texts.size()).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 5})
    void aDictionaryOfTextsIsBoundedInBytes(int limit) {
        TextDictionary texts = new TextDictionary(10, limit);
        byte[] text = {1, 2, 3, 4};

        assertThat(texts.indexOf(text, 0, 0)).isZero();
        assertThat(texts.indexOf(text, 0, 4)).isEqualTo(limit >= 4 ? 1 : -1);
        assertThat(texts.indexOf(text, 2, 4)).isEqualTo(limit == 3 ? 1 : -1);
    }

    /** Rising, random, or with the extremes next to each other. */
    private static long[] numbers(RandomGenerator random, int count, int bits, boolean narrow) {
        long[] values = new long[count];
        int kind = random.nextInt(3);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long value = bits == 0 ? 0 : random.nextLong() >> (64 - bits);
            sum += value >>> 48;
            values[i] = switch (kind) {
                case 0 -> value;
                case 1 -> sum;
                default -> extreme(random.nextInt(3), bits);
            };
            if (narrow) {
                values[i] = (int) values[i];
            }
        }
        return values;
    }

    private static long extreme(int which, int bits) {
        long largest = bits == 0 ? 0 : (1L << (bits - 1)) - 1;
        return which == 0 ? 0 : which == 1 ? largest : -largest - 1;
    }

    /** Single values and runs, some of a length at the border of a group. */
    private static long[] runs(RandomGenerator random, int count, int width) {
        long[] values = new long[RunLengthBitPacking.capacity(count)];
        int position = 0;
        while (position < count) {
            int length = Math.min(count - position, random.nextBoolean() ? 1 : random.nextInt(1, 30));
            long value = width == 0 ? 0 : random.nextLong() >>> (64 - width);
            Arrays.fill(values, position, position + length, value);
            position += length;
        }
        return values;
    }

    private static long[] decodeDeltas(byte[] bytes, int count, boolean narrow) throws IOException {
        var reader = new DeltaBinaryPackingValuesReader();
        reader.initFromPage(count, ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes)));
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = narrow ? reader.readInteger() : reader.readLong();
        }
        return values;
    }

    private static long[] decodeRuns(byte[] bytes, int count, int width) throws IOException {
        var decoder = new RunLengthBitPackingHybridDecoder(width, new ByteArrayInputStream(bytes));
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = decoder.readInt();
        }
        return values;
    }
}
