package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference is Apache Commons CSV: whatever is in a file, both give the same records, or both refuse it. */
class CsvReaderTest {

    private static final String REFUSED = "refused";

    /** Text is random, or mutated; what matters is not rare in either. */
    private static final List<String> PIECES = List.of(
            ",",
            ",",
            ",",
            "\n",
            "\n",
            "\r",
            "\r\n",
            "\"",
            "\"\"",
            "a",
            "NULL",
            "\\",
            "\\N",
            "\\.",
            " ",
            "\t",
            "1.50",
            "é",
            "👜",
            "\u2003",
            "\u00A0",
            "\u2028",
            "\u0085",
            "\u000B",
            "\u001C",
            "\uFEFF",
            "'",
            "#",
            "2022-11-03 14:20:49");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithCommonsCsvOnAnySequenceOfCharacters(long seed) {
        RandomGenerator random = random(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            int pieces = random.nextInt(40);
            for (int j = 0; j < pieces; j++) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            compare(text.toString().getBytes(StandardCharsets.UTF_8), random);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithCommonsCsvOnWhatCopyWritesAndOnWhatIsDamaged(long seed) {
        RandomGenerator random = random(seed);
        for (int i = 0; i < 150; i++) {
            byte[] content = table(random, random.nextInt(300));
            compare(content, random);
            for (int j = 0; j < 10 && content.length > 0; j++) {
                compare(damaged(content, random), random);
            }
        }
    }

    /** Every length of field at every place in a word, at the end of the input and before more. */
    @Test
    void findsTheEndOfFieldsOfEveryLength() {
        for (int before = 0; before < 20; before++) {
            for (int length = 0; length < 40; length++) {
                String field = "x".repeat(before) + "," + "y".repeat(length);
                for (String end : List.of("", ",", "\n", "\r\n", "\r", ",\n", "\nz", "\n\n")) {
                    compare((field + end).getBytes(StandardCharsets.UTF_8), random(1));
                    String quoted = "x".repeat(before) + ",\"" + "\"\"".repeat(length / 3) + "y".repeat(length) + "\"";
                    compare((quoted + end).getBytes(StandardCharsets.UTF_8), random(1));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aRecordMayBeLargerThanTheBuffer(int size) {
        String quotes = "\"\"".repeat(size / 4);
        String content = "1,a\n2,\"" + quotes + "x".repeat(size / 2) + "\"\n3,c\n";

        compare(content.getBytes(StandardCharsets.UTF_8), random(size));
    }

    static IntStream sizes() {
        return IntStream.of(1 << 19, (1 << 20) - 8, (1 << 20) - 7, 1 << 20, (1 << 20) + 1, 3 << 20, 9 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "", "\",more,\"\"\"\"\n", ",\"tail\"\n"})
    void anOversizedRecordIsPassedOver(String end) throws IOException, MalformedCsvException {
        String filling = "a\n,\"\"".repeat(CsvReader.MAXIMUM_RECORD / 5 + 1000);
        boolean closed = end.startsWith("\"");
        String record = "2,\"" + filling + (closed ? "" : "\"") + end;
        byte[] content = ("1,x\n" + record + "3,y\n4,z").getBytes(StandardCharsets.UTF_8);
        CsvReader reader = new CsvReader(new ByteArrayInputStream(content), content.length);
        CsvRecords records = new CsvRecords(2);
        List<String> found = new ArrayList<>();
        while (reader.readRecords(records)) {
            for (int i = 0; i < records.size(); i++) {
                found.add(
                        records.isOversized(i)
                                ? records.number(i) + " oversized at " + records.offset(i)
                                : records.number(i) + " " + records.text(i, 0) + " at " + records.offset(i));
            }
        }

        List<String> expected = new ArrayList<>(List.of("0 1 at 0", "1 oversized at 4"));
        if (!end.isEmpty()) {
            int next = 4 + record.length();
            expected.addAll(List.of("2 3 at " + next, "3 4 at " + (next + 4)));
        } else {
            expected.add("2 4 at " + (4 + record.length() + 4));
        }
        assertThat(found).isEqualTo(expected);
    }

    private static void compare(byte[] content, RandomGenerator random) {
        List<List<@Nullable String>> expected = reference(content);
        List<List<@Nullable String>> found = read(content, random);
        if (!found.equals(expected)) {
            assertThat(found)
                    .as(new String(content, 0, Math.min(content.length, 2000), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    private static List<List<@Nullable String>> reference(byte[] content) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        List<List<@Nullable String>> records = new ArrayList<>();
        try (var parser =
                CSVFormat.POSTGRESQL_CSV.parse(new InputStreamReader(new ByteArrayInputStream(content), decoder))) {
            for (CSVRecord record : parser) {
                records.add(record.toList());
            }
            return records;
        } catch (IOException | UncheckedIOException e) {
            return List.of(List.of(REFUSED));
        }
    }

    private static List<List<@Nullable String>> read(byte[] content, RandomGenerator random) {
        // As the network would have it: in portions, and with a size that may be wrong.
        CsvReader reader = new CsvReader(
                new Portions(content, random), random.nextBoolean() ? content.length : random.nextInt(100));
        CsvRecords records = new CsvRecords(1 + random.nextInt(8));
        List<List<@Nullable String>> found = new ArrayList<>();
        try {
            while (reader.readRecords(records)) {
                for (int i = 0; i < records.size(); i++) {
                    found.add(values(records, i));
                }
            }
            return found;
        } catch (MalformedCsvException e) {
            return List.of(List.of(REFUSED));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All values, those too many as well: the record is read again as one that may have as many. */
    private static List<@Nullable String> values(CsvRecords records, int record) {
        CsvRecords wide = records;
        int row = record;
        if (records.fieldCount(record) > records.columns()) {
            byte[] raw = Arrays.copyOfRange(records.bytes(), records.start(record), records.end(record));
            wide = new CsvRecords(records.fieldCount(record), 1);
            row = 0;
            try {
                assertThat(new CsvReader(new ByteArrayInputStream(raw), raw.length).readRecords(wide))
                        .isTrue();
            } catch (IOException | MalformedCsvException e) {
                throw new IllegalStateException("the record was read before", e);
            }
        }
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < wide.fieldCount(row); i++) {
            values.add(wide.isNull(row, i) ? null : wide.text(row, i));
        }
        return values;
    }

    /** As COPY writes it. */
    private static byte[] table(RandomGenerator random, int rows) {
        int columns = 1 + random.nextInt(6);
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < rows * columns; i++) {
            StringBuilder value = new StringBuilder();
            int pieces = random.nextInt(5);
            for (int j = 0; j < pieces; j++) {
                value.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            boolean quoted = value.isEmpty()
                    ? random.nextBoolean()
                    : value.toString().matches("(?s).*[\",\r\n].*")
                            || value.toString().equals("\\.");
            csv.append(quoted ? "\"" + value.toString().replace("\"", "\"\"") + "\"" : value);
            csv.append((i + 1) % columns == 0 ? "\n" : ",");
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A byte is changed, lost, or doubled, or everything from it on is lost. */
    private static byte[] damaged(byte[] content, RandomGenerator random) {
        int at = random.nextInt(content.length);
        byte[] rest = Arrays.copyOfRange(content, at + 1, content.length);
        byte[] result = Arrays.copyOf(content, content.length + 1);
        return switch (random.nextInt(4)) {
            case 0 -> {
                result[at] = (byte) random.nextInt();
                yield Arrays.copyOf(result, content.length);
            }
            case 1 -> {
                System.arraycopy(rest, 0, result, at, rest.length);
                yield Arrays.copyOf(result, content.length - 1);
            }
            case 2 -> {
                System.arraycopy(content, at, result, at + 1, rest.length + 1);
                yield result;
            }
            default -> Arrays.copyOf(content, at);
        };
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Gives at most a few bytes at a time. */
    private static final class Portions extends InputStream {
        private final InputStream content;
        private final RandomGenerator random;
        private final int most;

        Portions(byte[] content, RandomGenerator random) {
            this.content = new ByteArrayInputStream(content);
            this.random = random;
            most = Math.max(10, content.length / 10);
        }

        @Override
        public int read() throws IOException {
            return content.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return content.read(target, offset, length == 0 ? 0 : random.nextInt(1, Math.min(length, most) + 1));
        }
    }
}
