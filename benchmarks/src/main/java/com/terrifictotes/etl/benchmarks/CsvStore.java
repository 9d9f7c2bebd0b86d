package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.runlog.ManifestLog;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a first load puts into the ingestion bucket, as files: CSV objects and the manifests of their runs; and, for those
 * who ask for it, the Parquet that becomes of it.
 *
 * @param folder where it is, or will be
 */
record CsvStore(Path folder) {

    private static final Buckets BUCKETS = new Buckets("ingestion", "processed");

    /** The store for that many sales orders, in a folder for stores of every size. */
    static CsvStore ofSize(Path parent, long salesOrders) {
        return new CsvStore(parent.resolve(Long.toString(salesOrders)));
    }

    /** The bucket with runs. */
    ObjectStore ingestion() throws IOException {
        return new ObjectStore(new FileS3Client(folder), BUCKETS.ingestion());
    }

    /** The bucket that says what is loaded. */
    ObjectStore processed() throws IOException {
        return new ObjectStore(new FileS3Client(folder), BUCKETS.processed());
    }

    /** Whether a first load of that many sales orders is there, whole. */
    boolean holds(long salesOrders) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        List<RunManifest> runs = runs();
        return !runs.isEmpty()
                && runs.getLast().tables().stream().noneMatch(TableExtract::isUnfinished)
                && runs.stream()
                                .flatMap(run -> run.table(TotesysSource.LARGE_TABLE).stream())
                                .mapToLong(TableExtract::rows)
                                .sum()
                        == salesOrders;
    }

    /** Extracts everything from a source; what was here before is removed. */
    void fill(TotesysSource source, Database database) throws IOException {
        Folders.deleteRecursively(folder);
        Extraction extraction = extraction(database);
        extraction.everything();
        source.requireWhole(extraction.extracted());
    }

    /**
     * Transforms everything, unless that has been done.
     *
     * @param work for temporary files
     */
    void transform(Path work) throws IOException {
        ObjectStore processed = processed();
        boolean transformed = runs().stream()
                .flatMap(run -> run.batches().stream())
                .flatMap(batch -> batch.units().stream())
                .allMatch(unit -> processed.exists(unit.output()));
        if (!transformed) {
            Folders.deleteRecursively(folder.resolve(BUCKETS.processed()));
            transformation(work).everything();
        }
    }

    /** The transform stage that reads and writes here. */
    Transformation transformation(Path work) throws IOException {
        return new Transformation(ingestion(), processed(), Files.createDirectories(work));
    }

    /** The extract stage that writes here. */
    Extraction extraction(Database database) throws IOException {
        return new Extraction(database, new FileS3Client(folder), BUCKETS);
    }

    /** The size of the CSV files of all tables, bytes. */
    long bytes() throws IOException {
        return runs().stream()
                .flatMap(run -> run.tables().stream())
                .flatMap(table -> table.objects().stream())
                .mapToLong(CsvObject::bytes)
                .sum();
    }

    /** The CSV files of the large table, in the order of their keys. Found without manifests, as others would. */
    List<Path> salesOrders() throws IOException {
        return salesOrders("");
    }

    /** Those of the first run, which reads at most two million rows. */
    List<Path> salesOrdersOfFirstRun() throws IOException {
        return salesOrders("0000000001-");
    }

    private List<Path> salesOrders(String prefix) throws IOException {
        Path objects = folder.resolve(BUCKETS.ingestion()).resolve("data").resolve(TotesysSource.LARGE_TABLE);
        try (Stream<Path> files = Files.walk(objects)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private List<RunManifest> runs() throws IOException {
        ManifestLog<RunManifest> log = new ManifestLog<>(ingestion(), RunManifest.class);
        return LongStream.rangeClosed(1, log.tail()).mapToObj(log::read).toList();
    }
}
