package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.ExtractAnswer.BatchReference;
import com.terrifictotes.etl.extract.ExtractAnswer.HeldBack;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    /** An audit, or a full reading, that another extraction overtakes is begun again; ticks are five minutes apart. */
    private static final int MOST_ATTEMPTS = 3;

    /** The answer must fit into the 256 KiB that Step Functions passes on. */
    static final int MAX_BATCHES_PER_ANSWER = 1_000;

    private final Catalogue catalogue;
    private final RunLogs logs;
    private final ObjectStore ingestion;
    private final Database source;
    private final Metrics metrics;
    private final Clock clock;
    private final ExtractSettings settings;

    /** The latest manifest seen, which never changes: spares a warm function from reading it again. */
    private @Nullable RunManifest latest;

    /** The latest manifest of the load, likewise. */
    private @Nullable LoadManifest loaded;

    /**
     * @param catalogue the tables
     * @param logs what is committed, and what is loaded
     * @param ingestion the bucket for CSV objects
     * @param source the operational database
     * @param metrics where figures go
     * @param clock tells how long runs have been waiting
     * @param settings how to extract
     */
    public ExtractStage(
            Catalogue catalogue,
            RunLogs logs,
            ObjectStore ingestion,
            Database source,
            Metrics metrics,
            Clock clock,
            ExtractSettings settings) {
        this.catalogue = catalogue;
        this.logs = logs;
        this.ingestion = ingestion;
        this.source = source;
        this.metrics = metrics;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Extracts what changed since the last run, if anything did, and says which runs wait to be transformed and loaded. A
     * table that cannot be read is held back, with those that travel with it, and reported; the others are extracted.
     *
     * <p>An audit commits a run in any case, with what whole tables are like. Ranges of keys in which the load has found that
     * the warehouse differs are read again by whichever extraction comes next.
     *
     * @param request what to read
     * @param deadline when this invocation ends; the run is cut well before it
     * @throws PipelineException if the source or S3 cannot be used, no table can be read, or the request names a table that
     *     the catalogue does not have; nothing is committed then, and the next tick reads the same changes
     */
    public ExtractAnswer extract(ExtractRequest request, Deadline deadline) {
        request.acceptedDeletions().forEach(this::requireAudited);
        long start = System.nanoTime();
        Outcome outcome = commitRun(request, new RunBudget(settings.limits(), deadline));
        for (int attempt = 1; attempt < MOST_ATTEMPTS && outcome.overtaken() && request.isSpecial(); attempt++) {
            outcome = commitRun(request, new RunBudget(settings.limits(), deadline));
        }
        ExtractAnswer answer = answer(outcome);
        outcome.heldBack().keySet().forEach(table -> metrics.report(Metric.TABLES_HELD_BACK, 1, table));
        metrics.report(Metric.RUNS_PENDING, answer.pending());
        metrics.report(
                Metric.DURATION, Duration.ofNanos(System.nanoTime() - start).toMillis());
        metrics.report(Metric.HEARTBEAT, 1);
        return answer;
    }

    private void requireAudited(String table) {
        if (catalogue.target(table).sourceTable().isEmpty()) {
            throw new PipelineException(
                    ErrorCode.UNKNOWN_TABLE,
                    "acceptDeletions names " + table
                            + ", which has no source table; expected tables that audits compare");
        }
    }

    /**
     * What an extraction came to.
     *
     * @param run the run that it committed; null if none
     * @param last the last run that is known to be committed
     * @param overtaken whether another extraction has committed the run
     * @param more whether rows that the run had no room for wait for the next one
     * @param heldBack why tables could not be read, by table
     */
    private record Outcome(
            @Nullable Long run, long last, boolean overtaken, boolean more, Map<String, String> heldBack) {}

    private Outcome commitRun(ExtractRequest request, RunBudget budget) {
        RunManifest previous = latestManifest();
        long run = previous == null ? 1 : previous.run() + 1;
        try (MDC.MDCCloseable ignored = MDC.putCloseable("run", Long.toString(run));
                Connection connection = source.connect()) {
            RunExtraction extraction = RunExtraction.begin(
                    catalogue, settings.detection(), connection, previous, request.readingOrDefault());
            extraction.newColumns().forEach(this::reportNewColumns);
            extraction.reasonsForFull().forEach(reason -> LOG.warn("{}", reason));
            if (extraction.isSourceReplaced()) {
                metrics.report(Metric.SOURCE_REPLACED, 1);
            }
            List<DifferentRange> differing = differing(run - 1);
            boolean worthwhile = extraction.probe(budget) || request.isAudit() || !differing.isEmpty();
            RunManifest manifest = worthwhile ? read(run, extraction, request, differing, connection, budget) : null;
            extraction.heldBack().forEach((table, reason) -> LOG.error("table {} is held back: {}", table, reason));
            if (manifest == null) {
                LOG.info("nothing to commit since run {}", run - 1);
                return new Outcome(null, run - 1, false, false, extraction.heldBack());
            }
            extraction.snapshot().awaitDurability(connection, SourceSnapshot.LONGEST_WAIT);
            boolean ours = commit(manifest);
            return new Outcome(
                    ours ? run : null,
                    ours ? run : logs.committed().tail(),
                    !ours,
                    extraction.isMore(),
                    extraction.heldBack());
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "extract run " + run + " from the operational database");
        }
    }

    private @Nullable RunManifest latestManifest() {
        long tail = logs.committed().tail();
        if (tail == 0) {
            return null;
        }
        if (latest == null || latest.run() != tail) {
            latest = logs.committed().read(tail);
        }
        return latest;
    }

    /**
     * The ranges of keys that the load asks for; none while a run is on its way to it, since that one may bring the answer.
     *
     * @param last the last run that is committed
     */
    private List<DifferentRange> differing(long last) {
        if (last == 0 || logs.loaded().tail(last) < last) {
            return List.of();
        }
        try {
            if (loaded == null || loaded.run() != last) {
                loaded = logs.loaded().read(last);
            }
            return loaded.audit() == null ? List.of() : loaded.audit().differing();
        } catch (PipelineException e) {
            if (e.code() != ErrorCode.RUN_LOG_CORRUPT) {
                throw e;
            }
            // Changes are not kept back by what only says where to look again; the next run's manifest says it as well.
            LOG.warn("no range of keys is read again: {}", e.getMessage());
            return List.of();
        }
    }

    /** The manifest of what was read; null if there was nothing after all. */
    private @Nullable RunManifest read(
            long run,
            RunExtraction extraction,
            ExtractRequest request,
            List<DifferentRange> differing,
            Connection connection,
            RunBudget budget)
            throws SQLException {
        String attempt = UUID.randomUUID().toString().replace("-", "");
        SourceSnapshot snapshot = extraction.snapshot();
        SourceAudit audit;
        try (RunReading reading = new RunReading(
                catalogue,
                source,
                ingestion,
                extraction.queries(),
                settings.connections(),
                run,
                attempt,
                snapshot,
                extraction.walks())) {
            boolean changed = extraction.read(reading);
            AuditReading auditReading = new AuditReading(catalogue, connection, extraction.complete(), budget);
            List<TableFigures> whole =
                    request.isAudit() ? auditReading.tables(Set.copyOf(request.acceptedDeletions())) : List.of();
            audit = auditReading.ranges(differing, whole, reading);
            if (!changed && audit.isEmpty()) {
                return null;
            }
        }
        List<TableExtract> tables = extraction.extracts();
        tables.forEach(this::report);
        List<Batch> batches = new BatchPlan(catalogue, run, snapshot.day()).of(tables);
        return new RunManifest(
                Manifest.VERSION,
                run,
                attempt,
                snapshot.source(),
                snapshot.time(),
                snapshot.next(),
                tables,
                batches,
                audit.isEmpty() ? null : audit);
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

    private ExtractAnswer answer(Outcome outcome) {
        List<BatchReference> batches = new ArrayList<>();
        Duration age = Duration.ZERO;
        long[] pending = logs.pending(outcome.last()).toArray();
        for (long number : pending) {
            RunManifest manifest = latest != null && latest.run() == number
                    ? latest
                    : logs.committed().read(number);
            if (number == pending[0]) {
                age = Duration.between(manifest.snapshotTime(), clock.instant());
            }
            if (!batches.isEmpty() && batches.size() + manifest.batches().size() > MAX_BATCHES_PER_ANSWER) {
                break;
            }
            manifest.batches().stream()
                    .map(batch -> new BatchReference(number, batch.batch()))
                    .forEach(batches::add);
        }
        metrics.report(Metric.FRESHNESS, Math.max(0, age.toSeconds()));
        List<HeldBack> heldBack = outcome.heldBack().entrySet().stream()
                .map(table -> new HeldBack(table.getKey(), table.getValue()))
                .sorted(Comparator.comparing(HeldBack::table))
                .toList();
        return new ExtractAnswer(outcome.run(), pending.length, outcome.more(), batches.size(), batches, heldBack);
    }

    private void reportNewColumns(String table, List<String> columns) {
        LOG.warn(
                "source table {} has columns that the catalogue does not know: {}; they go to the lake only",
                table,
                columns);
        metrics.report(Metric.NEW_SOURCE_COLUMNS, columns.size(), table);
    }

    private void report(TableExtract extract) {
        if (extract.heldBack() == null && extract.isUnfinished()) {
            LOG.info(
                    "rows of {} wait for the next run: {}",
                    extract.table(),
                    extract.isBegun() ? "those after key " + extract.cursor() : "all of them");
        }
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
