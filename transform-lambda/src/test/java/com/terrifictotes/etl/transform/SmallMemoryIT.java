package com.terrifictotes.etl.transform;

import static com.terrifictotes.etl.transform.CsvSamples.DESIGN;
import static com.terrifictotes.etl.transform.CsvSamples.SALES_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.transform.TransformProcess.Report;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a function with half a gigabyte leaves to the heap is enough for the largest batch that extract makes. */
class SmallMemoryIT {

    /** Where extract cuts objects. */
    private static final long OBJECT_BYTES = 64 << 20;

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private TestRun run;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
    }

    @Test
    void fourObjectsOfAFact() throws Exception {
        CsvFile object = salesOrders();
        for (int i = 0; i < 4; i++) {
            run.unit("fact_sales_order", run.csv("sales_order", object));
        }
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(4 * object.rows(), Report::rows)
                .returns(0L, Report::quarantined);
    }

    /** Rows are few and large, then many and all different: neither a number of rows nor a dictionary bounds memory. */
    @Test
    void longTexts() throws Exception {
        CsvFile mebibytes = mebibytes();
        CsvFile different = differentTexts();
        run.unit("dim_design", run.csv("design", mebibytes));
        run.unit("dim_design", run.csv("design", different));
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(mebibytes.rows() + different.rows(), Report::rows)
                .returns(0L, Report::quarantined);
    }

    @Test
    void oneTextOfFifteenMebibytes() throws Exception {
        try (var writer = new CsvFile.Writer(folder.resolve("design.csv"), DESIGN.header())) {
            writer.add(DESIGN.record(1));
            writer.add("2,,a,b,", "x", 15 * MEBIBYTE, ",");
            writer.add(DESIGN.record(3));
            run.unit("dim_design", run.csv("design", writer.finish()));
        }
        run.commit();

        assertThat(TransformProcess.transformInSmallMemory(run, folder))
                .returns(3L, Report::rows)
                .returns(0L, Report::quarantined);
    }

    private CsvFile mebibytes() {
        try (var writer = new CsvFile.Writer(folder.resolve("mebibytes.csv"), DESIGN.header())) {
            for (int key = 1; writer.bytes() < OBJECT_BYTES; key++) {
                writer.add(key + ",,Wooden,\"", "x", MEBIBYTE, "\",a.json,");
            }
            return writer.finish();
        }
    }

    private CsvFile differentTexts() {
        Random random = new Random(1);
        byte[] bytes = new byte[1_000];
        try (var writer = new CsvFile.Writer(folder.resolve("different.csv"), DESIGN.header())) {
            for (int key = 1; writer.bytes() < OBJECT_BYTES / 2; key++) {
                random.nextBytes(bytes);
                writer.add(key + ",,Wooden," + HexFormat.of().formatHex(bytes) + ",a.json,");
            }
            return writer.finish();
        }
    }

    private CsvFile salesOrders() {
        try (var writer = new CsvFile.Writer(folder.resolve("sales_order.csv"), SALES_ORDER.header())) {
            String record = SALES_ORDER.record(1);
            String rest = record.substring(record.indexOf(','));
            for (int key = 1; writer.bytes() < OBJECT_BYTES; key++) {
                writer.add(key + rest);
            }
            return writer.finish();
        }
    }
}
