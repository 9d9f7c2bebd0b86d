package com.terrifictotes.etl.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTableReaderTest {

    private static final String LOCATION = "s3://processed/data/sample/2024/11/21/0000000001-00001.parquet";

    private static final String REMEDY =
            "; put its first version back, or delete it and have its run transformed again";

    @TempDir
    private Path folder;

    private Path file;
    private byte[] content;

    @BeforeEach
    void writeFile() throws IOException {
        file = folder.resolve("sample.parquet");
        try (var writer = new ParquetTableWriter(file, Samples.TABLE)) {
            for (int i = 0; i < 1_000; i++) {
                Samples.empty(writer, i);
            }
            writer.finish(Map.of());
        }
        content = Files.readAllBytes(file);
    }

    @Test
    void refusesWhatIsTooShort() throws IOException {
        Files.write(file, new byte[11]);

        assertCorrupt(Samples.TABLE, "is 11 bytes long, too short for a Parquet file");
    }

    @Test
    void refusesAnotherKindOfFile() throws IOException {
        Files.writeString(file, "currency_id,currency_code\n1,GBP\n");

        assertCorrupt(Samples.TABLE, "does not begin with PAR1, so it is no Parquet file");
    }

    @Test
    void refusesAFileThatWasCutOff() throws IOException {
        Files.write(file, Arrays.copyOf(content, content.length / 2));

        assertCorrupt(
                Samples.TABLE, "does not end with PAR1 after " + content.length / 2 + " bytes, so it was cut off");
    }

    @Test
    void refusesAFileThatWasNotFinished() throws IOException {
        Path unfinished = folder.resolve("unfinished.parquet");
        try (var writer = new ParquetTableWriter(unfinished, Samples.TABLE)) {
            Samples.empty(writer, 1);
        }

        assertThatThrownBy(() -> ParquetTableReader.open(unfinished, Samples.TABLE, LOCATION))
                .isInstanceOf(PipelineException.class)
                .hasMessage("OBJECT_CORRUPT: " + LOCATION + " is 4 bytes long, too short for a Parquet file" + REMEDY);
    }

    @Test
    void refusesADamagedFooter() throws IOException {
        Arrays.fill(content, content.length - 200, content.length - 8, (byte) 0xFF);
        Files.write(file, content);

        assertCorrupt(Samples.TABLE, "has no readable footer");
    }

    @Test
    void refusesADamagedPage() throws IOException {
        content[100] ^= 1;
        Files.write(file, content);

        try (var reader = ParquetTableReader.open(file, Samples.TABLE, LOCATION)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(PipelineException.class)
                    .hasMessage("OBJECT_CORRUPT: " + LOCATION + " has a damaged page" + REMEDY);
        }
    }

    private void assertCorrupt(TargetTable table, String problem) {
        assertThatThrownBy(() -> ParquetTableReader.open(file, table, LOCATION))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT))
                .hasMessage("OBJECT_CORRUPT: " + LOCATION + " " + problem + REMEDY);
    }
}
