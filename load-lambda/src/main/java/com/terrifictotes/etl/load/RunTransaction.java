package com.terrifictotes.etl.load;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.partitioningBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.parquet.ParquetTableReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The work of the one transaction that brings a run into the warehouse: ledger, dimensions, facts, ledger. */
final class RunTransaction {

    private final Connection connection;
    private final WarehouseSchema schema;
    private final RunManifest run;
    private final ObjectStore processed;
    private final Clock clock;
    private final Path workFolder;
    private final int massDeletionPercent;
    private final Deadline deadline;
    private final Map<String, TableCounts> counts = new TreeMap<>();
    private final Map<String, AuditTransaction.Staged> staged = new HashMap<>();
    private final List<LoadedObject> objects = new ArrayList<>();

    RunTransaction(
            Connection connection,
            WarehouseSchema schema,
            RunManifest run,
            ObjectStore processed,
            Clock clock,
            Path workFolder,
            int massDeletionPercent,
            Deadline deadline) {
        this.connection = connection;
        this.schema = schema;
        this.run = run;
        this.processed = processed;
        this.clock = clock;
        this.workFolder = workFolder;
        this.massDeletionPercent = massDeletionPercent;
        this.deadline = deadline;
    }

    /**
     * Does everything but the commit.
     *
     * @param statements of all tables, dimensions before the facts that refer to them
     * @param audits of those that have a source
     */
    LoadManifest load(List<MergeStatements> statements, List<AuditStatements> audits) throws SQLException {
        Instant started = clock.instant();
        String attempt = UUID.randomUUID().toString();
        Ledger.begin(connection, run, attempt);
        Map<String, List<Unit>> units =
                run.batches().stream().flatMap(batch -> batch.units().stream()).collect(groupingBy(Unit::target));
        for (MergeStatements sql : statements) {
            List<Unit> ofTable = units.getOrDefault(sql.table().name(), List.of());
            if (!ofTable.isEmpty()) {
                timed(sql.table().name(), count -> stage(sql, ofTable, count));
            }
        }
        // Only now are locks taken that others may have to wait for: nothing is fetched from S3 meanwhile.
        for (MergeStatements sql : statements) {
            if (units.containsKey(sql.table().name())) {
                timed(sql.table().name(), count -> merge(sql, count));
            }
        }
        for (AuditStatements sql : audits) {
            audit(sql);
        }
        Instant committed =
                Ledger.end(connection, run.run(), counts.values(), objects, Duration.between(started, clock.instant()));
        List<TableLoad> tables =
                counts.values().stream().map(TableCounts::toTableLoad).toList();
        return new LoadManifest(
                Manifest.VERSION,
                run.run(),
                attempt,
                run.snapshotTime(),
                committed,
                tables,
                AuditLedger.audit(connection, run.run()));
    }

    private void audit(AuditStatements sql) {
        String table = sql.table().name();
        AuditTransaction.Staged ofTable = staged.get(table);
        try {
            if (ofTable != null) {
                execute(sql.returned());
            }
            if (run.audit() != null) {
                new AuditTransaction(connection, run, run.audit(), massDeletionPercent, deadline, sql).compare(ofTable);
            }
        } catch (SQLException e) {
            throw DatabaseErrors.translate(
                    e, "compare " + schema.locate(table) + " with the source as run " + run.run() + " saw it");
        }
    }

    /** A part of the work on one table. */
    @FunctionalInterface
    private interface Work {
        void on(TableCounts count) throws SQLException;
    }

    private void timed(String table, Work work) {
        Instant started = clock.instant();
        TableCounts count = count(table);
        try {
            work.on(count);
        } catch (SQLException e) {
            throw translate(e, table);
        }
        count.took(Duration.between(started, clock.instant()));
    }

    private void stage(MergeStatements sql, List<Unit> units, TableCounts count) throws SQLException {
        execute(sql.stage());
        Map<Boolean, List<Unit>> readAgain = units.stream().collect(partitioningBy(this::isReadAgain));
        for (Unit unit : readAgain.getOrDefault(false, List.of())) {
            stage(sql.table(), unit, sql.copy(), count);
        }
        long changes = count.read();
        long quarantined = count.quarantined();
        for (Unit unit : readAgain.getOrDefault(true, List.of())) {
            stage(sql.table(), unit, sql.copy(), count);
        }
        staged.put(sql.table().name(), new AuditTransaction.Staged(changes, count.quarantined() - quarantined));
    }

