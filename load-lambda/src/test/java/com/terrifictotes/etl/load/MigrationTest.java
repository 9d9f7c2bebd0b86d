package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.terrifictotes.etl.common.catalogue.Totesys;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MigrationTest {

    @Test
    void everyFileIsKnownInOrder() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(Migration.class.getResource("migrations"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            List<String> contents = files.sorted().map(MigrationTest::read).toList();
            assertThat(Migration.all()).extracting(Migration::sql).isEqualTo(contents);
        }
        assertThat(new Migrator(Migration.all(), new WarehouseContract(Totesys.CATALOGUE)).version())
                .isEqualTo(Migration.all().size());
    }

    @Test
    void hasAChecksum() {
        assertThat(new Migration(1, "nothing", "").checksum())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void countsFromOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Migration(0, "nothing", ""))
                .withMessage("version must be at least 1 but was 0");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
