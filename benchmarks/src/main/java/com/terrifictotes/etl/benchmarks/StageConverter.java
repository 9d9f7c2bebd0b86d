package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The transform stage, whole: it also converts the small tables, makes the calendar and verifies every checksum. */
final class StageConverter implements Converter {

    private static final String BUCKET = "processed";

    private final CsvStore store;

    StageConverter(CsvStore store) {
        this.store = store;
    }

    /** The folder that has the Parquet of a target. */
    static Path folder(Path output, String target) {
        return output.resolve(BUCKET).resolve("data").resolve(target);
    }

    @Override
    public void convertFirstRun(Path output) throws IOException {
        to(output).run(1);
    }

    @Override
    public void convert(Path output) throws IOException {
        to(output).everything();
    }

    @Override
    public void close() {
        // It keeps nothing open.
    }

    private Transformation to(Path output) throws IOException {
        return new Transformation(
                store.ingestion(),
                new ObjectStore(new FileS3Client(output), BUCKET),
                Files.createDirectory(output.resolve("work")));
    }
}
