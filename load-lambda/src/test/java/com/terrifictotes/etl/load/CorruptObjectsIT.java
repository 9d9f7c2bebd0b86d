package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run whose objects are not what the manifest says leaves no trace, until the right ones are there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CorruptObjectsIT {

    private static final TargetTable STAFF = Totesys.CATALOGUE.target("dim_staff");
    private static final Row ROW = Row.staff(2, "Barbara");
    private static final String REMEDY =
            "; put its first version back, or delete it and have its run transformed again";

    private final Lake lake;
    private final Warehouse warehouse;
    private final Setback setback;

    CorruptObjectsIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
        setback = new Setback(folder, lake, warehouse);
    }

    @Test
    void refusesAnEmptyFile() {
        refused(new byte[0], "is 0 bytes long, too short for a Parquet file" + REMEDY);
    }

    @Test
    void refusesAnotherKindOfFile() {
        refused(
                "staff_id,first_name\n1,Grace\n".getBytes(StandardCharsets.UTF_8),
                "does not begin with PAR1, so it is no Parquet file" + REMEDY);
    }

    @Test
    void refusesATruncatedFile() {
        byte[] whole = staff(metadata());

        refused(
                Arrays.copyOf(whole, whole.length - 9),
                "does not end with PAR1 after " + (whole.length - 9) + " bytes, so it was cut off" + REMEDY);
    }

    @Test
    void refusesAFileWithoutAFooter() {
        refused("PAR1 and nothing PAR1".getBytes(StandardCharsets.UTF_8), "has no readable footer" + REMEDY);
    }

    @Test
    void refusesADamagedPage() {
        byte[] damaged = staff(metadata());
        Arrays.fill(damaged, 60, 90, (byte) 0x55);
        Lake.Run run = runWith(damaged);

        setback.stopsAt(setback.late()).hasMessageStartingWith("OBJECT_CORRUPT: " + run.location(1));
        restore(run);
    }

    @Test
    void refusesTheFileOfAnotherRun() {
        refused(staff(Lake.metadata(1, "dim_staff", 0)), "has totesys.run 1; expected " + nextLate() + REMEDY);
    }

    @Test
    void refusesAFileThatSaysItIsOfAnotherTable() {
        refused(
                staff(Lake.metadata(nextLate(), "dim_design", 0)),
                "has totesys.target dim_design; expected dim_staff" + REMEDY);
    }

    @Test
    void refusesTheFileOfAnotherLogUnderTheSameKey() {
        Map<String, String> metadata = new HashMap<>(metadata());
        metadata.put(MetadataKeys.INPUTS, "[\"data/staff/other.csv\"]");

        refused(staff(metadata), "has totesys.inputs [\"data/staff/other.csv\"]; expected []" + REMEDY);
    }

    @Test
    void refusesAFileThatDoesNotSayWhatWasQuarantined() {
        Map<String, String> metadata = new HashMap<>(metadata());
        metadata.put(MetadataKeys.QUARANTINED, "few");

        refused(staff(metadata), "has totesys.quarantined few; expected a number" + REMEDY);
    }

    @Test
    void refusesAFileWithoutAMandatoryColumn() {
        refused(
                staff(columns -> columns.stream()
                        .filter(column -> !column.name().equals("email_address"))
                        .toList()),
                "cannot be read as dim_staff: it lacks the column \"REQUIRED BINARY email_address (STRING)\"; declare"
                        + " it nullable, for older objects never get a new column");
    }

    @Test
    void refusesAColumnOfAnotherType() {
        refused(
                lake.parquet(
                        table(columns -> replaced(columns, "last_name", TargetType.INTEGER, false)),
                        metadata(),
                        List.of(ROW.with("last_name", 7))),
                "cannot be read as dim_staff: it has \"REQUIRED INT32 last_name\"; expected \"REQUIRED BINARY last_name"
                        + " (STRING)\"; a column never changes its type, declare a new one beside it");
    }

    @Test
    void refusesNullInAMandatoryColumn() {
        refused(
                lake.parquet(
                        table(columns -> replaced(columns, "last_name", TargetType.TEXT, true)),
                        metadata(),
                        List.of(ROW.with("last_name", null))),
                "cannot be read as dim_staff: it has \"OPTIONAL BINARY last_name (STRING)\"; expected \"REQUIRED BINARY"
                        + " last_name (STRING)\"; declare it nullable, for older objects may have NULL in it");
    }

    @Test
    void passesOverAColumnThatANewerVersionWrote() {
        runWith(lake.parquet(
                table(columns -> {
                    List<TargetColumn> longer = new ArrayList<>(columns);
                    longer.add(column("nickname", TargetType.TEXT, true));
                    return longer;
                }),
                metadata(),
                List.of(ROW.with("nickname", "Amazing"))));

        assertThat(warehouse.load().loaded()).containsExactly(setback.early(), setback.late());
        assertThat(warehouse.rows("SELECT first_name, last_name FROM dim_staff WHERE staff_id = 2"))
                .containsExactly("(Barbara,Hopper)");
    }

    @Test
    void namesAnObjectThatVanishesAfterItWasSeen() {
        Lake.Run run = setback.commitTwo();
        faults().next(Operation.GET_OBJECT, "data/fact_purchase_order", new Fault.Refuse(404, "NoSuchKey"));

        setback.stopsAt(setback.late()).hasMessage("OBJECT_MISSING: " + run.location(2) + " does not exist");
        setback.isOvercome();
    }

    @Test
    void namesAnObjectThatMayNotBeRead() {
        Lake.Run run = setback.commitTwo();
        faults().next(Operation.GET_OBJECT, "data/fact_purchase_order", new Fault.Refuse(403, "AccessDenied"));

        setback.stopsAt(setback.late()).hasMessageStartingWith("AWS_ACCESS_DENIED: cannot read " + run.location(2));
        setback.isOvercome();
    }

    private static Faults faults() {
        return TestServers.shared().requireLoopback().faults();
    }

    private Lake.Run runWith(byte[] content) {
        return setback.commitTwo(run -> run.with("dim_staff", content));
    }

    private void refused(byte[] content, String problem) {
        Lake.Run run = runWith(content);
        setback.stopsAt(setback.late()).hasMessage("OBJECT_CORRUPT: " + run.location(1) + " " + problem);
        restore(run);
    }

    private void restore(Lake.Run run) {
        run.restore(1, ROW);
        setback.isOvercome();
    }

    private byte[] staff(Map<String, String> metadata) {
        return lake.parquet(STAFF, metadata, List.of(ROW));
    }

    private byte[] staff(UnaryOperator<List<TargetColumn>> change) {
        return lake.parquet(table(change), metadata(), List.of(ROW));
    }

    private Map<String, String> metadata() {
        return Lake.metadata(nextLate(), "dim_staff", 0);
    }

    private long nextLate() {
        return setback.late() + 2;
    }

    /** The table as another version of the pipeline has it. */
    private static TargetTable table(UnaryOperator<List<TargetColumn>> change) {
        return new TargetTable(
                STAFF.name(),
                STAFF.kind(),
                STAFF.source(),
                STAFF.key(),
                STAFF.surrogateKey(),
                STAFF.joins(),
                change.apply(STAFF.columns()));
    }

    private static List<TargetColumn> replaced(
            List<TargetColumn> columns, String name, TargetType type, boolean nullable) {
        return columns.stream()
                .map(column -> column.name().equals(name) ? column(name, type, nullable) : column)
                .toList();
    }

    private static TargetColumn column(String name, TargetType type, boolean nullable) {
        TargetColumn any = STAFF.columns().getFirst();
        return new TargetColumn(name, type, nullable, any.expression(), null);
    }
}
