package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes single Parquet objects of a run, in any number of threads. Joined tables are read once and shared. */
final class UnitTransformation implements AutoCloseable {

    /**
     * What became of a unit.
     *
     * @param unit the unit
     * @param rows rows in its Parquet object
     * @param quarantined source rows that could not be represented
     * @param bytes size of its Parquet object
     * @param created false if the object was there before
     * @param milliseconds how long it took
     */
    record Outcome(Unit unit, long rows, long quarantined, long bytes, boolean created, long milliseconds) {}

    private static final Logger LOG = LoggerFactory.getLogger(UnitTransformation.class);
    private static final String CONTENT_TYPE = "application/vnd.apache.parquet";

    private final Catalogue catalogue;
    private final RunManifest manifest;
    private final RunInputs inputs;
    private final ObjectStore ingestion;
    private final ObjectStore processed;
    private final Path folder;
    private final Map<String, ParentRows> parents = new ConcurrentHashMap<>();
    private final AtomicInteger joinedFiles = new AtomicInteger();

    /**
     * @param catalogue the tables
     * @param manifest the run
     * @param inputs its CSV objects
     * @param ingestion where they are
     * @param processed where Parquet objects and the quarantine go
     * @param folder an empty folder for temporary files; its owner removes it
     */
    UnitTransformation(
            Catalogue catalogue,
            RunManifest manifest,
            RunInputs inputs,
            ObjectStore ingestion,
            ObjectStore processed,
            Path folder) {
        this.catalogue = catalogue;
        this.manifest = manifest;
        this.inputs = inputs;
        this.ingestion = ingestion;
        this.processed = processed;
        this.folder = folder;
    }

    /**
     * Makes the Parquet object of a unit.
     *
     * @param days of a fact, is told the days that its rows mention, while they are converted; of the calendar, the days
     *     that become its rows
     */
    Outcome transform(Unit unit, CalendarDays days) {
        long start = System.nanoTime();
        TargetTable target = catalogue.target(unit.target());
        String quarantineKey = UnitKeys.quarantine(manifest, unit);
        String name = quarantineKey.replaceAll("[^0-9A-Za-z]+", "-");
        Path file = folder.resolve(name + ".parquet");
        Path rejected = folder.resolve(name + ".jsonl");
        try (var quarantine = new Quarantine(
                        rejected, target.name(), target.sourceTable().orElse(target.name()), manifest.run());
                var writer = new ParquetTableWriter(file, target)) {
            switch (target.kind()) {
                case DIMENSION, FACT -> convert(unit, target, writer, quarantine, days);
                case CALENDAR -> days.write(target, writer);
            }
            writer.finish(metadata(unit, quarantine.rows()));
            // First, so that no Parquet object ever counts rows that nobody can find.
            quarantine.publish(processed, quarantineKey);
            boolean created = Publication.publish(processed, unit.output(), file, CONTENT_TYPE);
            long milliseconds = Duration.ofNanos(System.nanoTime() - start).toMillis();
            return new Outcome(unit, writer.rows(), quarantine.rows(), Files.size(file), created, milliseconds);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + file, e);
        } finally {
            delete(file);
            delete(rejected);
        }
    }

    @Override
    public void close() {
        parents.values().forEach(ParentRows::close);
    }

    private void convert(
            Unit unit, TargetTable target, ParquetTableWriter writer, Quarantine quarantine, CalendarDays days) {
        Map<String, ParentRows> joined = new HashMap<>();
        for (Join join : target.joins()) {
            joined.computeIfAbsent(join.parent(), parent -> parentRows(unit, target, parent));
        }
        for (CsvObject object : inputs.of(unit, target.requireSource())) {
            try (var reader = new CsvObjectReader(ingestion, object)) {
                new RowConversion(catalogue, target, reader, joined, writer, quarantine, days).convertAll();
            }
        }
    }

    /** The units of a table join to the same objects, as a rule. */
    private ParentRows parentRows(Unit unit, TargetTable target, String parent) {
        var objects = inputs.of(unit, parent);
        return parents.computeIfAbsent(
                target.name() + " " + parent + " " + objects,
                key -> new ParentRows(
                        ingestion,
                        catalogue.source(parent),
                        target,
                        objects,
                        folder.resolve("joined-" + joinedFiles.incrementAndGet())));
    }

    private Map<String, String> metadata(Unit unit, long quarantined) {
        return Map.of(
                MetadataKeys.RUN, Long.toString(manifest.run()),
                MetadataKeys.INPUTS, new String(Json.write(unit.inputs()), StandardCharsets.UTF_8),
                MetadataKeys.SCHEMA, MetadataKeys.SCHEMA_VERSION,
                MetadataKeys.TARGET, unit.target(),
                MetadataKeys.QUARANTINED, Long.toString(quarantined));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It must not hide why the unit failed. The folder is removed with all that is in it, and says what it
            // cannot.
            LOG.debug("cannot remove {}", file, e);
        }
    }
}
