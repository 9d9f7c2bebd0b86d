package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.parquet.ColumnValues;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Both buckets, and runs in them as extraction and transformation would have left them. */
final class Lake {

    static final Instant SNAPSHOT = Instant.parse("2026-11-20T10:00:00Z");

    private static final TestServers SERVERS = TestServers.shared();

    private final Path folder;
    private final String ingestionBucket = SERVERS.createBucket("ingestion");
    private final ObjectStore ingestion = new ObjectStore(SERVERS.s3(), ingestionBucket);
    private final ObjectStore processed = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("processed"));

    Lake(Path folder) {
        this.folder = folder;
    }

    String ingestionBucket() {
        return ingestionBucket;
    }

    ObjectStore processed() {
        return processed;
    }

    /** New views on the logs, which remember nothing. */
    RunLogs logs() {
        return RunLogs.of(ingestion, processed);
    }

    Run run(long number) {
        return new Run(number);
    }

    /** A run that is being put together; each unit is a Parquet object. */
    final class Run {
        private final long number;
        private final List<Unit> units = new ArrayList<>();
        private @Nullable SourceAudit audit;

        private Run(long number) {
            this.number = number;
        }

        long number() {
            return number;
        }

        /** Adds a unit and writes its object. */
        Run with(String table, Row... rows) {
            return with(table, 0, List.of(rows));
        }

        Run with(String table, long quarantined, Iterable<Row> rows) {
            Unit unit = plan(table);
            put(unit, parquet(table, metadata(number, table, quarantined), rows));
            return this;
        }

        /** Adds a unit of rows that were read again for an audit. */
        Run again(String table, long quarantined, Iterable<Row> rows) {
            Unit unit = plan(table, List.of(readAgain(number, table)));
            put(unit, parquet(table, metadata(number, table, quarantined, unit.inputs()), rows));
            return this;
        }

        /** Adds a unit whose object is missing. */
        Run without(String table) {
            plan(table);
            return this;
        }

        /** Adds a unit whose object is something else. */
        Run with(String table, byte[] content) {
            put(plan(table), content);
            return this;
        }

        /** Where the object of the last unit is. */
        String lastLocation() {
            return location(units.size() - 1);
        }

        /** Where the object of a unit is. */
        String location(int unit) {
            return processed.locate(units.get(unit).output());
        }

        /** Writes the object of a unit that was added without it. */
        void complete(int unit, Row... rows) {
            complete(unit, 0, List.of(rows));
        }

        void complete(int unit, long quarantined, Iterable<Row> rows) {
            String table = units.get(unit).target();
            put(units.get(unit), parquet(table, metadata(number, table, quarantined), rows));
        }

        /** Puts the right object in the place of the one that is there. */
        void restore(int unit, Row... rows) {
            SERVERS.removeObject(processed.bucket(), units.get(unit).output());
            complete(unit, rows);
        }

        /** Says what the source is like. */
        Run saying(SourceAudit sourceAudit) {
            audit = sourceAudit;
            return this;
        }

        Run commit() {
            RunManifest manifest = new RunManifest(
                    Manifest.VERSION,
                    number,
                    "attempt" + number,
                    new SourceIdentity("7000000000000000000", 1, false, "totesys", 5),
                    SNAPSHOT.plusSeconds(300 * number),
                    1_000 + number,
                    List.of(),
                    List.of(new Batch(1, units)),
                    audit);
            if (!logs().committed().append(manifest)) {
                throw new IllegalStateException("run " + number + " exists");
            }
            return this;
        }

        private Unit plan(String table) {
            return plan(table, List.of());
        }

        private Unit plan(String table, List<String> inputs) {
            String key = ObjectKeys.parquet(table, LocalDate.of(2026, 11, 20), number, units.size() + 1);
            Unit unit = new Unit(table, inputs, key);
            units.add(unit);
            return unit;
        }

        private void put(Unit unit, byte[] content) {
            processed.putIfAbsent(unit.output(), content, "application/vnd.apache.parquet");
        }
    }

    /** The key of the CSV object that rows of a warehouse table were read into again. */
    static String readAgain(long run, String table) {
        return ObjectKeys.csv(table, LocalDate.of(2026, 11, 20), run, "attempt" + run, 1);
    }

    static Map<String, String> metadata(long run, String table, long quarantined) {
        return metadata(run, table, quarantined, List.of());
    }

    private static Map<String, String> metadata(long run, String table, long quarantined, List<String> inputs) {
        return Map.of(
                MetadataKeys.RUN,
                Long.toString(run),
                MetadataKeys.TARGET,
                table,
                MetadataKeys.INPUTS,
                new String(Json.write(inputs), StandardCharsets.UTF_8),
                MetadataKeys.QUARANTINED,
                Long.toString(quarantined));
    }

    byte[] parquet(String table, Map<String, String> metadata, Iterable<Row> rows) {
        return parquet(Totesys.CATALOGUE.target(table), metadata, rows);
    }

    byte[] parquet(TargetTable table, Map<String, String> metadata, Iterable<Row> rows) {
        try (TemporaryFile file = TemporaryFile.in(folder)) {
            try (ParquetTableWriter writer = new ParquetTableWriter(file.path(), table)) {
                for (Row row : rows) {
                    for (int i = 0; i < table.columns().size(); i++) {
                        add(writer.column(i), table.columns().get(i), row);
                    }
                    writer.endRows(1);
                }
                writer.finish(metadata);
            }
            return Files.readAllBytes(file.path());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a test file of " + table.name(), e);
        }
    }

    private static void add(ColumnValues values, TargetColumn column, Row row) {
        Object value = row.value(column.name());
        if (value == null) {
            values.addNull();
            return;
        }
        switch (column.type()) {
            case TargetType.Whole whole -> values.addNumber((Integer) value);
            case TargetType.Text text -> values.addText((String) value);
            case TargetType.Truth truth -> values.addNumber((Boolean) value ? 1 : 0);
            case TargetType.Date date -> values.addNumber(((LocalDate) value).toEpochDay());
            case TargetType.Time time -> values.addNumber(((LocalTime) value).toNanoOfDay() / 1000);
            case TargetType.Decimal decimal ->
                values.addNumber(((BigDecimal) value)
                        .setScale(decimal.scale())
                        .unscaledValue()
                        .longValueExact());
        }
    }
}
