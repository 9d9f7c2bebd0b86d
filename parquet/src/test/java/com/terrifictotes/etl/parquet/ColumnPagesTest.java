package com.terrifictotes.etl.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.apache.parquet.HadoopFreeReadOptions;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which encoding a column gets, and what the footer says of its values; whatever it is, the values come back. */
class ColumnPagesTest {

    private static final String LOCATION = "s3://processed/data/sample.parquet";
    private static final String LAST_CHARACTER = "\uDBFF\uDFFF";
    private static final int ROWS = 3 * ParquetTableWriter.PAGE_ROWS + 1;
    private static final TargetTable NUMBERS =
            Samples.table(Samples.column("id", TargetType.INTEGER, false), Samples.column("at", TargetType.TIME, true));
    private static final TargetTable TEXTS = Samples.table(
            Samples.column("id", TargetType.INTEGER, false), Samples.column("words", TargetType.TEXT, false));

    @TempDir
    private Path folder;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    @Test
    void fewDifferentNumbersAreInADictionary() throws IOException {
        assertThat(encodings(row -> row % 1_000 * 86_399_999L))
                .containsExactlyInAnyOrder(Encoding.PLAIN, Encoding.RLE_DICTIONARY);
    }

    @Test
    void aDictionaryThatGetsTooLargeStaysForTheFirstPages() throws IOException {
        int few = 100;
        assertThat(encodings(row -> row < ParquetTableWriter.PAGE_ROWS ? row % few : row * 1_000L))
                .contains(Encoding.RLE_DICTIONARY, Encoding.DELTA_BINARY_PACKED);
    }

    @Test
    void numbersInOrderAreDifferences() throws IOException {
        assertThat(encodings(row -> row * 7_001L))
                .contains(Encoding.DELTA_BINARY_PACKED)
                .doesNotContain(Encoding.PLAIN);
    }

    @Test
    void numbersThatAreLargerAsDifferencesArePlain() throws IOException {
        int[] jitter = random.ints(ROWS, 0, 1 << 16).toArray();

        assertThat(encodings(row -> row % 2 * 80_000_000_000L + jitter[row])).containsExactly(Encoding.PLAIN);
    }

    /** Bounds of long texts are cut, in the middle of characters of any length; they stay bounds. */
    @Test
    void textLiesBetweenItsBounds() throws IOException {
        for (String character : List.of("a", "é", "\u20AC", "👜", LAST_CHARACTER)) {
            for (int shift = 0; shift < 4; shift++) {
                List<String> words = List.of(
                        "m", "b".repeat(shift) + character.repeat(700), "z".repeat(shift) + character.repeat(2_000));
                Path file = folder.resolve(character.codePointAt(0) + "-" + shift + ".parquet");
                try (var writer = new ParquetTableWriter(file, TEXTS)) {
                    for (int i = 0; i < words.size(); i++) {
                        Samples.add(writer, i, words.get(i));
                    }
                    writer.finish(Map.of());
                }

                var statistics = chunk(file).getStatistics();
                // Nothing is above the last character, so its texts cannot be cut, and the footer has no place for
                // them.
                assertThat(statistics.hasNonNullValue()).isEqualTo(shift > 0 || !character.equals(LAST_CHARACTER));
                if (!statistics.hasNonNullValue()) {
                    continue;
                }
                assertThat(words)
                        .map(word -> word.getBytes(StandardCharsets.UTF_8))
                        .allSatisfy(word -> {
                            assertThat(Arrays.compareUnsigned(statistics.getMinBytes(), word))
                                    .isNotPositive();
                            assertThat(Arrays.compareUnsigned(statistics.getMaxBytes(), word))
                                    .isNotNegative();
                        });
            }
        }
    }

    /** The encodings of the second column, after a look at its values and bounds. */
    private List<Encoding> encodings(IntToLongFunction numbers) throws IOException {
        Path file = folder.resolve("numbers.parquet");
        try (var writer = new ParquetTableWriter(file, NUMBERS)) {
            for (int row = 0; row < ROWS; row++) {
                Samples.add(writer, row, row % 1_000 == 1 ? null : numbers.applyAsLong(row));
            }
            writer.finish(Map.of());
        }
        try (var reader = ParquetTableReader.open(file, NUMBERS, LOCATION)) {
            for (int row = 0; row < ROWS; row++) {
                assertThat(reader.next()).isTrue();
                boolean same = row % 1_000 == 1 ? reader.isNull(1) : reader.longValue(1) == numbers.applyAsLong(row);
                if (!same) {
                    assertThat(row).as("a row with another number").isNegative();
                }
            }
        }
        ColumnChunkMetaData chunk = chunk(file);
        LongStatistics statistics = (LongStatistics) chunk.getStatistics();
        long[] present = IntStream.range(0, ROWS)
                .filter(row -> row % 1_000 != 1)
                .mapToLong(numbers)
                .toArray();
        assertThat(statistics.getMin()).isEqualTo(Arrays.stream(present).min().orElseThrow());
        assertThat(statistics.getMax()).isEqualTo(Arrays.stream(present).max().orElseThrow());
        assertThat(statistics.getNumNulls()).isEqualTo(ROWS - present.length);
        return List.copyOf(chunk.getEncodings());
    }

    private static ColumnChunkMetaData chunk(Path file) throws IOException {
        try (var codec = new ZstandardCodec();
                var reader = new ParquetFileReader(new LocalInputFile(file), HadoopFreeReadOptions.of(codec))) {
            return reader.getRowGroups().getFirst().getColumns().get(1);
        }
    }
}
