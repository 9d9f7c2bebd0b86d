package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.parquet.MetadataKeys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose objects are not what the manifest says leaves no trace in the warehouse. */
final class CorruptObjectsIT {

    private final Path workFolder;
    private final Lake lake;
    private final Warehouse warehouse;

    CorruptObjectsIT(@TempDir Path folder) {
        workFolder = folder.resolve("work");
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, workFolder);
    }

    @AfterEach
    void leavesNoTrace() {
        assertThat(warehouse.content()).isEmpty();
        assertThat(lake.logs().loaded().tail()).isZero();
    }

    @Test
    void refusesATruncatedFile() {
        byte[] whole = staff(Lake.metadata(1, "dim_staff", 0));
        Lake.Run run = runWith(Arrays.copyOf(whole, whole.length - 9));

        refused("OBJECT_CORRUPT: " + run.lastLocation() + " does not end with PAR1 after " + (whole.length - 9)
                + " bytes, so it was cut off");
    }

    @Test
    void refusesADamagedPage() {
        byte[] damaged = staff(Lake.metadata(1, "dim_staff", 0));
        Arrays.fill(damaged, 60, 90, (byte) 0x55);
        Lake.Run run = runWith(damaged);

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessageStartingWith("OBJECT_CORRUPT: " + run.lastLocation());
        assertThat(workFolder).isEmptyDirectory();
    }

    @Test
    void refusesTheFileOfAnotherRun() {
        Lake.Run run = runWith(staff(Lake.metadata(7, "dim_staff", 0)));

        refused("OBJECT_CORRUPT: " + run.lastLocation() + " has totesys.run 7; expected 1");
    }

    @Test
    void refusesAFileThatSaysItIsOfAnotherTable() {
        Lake.Run run = runWith(staff(Lake.metadata(1, "dim_design", 0)));

        refused("OBJECT_CORRUPT: " + run.lastLocation() + " has totesys.target dim_design; expected dim_staff");
    }

    @Test
    void refusesTheFileOfAnotherLogUnderTheSameKey() {
        Map<String, String> metadata = new HashMap<>(Lake.metadata(1, "dim_staff", 0));
        metadata.put(MetadataKeys.INPUTS, "[\"data/staff/other.csv\"]");
        Lake.Run run = runWith(staff(metadata));

        refused("OBJECT_CORRUPT: " + run.lastLocation()
                + " has totesys.inputs [\"data/staff/other.csv\"]; expected []");
    }

    @Test
    void refusesAFileThatDoesNotSayWhatWasQuarantined() {
        Lake.Run run = runWith(staff(Map.of(
                MetadataKeys.RUN,
                "1",
                MetadataKeys.TARGET,
                "dim_staff",
                MetadataKeys.INPUTS,
                "[]",
                MetadataKeys.QUARANTINED,
                "few")));

        refused("OBJECT_CORRUPT: " + run.lastLocation() + " has totesys.quarantined few; expected a number");
    }

    @Test
    void refusesATableThatTheCatalogueDoesNotHave() {
        lake.run(1).with("dim_weather", new byte[1]).commit();

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessageStartingWith("UNKNOWN_TABLE: \"dim_weather\" is not a target table of the catalogue;");
    }

    private Lake.Run runWith(byte[] content) {
        return lake.run(1)
                .with("dim_currency", Row.currency(1, "GBP"))
                .with("dim_staff", content)
                .commit();
    }

    private byte[] staff(Map<String, String> metadata) {
        return lake.parquet("dim_staff", metadata, List.of(Row.staff(1, "Grace")));
    }

    private void refused(String message) {
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessage(message);
        assertThat(workFolder).isEmptyDirectory();
    }
}