    /** Whether it is made of rows that were read for an audit; those come last, so that what they change can be told. */
    private boolean isReadAgain(Unit unit) {
        return run.audit() != null
                && !unit.inputs().isEmpty()
                && run.audit().objects().contains(unit.inputs().getFirst());
    }

    private void merge(MergeStatements sql, TableCounts count) throws SQLException {
        for (MergeStatements.Inference inference : sql.inferences()) {
            infer(inference);
        }
        if (sql.versions().isPresent()) {
            addVersions(sql, sql.versions().get(), count);
        } else {
            merge(sql.merge(), count);
        }
    }

    private PipelineException translate(SQLException e, String table) {
        return DatabaseErrors.translate(e, "load run " + run.run() + " into " + schema.locate(table));
    }

    private TableCounts count(String table) {
        return counts.computeIfAbsent(table, TableCounts::new);
    }

    private void stage(TargetTable table, Unit unit, String copy, TableCounts count) throws SQLException {
        String location = processed.locate(unit.output());
        try (TemporaryFile file = TemporaryFile.in(workFolder)) {
            processed.download(unit.output(), file.path());
            try (ParquetTableReader reader = ParquetTableReader.open(file.path(), table, location)) {
                Map<String, String> metadata = reader.metadata();
                requireMetadata(metadata, MetadataKeys.RUN, Long.toString(run.run()), location);
                requireMetadata(metadata, MetadataKeys.TARGET, table.name(), location);
                // An object of another log may have the same key: what it was made from tells them apart.
                requireMetadata(
                        metadata,
                        MetadataKeys.INPUTS,
                        new String(Json.write(unit.inputs()), StandardCharsets.UTF_8),
                        location);
                long copied = ParquetCopy.copy(connection, copy, table, reader, count.read());
                if (copied != reader.rows()) {
                    throw ParquetTableReader.corrupt(
                            location, "has " + copied + " rows; its footer says " + reader.rows());
                }
                LoadedObject object = new LoadedObject(unit, copied, quarantined(metadata, location), file.size());
                count.add(object);
                objects.add(object);
            }
        }
    }

    private void infer(MergeStatements.Inference inference) {
        try (PreparedStatement statement = connection.prepareStatement(inference.insert())) {
            statement.setLong(1, run.run());
            long rows = statement.executeLargeUpdate();
            if (rows > 0) {
                count(inference.dimension()).addInferred(rows);
            }
        } catch (SQLException e) {
            throw translate(e, inference.dimension());
        }
    }

    private void addVersions(MergeStatements sql, MergeStatements.Versions versions, TableCounts count)
            throws SQLException {
        long known = value(versions.align(), Long.class);
        Optional<BulkLoad> bulk = BulkLoad.begin(connection, sql.table(), count.read(), known);
        merge(
                bulk.isPresent() && value(versions.allNew(), Boolean.class) ? versions.mergeAllNew() : sql.merge(),
                count);
        if (bulk.isPresent()) {
            bulk.get().end();
        }
    }

    private <T> T value(String query, Class<T> type) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getObject(1, type);
        }
    }

    private void merge(String sql, TableCounts count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, run.run());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                count.addMerged(row.getLong(1), row.getLong(2));
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void requireMetadata(Map<String, String> metadata, String key, String expected, String location) {
        String found = metadata.get(key);
        if (!expected.equals(found)) {
            throw ParquetTableReader.corrupt(location, "has " + key + " " + found + "; expected " + expected);
        }
    }

    private static long quarantined(Map<String, String> metadata, String location) {
        String found = metadata.getOrDefault(MetadataKeys.QUARANTINED, "0");
        try {
            return Long.parseLong(found);
        } catch (NumberFormatException e) {
            throw ParquetTableReader.corrupt(
                    location, "has " + MetadataKeys.QUARANTINED + " " + found + "; expected a number");
        }
    }
}
