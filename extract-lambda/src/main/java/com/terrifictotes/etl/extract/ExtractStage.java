package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.ExtractAnswer.BatchReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Reads what changed since the last run and commits it as the next one. All tables are read from one snapshot, so that a
 * run is consistent across them; the manifest is written last and is the commit. Built once and used for every
 * invocation, one at a time.
 */
public final class ExtractStage {

    private static final Logger LOG = LoggerFactory.getLogger(ExtractStage.class);

    /** The answer must fit into the 256 KiB that Step Functions passes on. */
    static final int MAX_BATCHES_PER_ANSWER = 1_000;

    private final Catalogue catalogue;
    private final RunLogs logs;
    private final ObjectStore ingestion;
    private final Database source;
    private final Metrics metrics;
    private final SourceContract contract;

    /** The latest manifest seen, which never changes: spares a warm function from reading it again. */
    private @Nullable RunManifest latest;

    /**
     * @param catalogue the tables
     * @param logs what is committed, and what is loaded
     * @param ingestion the bucket for CSV objects
     * @param source the operational database
     * @param metrics where figures go
     */
    public ExtractStage(Catalogue catalogue, RunLogs logs, ObjectStore ingestion, Database source, Metrics metrics) {
        this.catalogue = catalogue;
        this.logs = logs;
        this.ingestion = ingestion;
        this.source = source;
        this.metrics = metrics;
        this.contract = new SourceContract(catalogue);
    }

    /**
     * Extracts what changed since the last run, if anything did, and says which runs wait to be transformed and loaded.
     *
     * @param reading CHANGES, or FULL to read every row of every table again
     * @throws com.terrifictotes.etl.common.PipelineException if the source or S3 cannot be used, or the source schema no
     *     longer has what the star schema needs; nothing is committed then, and the next tick reads the same changes
     */
    public ExtractAnswer extract(Reading reading) {
        long start = System.nanoTime();
        OptionalLong run = commitRun(reading);
        ExtractAnswer answer = answer(run);
        metrics.report(Metric.RUNS_PENDING, answer.pending());
        metrics.report(
                Metric.DURATION, Duration.ofNanos(System.nanoTime() - start).toMillis());
        if (answer.pending() == 0) {
            metrics.report(Metric.HEARTBEAT, 1);
        }
        return answer;
    }

    private OptionalLong commitRun(Reading reading) {
        Optional<RunManifest> previous = latestManifest();
        long run = previous.map(RunManifest::run).orElse(0L) + 1;
        try (MDC.MDCCloseable ignored = MDC.putCloseable("run", Long.toString(run));
                Connection connection = source.connect()) {
            SourceTransaction.begin(connection, catalogue, contract);
            SourceSnapshot snapshot = SourceSnapshot.take(connection);
            SourceContract.Findings findings = contract.check(connection);
            findings.newColumns().forEach(this::reportNewColumn);
            Selection selection = Selection.since(
                    catalogue,
                    previous.filter(latestRun -> reading == Reading.CHANGES),
                    snapshot,
                    findings.relations());
            selection.reasonsForFull().forEach(reason -> LOG.warn("{}", reason));
            Set<String> changed = selection.changedTables(connection);
            if (changed.isEmpty()) {
                LOG.info("nothing changed since run {}", run - 1);
                return OptionalLong.empty();
            }
            RunManifest manifest = write(connection, run, snapshot, selection, changed);
            snapshot.awaitDurability(connection, SourceSnapshot.LONGEST_WAIT);
            return commit(manifest) ? OptionalLong.of(run) : OptionalLong.empty();
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "extract run " + run + " from the operational database");
        }
    }

    private Optional<RunManifest> latestManifest() {
        long tail = logs.committed().tail();
        if (tail == 0) {
            return Optional.empty();
        }
        if (latest == null || latest.run() != tail) {
            latest = logs.committed().read(tail);
        }
        return Optional.of(latest);
    }

    private RunManifest write(
            Connection connection, long run, SourceSnapshot snapshot, Selection selection, Set<String> changed)
            throws SQLException {
        String attempt = UUID.randomUUID().toString().replace("-", "");
        List<TableExtract> tables = new ArrayList<>();
        try (CsvExport export =
                new CsvExport(connection, ingestion, run, attempt, snapshot.day(), CsvExport.OBJECT_BYTES)) {
            for (SourceTable table : catalogue.sources()) {
                List<CsvObject> objects =
                        changed.contains(table.name()) ? export.copy(table, selection.query(table)) : List.of();
                TableExtract extract = selection.extract(table, objects);
                tables.add(extract);
                report(extract);
            }
        }
        List<Batch> batches = new BatchPlan(catalogue, run, snapshot.day()).of(tables);
        return new RunManifest(Manifest.VERSION, run, attempt, snapshot.source(), snapshot.time(), tables, batches);
    }

    private boolean commit(RunManifest manifest) {
        boolean ours = logs.committed().append(manifest);
        if (ours) {
            latest = manifest;
            LOG.info("committed run {} as {}", manifest.run(), logs.committed().locate(manifest.run()));
        } else {
            LOG.info("run {} was committed by another extraction; this one's objects stay unused", manifest.run());
        }
        return ours;
    }

    private ExtractAnswer answer(OptionalLong run) {
        List<BatchReference> batches = new ArrayList<>();
        long[] pending = logs.pending().toArray();
        for (long number : pending) {
            RunManifest manifest = latest != null && latest.run() == number
                    ? latest
                    : logs.committed().read(number);
            if (!batches.isEmpty() && batches.size() + manifest.batches().size() > MAX_BATCHES_PER_ANSWER) {
                break;
            }
            manifest.batches().stream()
                    .map(batch -> new BatchReference(number, batch.batch()))
                    .forEach(batches::add);
        }
        return new ExtractAnswer(run.isPresent() ? run.getAsLong() : null, pending.length, batches.size(), batches);
    }

    private void reportNewColumn(SourceContract.NewColumns found) {
        LOG.warn(
                "source table {} has columns that the catalogue does not know: {}; they go to the lake only",
                found.table(),
                found.columns());
        metrics.report(Metric.NEW_SOURCE_COLUMNS, found.columns().size(), found.table());
    }

    private void report(TableExtract extract) {
        if (extract.rows() == 0) {
            return;
        }
        long bytes = extract.objects().stream().mapToLong(CsvObject::bytes).sum();
        LOG.info(
                "read {} rows of {} ({}, {} bytes, {} objects)",
                extract.rows(),
                extract.table(),
                extract.reading(),
                bytes,
                extract.objects().size());
        metrics.report(Metric.ROWS_EXTRACTED, extract.rows(), extract.table());
        metrics.report(Metric.BYTES_EXTRACTED, bytes, extract.table());
    }
}
