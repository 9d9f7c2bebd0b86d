package com.terrifictotes.etl.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Totesys;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRoundTripTest {

    private static final String LOCATION = "s3://processed/data/sample/2024/11/21/0000000001-00001.parquet";
    private static final List<Integer> NULLABLE = List.of(
            Samples.WHOLE,
            Samples.OPTIONAL_TRUTH,
            Samples.OPTIONAL_WORDS,
            Samples.OPTIONAL_DAY,
            Samples.OPTIONAL_MOMENT,
            Samples.SMALL_MONEY,
            Samples.BIG_MONEY);

    @TempDir
    private Path folder;

    @Test
    void ownReaderGivesEveryExtremeAndNullBack() {
        Path file = write("own.parquet", writer -> {
            Samples.smallest(writer);
            Samples.largest(writer);
            Samples.empty(writer, 7);
        });

        try (var reader = ParquetTableReader.open(file, Samples.TABLE, LOCATION)) {
            assertThat(reader.rows()).isEqualTo(3);
            assertThat(reader.metadata()).isEqualTo(Map.of(MetadataKeys.RUN, "1", MetadataKeys.QUARANTINED, "0"));

            assertThat(reader.next()).isTrue();
            assertThat(NULLABLE).noneMatch(reader::isNull);
            assertThat(reader.intValue(Samples.WHOLE)).isEqualTo(Integer.MIN_VALUE);
            assertThat(reader.booleanValue(Samples.OPTIONAL_TRUTH)).isFalse();
            assertThat(reader.text(Samples.OPTIONAL_WORDS)).isEmpty();
            assertThat(LocalDate.ofEpochDay(reader.intValue(Samples.OPTIONAL_DAY)))
                    .isEqualTo("0001-01-01");
            assertThat(reader.longValue(Samples.OPTIONAL_MOMENT)).isZero();
            assertThat(reader.unscaledDecimal(Samples.SMALL_MONEY)).isEqualTo(-999_999_999L);
            assertThat(reader.unscaledDecimal(Samples.MONEY)).isEqualTo(-9_999_999_999L);
            assertThat(reader.unscaledDecimal(Samples.BIG_MONEY)).isEqualTo(-999_999_999_999_999_999L);

            assertThat(reader.next()).isTrue();
            assertThat(reader.utf8(Samples.WORDS)).isEqualTo(Samples.NASTY.getBytes(StandardCharsets.UTF_8));
            assertThat(reader.text(Samples.WORDS)).isEqualTo(Samples.NASTY);
            assertThat(LocalDate.ofEpochDay(reader.intValue(Samples.DAY))).isEqualTo("9999-12-31");
            assertThat(reader.longValue(Samples.MOMENT)).isEqualTo(86_399_999_999L);
            assertThat(reader.unscaledDecimal(Samples.BIG_MONEY)).isEqualTo(999_999_999_999_999_999L);

            assertThat(reader.next()).isTrue();
            assertThat(NULLABLE).allMatch(reader::isNull);
            assertThat(reader.isNull(Samples.ID)).isFalse();
            assertThat(reader.intValue(Samples.ID)).isEqualTo(7);
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void independentReaderSeesTheSameTypesAndValues() throws IOException {
        Path file = write("independent.parquet", writer -> {
            Samples.smallest(writer);
            Samples.largest(writer);
            Samples.empty(writer, 7);
        });

        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
                RowReader rows = reader.rowReader()) {
            assertThat(reader.getFileSchema().getColumns())
                    .extracting(ParquetRoundTripTest::describe)
                    .containsExactly(
                            "REQUIRED INT32 id null",
                            "OPTIONAL INT32 whole null",
                            "REQUIRED BOOLEAN truth null",
                            "OPTIONAL BOOLEAN optional_truth null",
                            "REQUIRED BYTE_ARRAY words STRING",
                            "OPTIONAL BYTE_ARRAY optional_words STRING",
                            "REQUIRED INT32 day DATE",
                            "OPTIONAL INT32 optional_day DATE",
                            "REQUIRED INT64 moment TIME(MICROS, local)",
                            "OPTIONAL INT64 optional_moment TIME(MICROS, local)",
                            "OPTIONAL INT32 small_money DECIMAL(9, 2)",
                            "REQUIRED INT64 money DECIMAL(10, 2)",
                            "OPTIONAL INT64 big_money DECIMAL(18, 0)");
            assertThat(reader.getFileMetaData().keyValueMetadata())
                    .containsEntry(MetadataKeys.RUN, "1")
                    .containsEntry(MetadataKeys.QUARANTINED, "0");

            rows.next();
            assertThat(rows.getInt(Samples.ID)).isEqualTo(Integer.MIN_VALUE);
            assertThat(rows.getString(Samples.OPTIONAL_WORDS)).isEmpty();
            assertThat(rows.getDate(Samples.DAY)).isEqualTo("0001-01-01");
            assertThat(rows.getTime(Samples.MOMENT)).isEqualTo(LocalTime.MIDNIGHT);
            assertThat(rows.getDecimal(Samples.SMALL_MONEY)).isEqualTo(new BigDecimal("-9999999.99"));

            rows.next();
            assertThat(rows.getInt(Samples.WHOLE)).isEqualTo(Integer.MAX_VALUE);
            assertThat(rows.getBoolean(Samples.OPTIONAL_TRUTH)).isTrue();
            assertThat(rows.getString(Samples.WORDS)).isEqualTo(Samples.NASTY);
            assertThat(rows.getDate(Samples.OPTIONAL_DAY)).isEqualTo("9999-12-31");
            assertThat(rows.getTime(Samples.OPTIONAL_MOMENT)).isEqualTo("23:59:59.999999");
            assertThat(rows.getDecimal(Samples.MONEY)).isEqualTo(new BigDecimal("99999999.99"));
            assertThat(rows.getDecimal(Samples.BIG_MONEY)).isEqualTo(new BigDecimal("999999999999999999"));

            rows.next();
            assertThat(NULLABLE).allMatch(rows::isNull);
            assertThat(rows.hasNext()).isFalse();
        }
    }

    @Test
    void severalPagesAndRowGroupsAreReadInOrder() throws IOException {
        int count = 50_000;
        String padding = "x".repeat(250);
        Path file = folder.resolve("groups.parquet");
        try (var writer = new ParquetTableWriter(file, Samples.TABLE, 50_000)) {
            for (int i = 0; i < count; i++) {
                Samples.noted(writer, i, i + padding);
            }
            writer.finish(Map.of());
        }

        try (ParquetFileReader independent = ParquetFileReader.open(InputFile.of(file))) {
            assertThat(independent.getFileMetaData().rowGroups().size()).isGreaterThan(1);
        }
        try (var reader = ParquetTableReader.open(file, Samples.TABLE, LOCATION)) {
            assertThat(reader.rows()).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.intValue(Samples.ID)).isEqualTo(i);
                if (i % 1_000 == 0) {
                    assertThat(reader.text(Samples.OPTIONAL_WORDS)).isEqualTo(i + padding);
                }
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void fileWithoutRowsIsWhole() {
        Path file = write("empty.parquet", writer -> {});

        try (var reader = ParquetTableReader.open(file, Samples.TABLE, LOCATION)) {
            assertThat(reader.rows()).isZero();
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void sameRowsGiveTheSameBytes() throws IOException {
        Consumer<ParquetTableWriter> rows = writer -> {
            for (int i = 0; i < 50_000; i++) {
                Samples.empty(writer, i);
            }
            Samples.largest(writer);
        };

        assertThat(Files.readAllBytes(write("first.parquet", rows)))
                .isEqualTo(Files.readAllBytes(write("second.parquet", rows)));
    }

    @Test
    void everyTableOfTheCatalogueHasASchema() {
        assertThat(Totesys.CATALOGUE.targets())
                .allSatisfy(table -> assertThat(ParquetSchemas.of(table).getFieldCount())
                        .isEqualTo(table.columns().size()));
    }

    @Test
    void removedRowsLeaveNothingBehind() {
        Path file = write("removed.parquet", writer -> {
            Samples.noted(writer, 1, "first");
            for (int id = 2; id <= 5; id++) {
                for (int i = 0; i < Samples.TABLE.columns().size(); i++) {
                    ColumnValues column = writer.column(i);
                    switch (i) {
                        case Samples.ID -> column.addNumber(id);
                        case Samples.WORDS, Samples.OPTIONAL_WORDS -> column.addText("row " + id);
                        case Samples.WHOLE, Samples.BIG_MONEY -> column.addNull();
                        default -> column.addNumber(id % 2);
                    }
                }
            }
            for (int i = 0; i < Samples.TABLE.columns().size(); i++) {
                writer.column(i).remove(1, new boolean[] {true, false, true, false});
            }
            writer.endRows(2);
            Samples.noted(writer, 6, null);
        });

        try (var reader = ParquetTableReader.open(file, Samples.TABLE, LOCATION)) {
            List<String> rows = new ArrayList<>();
            while (reader.next()) {
                rows.add(reader.intValue(Samples.ID) + " " + reader.isNull(Samples.WHOLE) + " "
                        + reader.text(Samples.WORDS) + " "
                        + (reader.isNull(Samples.OPTIONAL_WORDS) ? "NULL" : reader.text(Samples.OPTIONAL_WORDS)));
            }
            assertThat(rows)
                    .containsExactly(
                            "1 true row 1 first", "3 true row 3 row 3", "5 true row 5 row 5", "6 true row 6 NULL");
        }
    }

    @Test
    void misuseIsNamed() {
        misuse(
                writer -> {
                    writer.column(Samples.ID).addNumber(1);
                    writer.endRows(1);
                },
                "sample.whole has 0 values in this page; expected 1");
        misuse(
                writer -> Samples.add(writer, null, null, true, null, "", null, 0, null, 0, null, null, 0, null),
                "sample.id is NULL in 1 rows");
        misuse(
                writer -> Samples.add(writer, 1L << 31, null, true, null, "", null, 0, null, 0, null, null, 0, null),
                "sample.id is Whole[], from -2147483648 to 2147483647; another number was added");
        misuse(
                writer -> Samples.add(
                        writer, 1, null, true, null, "", null, 0, null, 0, null, null, 10_000_000_000L, null),
                "sample.money is Decimal[precision=10, scale=2], from -9999999999 to 9999999999; another number was"
                        + " added");
        misuse(
                writer -> Samples.add(
                        writer, 1, null, true, null, "", null, 0, null, 86_400_000_000L, null, null, 0, null),
                "sample.moment is Time[], from 0 to 86399999999; another number was added");
        misuse(writer -> writer.column(Samples.WORDS).addNumber(1), "the column does not take a number");
        misuse(writer -> writer.column(Samples.WHOLE).addText(""), "the column does not take text");
        misuse(writer -> writer.column(Samples.WORDS).setNull(0), "the column does not take numbers");
        misuse(writer -> writer.column(Samples.WHOLE).added(1_000), "there is no room for 1000 more numbers");
    }

    private void misuse(Consumer<ParquetTableWriter> rows, String message) {
        Path path = folder.resolve("misuse.parquet");
        try (var writer = new ParquetTableWriter(path, Samples.TABLE)) {
            assertThatThrownBy(() -> {
                        rows.accept(writer);
                        writer.finish(Map.of());
                    })
                    .isInstanceOfAny(IllegalStateException.class, IllegalArgumentException.class)
                    .hasMessage(message);
        }
        assertThatThrownBy(() -> ParquetTableReader.open(path, Samples.TABLE, LOCATION))
                .isInstanceOf(PipelineException.class);
        assertThat(path.toFile().delete()).isTrue();
    }

    private Path write(String name, Consumer<ParquetTableWriter> rows) {
        Path path = folder.resolve(name);
        try (var writer = new ParquetTableWriter(path, Samples.TABLE)) {
            rows.accept(writer);
            writer.finish(Map.of(MetadataKeys.RUN, "1", MetadataKeys.QUARANTINED, "0"));
        }
        return path;
    }

    private static String describe(ColumnSchema column) {
        return column.repetitionType() + " " + column.type() + " " + column.name() + " " + column.logicalType();
    }
}
