package com.terrifictotes.etl.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that was written when the table was another one. */
class SchemaEvolutionTest {

    private static final String LOCATION = "s3://processed/data/sample/2024/11/21/0000000001-00001.parquet";
    private static final TargetColumn ID = Samples.column("id", TargetType.INTEGER, false);
    private static final TargetColumn NAME = Samples.column("name", TargetType.TEXT, false);
    private static final TargetColumn NOTE = Samples.column("note", TargetType.TEXT, true);
    private static final TargetTable WRITTEN = Samples.table(ID, NAME, NOTE);

    /** More than one page of a column. */
    private static final int ROWS = 30_000;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() {
        file = folder.resolve("sample.parquet");
        try (var writer = new ParquetTableWriter(file, WRITTEN)) {
            for (int i = 0; i < ROWS; i++) {
                Samples.add(writer, i, "name " + i, i % 2 == 0 ? "note " + i : null);
            }
            writer.finish(Map.of());
        }
    }

    @Test
    void aNullableColumnThatTheFileLacksIsNull() {
        TargetTable table = Samples.table(ID, Samples.column("later", TargetType.DATE, true), NAME, NOTE);

        try (var reader = ParquetTableReader.open(file, table, LOCATION)) {
            assertThat(reader.rows()).isEqualTo(ROWS);
            for (int i = 0; i < ROWS; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.isNull(1)).isTrue();
                assertThat(reader.intValue(0)).isEqualTo(i);
                assertThat(reader.text(2)).isEqualTo("name " + i);
                assertThat(reader.isNull(3)).isEqualTo(i % 2 != 0);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void aColumnThatTheTableLacksIsPassedOver() {
        try (var reader = ParquetTableReader.open(file, Samples.table(ID, NOTE), LOCATION)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.next()).isTrue();
            assertThat(reader.next()).isTrue();
            assertThat(reader.intValue(0)).isEqualTo(2);
            assertThat(reader.text(1)).isEqualTo("note 2");
        }
    }

    @Test
    void theOrderOfTheColumnsIsThatOfTheTable() {
        try (var reader = ParquetTableReader.open(file, Samples.table(NAME, NOTE, ID), LOCATION)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.text(0)).isEqualTo("name 0");
            assertThat(reader.text(1)).isEqualTo("note 0");
            assertThat(reader.intValue(2)).isZero();
        }
    }

    @Test
    void aMandatoryColumnMayBecomeNullable() {
        TargetTable table = Samples.table(ID, Samples.column("name", TargetType.TEXT, true));

        try (var reader = ParquetTableReader.open(file, table, LOCATION)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.isNull(1)).isFalse();
            assertThat(reader.text(1)).isEqualTo("name 0");
        }
    }

    @Test
    void aNullableColumnMayNotBecomeMandatory() {
        assertUnfit(
                Samples.table(ID, Samples.column("note", TargetType.TEXT, false)),
                "it has \"OPTIONAL BINARY note (STRING)\"; expected \"REQUIRED BINARY note (STRING)\"; declare it"
                        + " nullable, for older objects may have NULL in it");
    }

    @Test
    void aColumnMayNotChangeItsType() {
        assertUnfit(
                Samples.table(ID, Samples.column("note", TargetType.INTEGER, true)),
                "it has \"OPTIONAL BINARY note (STRING)\"; expected \"OPTIONAL INT32 note\"; a column never changes its"
                        + " type, declare a new one beside it");
        assertUnfit(
                Samples.table(Samples.column("id", TargetType.DATE, false)),
                "it has \"REQUIRED INT32 id\"; expected \"REQUIRED INT32 id (DATE)\"; a column never changes its type,"
                        + " declare a new one beside it");
    }

    @Test
    void aNewColumnMayNotBeMandatory() {
        assertUnfit(
                Samples.table(ID, Samples.column("later", new TargetType.Decimal(10, 2), false)),
                "it lacks the column \"REQUIRED INT64 later (DECIMAL(10,2))\"; declare it nullable, for older objects"
                        + " never get a new column");
    }

    private void assertUnfit(TargetTable table, String problem) {
        assertThatThrownBy(() -> ParquetTableReader.open(file, table, LOCATION))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT))
                .hasMessage("OBJECT_CORRUPT: " + LOCATION + " cannot be read as sample: " + problem);
    }
}
