package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.ADDRESS;
import static com.terrifictotes.etl.transform.CsvSamples.COUNTERPARTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.transform.TransformProcess.Report;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dimension that joins a large one: the rows that are joined fit into the heap of a function with half a gigabyte. */
class LargeParentIT {

    private static final int PARENTS = 1_000_000;
    private static final int CHILDREN = 200_000;

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void aMillionRowsAreJoined() throws Exception {
        String addresses = run.csv("address", addresses());
        String counterparties = run.csv("counterparty", counterparties());
        run.unit("dim_location", addresses);
        String output = run.unit("dim_counterparty", counterparties, addresses);
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(PARENTS + CHILDREN - 1L, Report::rows)
                .returns(1L, Report::quarantined);
        assertThat(run.rows("dim_counterparty", output)).hasSize(CHILDREN - 1).allSatisfy(row -> {
            int key = Integer.parseInt(row.substring(0, row.indexOf('|')));
            int address = PARENTS + 1 - 3 * key;
            assertThat(row)
                    .isEqualTo(key + "|Totes & Sons " + key + "|" + street(address)
                            + "|NULL|NULL|Leeds|LS1 4DL|England|0113 496 " + address % 1_000);
        });
    }

    /** What did not fit into memory was read again from a file; neither its failure nor its name hides what is wrong. */
    @Test
    void aLargeParentThatIsCorruptIsNamedByEachThread() {
        CsvFile good = addresses();
        String address = run.csv("address", new CsvFile(good.path(), good.rows(), good.bytes(), "0000ffff"));
        for (int unit = 0; unit < 4; unit++) {
            run.unit(
                    "dim_counterparty",
                    run.csv("counterparty", COUNTERPARTY.header(), COUNTERPARTY.record(unit)),
                    address);
        }
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("OBJECT_CORRUPT: " + run.ingestion.locate(address) + " has CRC-32 ")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .hasSize(3)
                        .allSatisfy(other -> assertThat(other).hasMessage(failure.getMessage())));
    }

    private static String street(int key) {
        return key * 7919L % PARENTS + " High Street";
    }

    private CsvFile addresses() {
        try (var writer = new CsvFile.Writer(folder.resolve("address.csv"), ADDRESS.header())) {
            for (int key = 1; key <= PARENTS; key++) {
                writer.add(key + "," + street(key) + ",,,Leeds,LS1 4DL,England,0113 496 " + key % 1_000);
            }
            return writer.finish();
        }
    }

    /** One of them refers to an address that is not there. */
    private CsvFile counterparties() {
        try (var writer = new CsvFile.Writer(folder.resolve("counterparty.csv"), COUNTERPARTY.header())) {
            for (int key = 1; key <= CHILDREN; key++) {
                writer.add(key + ",Totes & Sons " + key + "," + (key == 77 ? 0 : PARENTS + 1 - 3 * key) + ",,");
            }
            return writer.finish();
        }
    }
}
