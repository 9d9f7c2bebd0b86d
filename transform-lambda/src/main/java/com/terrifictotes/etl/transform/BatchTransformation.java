package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * Makes the Parquet objects of one batch. Facts first, the calendar last: it consists of the days that the facts
 * mentioned while they were converted, so no object is read twice.
 */
final class BatchTransformation {

    /**
     * What became of a unit.
     *
     * @param unit the unit
     * @param rows rows in its Parquet object
     * @param quarantined source rows that could not be represented
     * @param bytes size of its Parquet object
     * @param created false if the object was there before
     */
    record Outcome(Unit unit, long rows, long quarantined, long bytes, boolean created) {}

    private static final String CONTENT_TYPE = "application/vnd.apache.parquet";

    private final Catalogue catalogue;
    private final RunManifest manifest;
    private final ObjectStore ingestion;
    private final ObjectStore processed;
    private final Path folder;
    private final Map<String, TableExtract> tableOf = new HashMap<>();
    private final Map<String, CsvObject> objects = new HashMap<>();
    private final CalendarDays days = new CalendarDays();
    private final Set<String> convertedFacts = new HashSet<>();

    /**
     * @param catalogue the tables
     * @param manifest the run
     * @param ingestion where the CSV objects are
     * @param processed where Parquet objects and the quarantine go
     * @param folder an empty folder for temporary files; its owner removes it
     */
    BatchTransformation(
            Catalogue catalogue, RunManifest manifest, ObjectStore ingestion, ObjectStore processed, Path folder) {
        this.catalogue = catalogue;
        this.manifest = manifest;
        this.ingestion = ingestion;
        this.processed = processed;
        this.folder = folder;
        for (TableExtract table : manifest.tables()) {
            for (CsvObject object : table.objects()) {
                tableOf.put(object.key(), table);
                objects.put(object.key(), object);
            }
        }
    }

    /** Makes the Parquet object of a unit; that of the calendar after those of the facts that it lists. */
    Outcome transform(Unit unit) {
        TargetTable target = catalogue.target(unit.target());
        Path file = folder.resolve(unit.target() + ".parquet");
        Path rejected = folder.resolve(unit.target() + ".jsonl");
        try (var quarantine = new Quarantine(
                        rejected, target.name(), target.sourceTable().orElse(target.name()), manifest.run());
                var writer = new ParquetTableWriter(file, target)) {
            switch (target.kind()) {
                case DIMENSION, FACT -> convert(unit, target, writer, quarantine);
                case CALENDAR -> writeCalendar(unit, target, writer);
            }
            writer.finish(metadata(unit, quarantine.rows()));
            // First, so that no Parquet object ever counts rows that nobody can find.
            quarantine.publish(processed, UnitKeys.quarantine(manifest, unit));
            boolean created = Publication.publish(processed, unit.output(), file, CONTENT_TYPE);
            return new Outcome(unit, writer.rows(), quarantine.rows(), Files.size(file), created);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + file, e);
        } finally {
            delete(file);
            delete(rejected);
        }
    }

    private void convert(Unit unit, TargetTable target, ParquetTableWriter writer, Quarantine quarantine) {
        Map<String, ParentRows> parents = new HashMap<>();
        for (Join join : target.joins()) {
            parents.computeIfAbsent(join.parent(), parent -> parentRows(unit, target, parent));
        }
        for (CsvObject object : inputs(unit, target.requireSource())) {
            try (var reader = new CsvObjectReader(ingestion, object)) {
                var conversion = new RowConversion(catalogue, target, reader, parents, days);
                for (CSVRecord record = reader.next(); record != null; record = reader.next()) {
                    RowConversion.Problem problem = conversion.convert(record, writer);
                    if (problem != null) {
                        quarantine.add(reader, record, problem);
                    }
                }
            }
            if (target.kind() == TargetTable.Kind.FACT) {
                convertedFacts.add(object.key());
            }
        }
    }

    private ParentRows parentRows(Unit unit, TargetTable target, String parent) {
        return new ParentRows(ingestion, catalogue.source(parent), target, inputs(unit, parent));
    }

    private void writeCalendar(Unit unit, TargetTable target, ParquetTableWriter writer) {
        if (!convertedFacts.containsAll(unit.inputs())) {
            throw new PipelineException(
                    ErrorCode.RUN_LOG_CORRUPT,
                    "run " + manifest.run() + " makes " + unit.output()
                            + " from facts that are not in the same batch, or come after it");
        }
        days.write(target, writer);
    }

    private List<CsvObject> inputs(Unit unit, String table) {
        return unit.inputs().stream()
                .filter(key -> requireKnown(unit, key).table().equals(table))
                .map(objects::get)
                .toList();
    }

    private TableExtract requireKnown(Unit unit, String key) {
        TableExtract table = tableOf.get(key);
        if (table == null) {
            throw new PipelineException(
                    ErrorCode.RUN_LOG_CORRUPT,
                    "run " + manifest.run() + " makes " + unit.output() + " from " + key
                            + ", which none of its tables has");
        }
        return table;
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
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }
}
