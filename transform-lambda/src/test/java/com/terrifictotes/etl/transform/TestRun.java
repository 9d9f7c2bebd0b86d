package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.common.storage.Checksum;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.parquet.ParquetTableReader;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A run that a test writes by hand: CSV objects, units, manifest; and what the stage made of it. */
final class TestRun {

    static final Instant SNAPSHOT = Instant.parse("2024-11-21T18:30:00Z");

    private static final LocalDate DAY = LocalDate.of(2024, 11, 21);

    /** Whatever machine the tests run on. */
    private static final int THREADS = 2;

    final ObjectStore ingestion;
    final ObjectStore processed;
    final RunLogs logs;
    final List<String> metrics = Collections.synchronizedList(new ArrayList<>());
    final TransformStage stage;

    private final Path folder;
    private final Map<String, List<CsvObject>> objects = new LinkedHashMap<>();
    private final List<Unit> units = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private int unitCount;
    private long run = 1;

    /** An empty log in buckets of its own; temporary files go to that folder. */
    TestRun(Path folder) {
        this.folder = folder;
        TestServers servers = TestServers.shared();
        ingestion = new ObjectStore(servers.s3(), servers.createBucket("ingestion"));
        processed = new ObjectStore(servers.s3(), servers.createBucket("processed"));
        logs = RunLogs.of(ingestion, processed);
        stage = new TransformStage(Totesys.CATALOGUE, logs, ingestion, processed, new Recorder(), folder, THREADS);
    }

    /** Puts a CSV object; each line is a record, which may have line breaks of its own. */
    String csv(String table, String header, String... records) {
        List<String> lines = new ArrayList<>(List.of(header));
        lines.addAll(Arrays.asList(records));
        byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return csv(table, content, records.length, content.length, Checksum.of(content));
    }

    /** Puts a CSV object and says of it whatever the test wants. */
    String csv(String table, byte[] content, long rows, long bytes, String crc32) {
        List<CsvObject> ofTable = objects.computeIfAbsent(table, name -> new ArrayList<>());
        String key = ObjectKeys.csv(table, DAY, run, "test", ofTable.size() + 1);
        ingestion.putIfAbsent(key, content, "text/csv");
        ofTable.add(new CsvObject(key, rows, bytes, crc32));
        return key;
    }

    /** Puts a CSV object of which the manifest says what it is. */
    String csv(String table, byte[] content, long rows) {
        return csv(table, content, rows, content.length, Checksum.of(content));
    }

    /** Puts a CSV object that memory has no room for. */
    String csv(String table, CsvFile file) {
        List<CsvObject> ofTable = objects.computeIfAbsent(table, name -> new ArrayList<>());
        String key = ObjectKeys.csv(table, DAY, run, "test", ofTable.size() + 1);
        ingestion.putIfAbsent(key, file.path(), "text/csv");
        ofTable.add(new CsvObject(key, file.rows(), file.bytes(), file.crc32()));
        return key;
    }

    /** Says of an object that it is there; it is not. */
    String missingCsv(String table) {
        List<CsvObject> ofTable = objects.computeIfAbsent(table, name -> new ArrayList<>());
        String key = ObjectKeys.csv(table, DAY, run, "test", ofTable.size() + 1);
        ofTable.add(new CsvObject(key, 1, 1, "00"));
        return key;
    }

    /** Adds a unit to the open batch. */
    String unit(String target, String... inputs) {
        unitCount++;
        String output = ObjectKeys.parquet(target, DAY, run, unitCount);
        units.add(new Unit(target, List.of(inputs), output));
        return output;
    }

    /** Ends the open batch. */
    void endBatch() {
        batches.add(new Batch(batches.size() + 1, units));
        units.clear();
    }

    /** Ends the open batch and commits the run; what follows belongs to the next one. */
    void commit() {
        endBatch();
        List<TableExtract> tables = objects.entrySet().stream()
                .map(entry -> new TableExtract(
                        entry.getKey(),
                        "16402",
                        "0123456789abcdef",
                        Reading.FULL,
                        null,
                        new Watermark(1, Instant.EPOCH, List.of()),
                        null,
                        null,
                        entry.getValue().stream().mapToLong(CsvObject::rows).sum(),
                        entry.getValue()))
                .toList();
        assertThat(logs.committed()
                        .append(new RunManifest(
                                Manifest.VERSION,
                                run,
                                "test",
                                new SourceIdentity("1", 1, false, "totesys", 5),
                                SNAPSHOT,
                                2,
                                tables,
                                batches,
                                null)))
                .isTrue();
        run++;
        objects.clear();
        batches.clear();
        unitCount = 0;
    }

    /** The rows of a Parquet object: values joined by {@code |}, NULL as such. */
    List<String> rows(String target, String key) {
        TargetTable table = Totesys.CATALOGUE.target(target);
        List<String> rows = new ArrayList<>();
        try (ParquetTableReader reader = open(table, key)) {
            while (reader.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < table.columns().size(); i++) {
                    values.add(
                            reader.isNull(i)
                                    ? "NULL"
                                    : value(reader, table.columns().get(i), i));
                }
                rows.add(String.join("|", values));
            }
        }
        return rows;
    }

    Map<String, String> metadata(String target, String key) {
        try (ParquetTableReader reader = open(Totesys.CATALOGUE.target(target), key)) {
            return reader.metadata();
        }
    }

    /** The rows that a unit of the first run could not represent, as they stand in the quarantine; none without one. */
    List<JsonNode> quarantined(String target, int unit) {
        List<JsonNode> lines = new ArrayList<>();
        processed
                .read(ObjectKeys.quarantine(target, DAY, 1, unit))
                .ifPresent(content ->
                        new String(content, StandardCharsets.UTF_8).lines().forEach(line -> lines.add(tree(line))));
        return lines;
    }

    /** An object of the processed bucket as text. */
    String text(String key) {
        return new String(bytes(key), StandardCharsets.UTF_8);
    }

    byte[] bytes(String key) {
        return processed.read(key).orElseThrow();
    }

    private static JsonNode tree(String line) {
        try {
            return Json.tree(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ParquetTableReader open(TargetTable table, String key) {
        Path copy = folder.resolveSibling("copy-" + UUID.randomUUID());
        processed.download(key, copy);
        return ParquetTableReader.open(copy, table, processed.locate(key));
    }

    private static String value(ParquetTableReader reader, TargetColumn column, int index) {
        return switch (column.type()) {
            case TargetType.Whole whole -> Integer.toString(reader.intValue(index));
            case TargetType.Truth truth -> Boolean.toString(reader.booleanValue(index));
            case TargetType.Text text -> reader.text(index);
            case TargetType.Date date ->
                LocalDate.ofEpochDay(reader.intValue(index)).toString();
            case TargetType.Time time ->
                LocalTime.ofNanoOfDay(reader.longValue(index) * 1_000).toString();
            case TargetType.Decimal decimal ->
                BigDecimal.valueOf(reader.unscaledDecimal(index), decimal.scale())
                        .toPlainString();
        };
    }

    /** Keeps what was reported, durations aside. */
    private final class Recorder implements Metrics {
        @Override
        public void report(Metric metric, long value) {
            assertThat(metric).isEqualTo(Metric.DURATION);
        }

        @Override
        public void report(Metric metric, long value, String table) {
            metrics.add(metric + " " + table + " " + value);
        }
    }
}
