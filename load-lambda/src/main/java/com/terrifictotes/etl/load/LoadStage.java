package com.terrifictotes.etl.load;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.WarehouseAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.TableAudit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The third stage: brings every committed run into the warehouse, in order, each in one transaction that holds the data
 * and the ledger's row. The ledger is the truth; the manifests in the processed bucket follow it, so a load may be
 * stopped anywhere, repeated, or run beside another one.
 *
 * <p>Safe for several threads; built once and kept.
 */
public final class LoadStage {

    /** If more rows of a table are gone than this part of it, it is not believed, unless it is configured otherwise. */
    public static final int MASS_DELETION_PERCENT = 10;

    /** Which extraction wrote a run, by the ledger or by the log. */
    private record Extraction(long run, String attempt) {}

    private static final Logger LOG = LoggerFactory.getLogger(LoadStage.class);

    /** A run is bounded by the extraction's budget; this is ample for one of that size. */
    private static final Duration TIME_FOR_A_RUN = Duration.ofMinutes(4);

    private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(1);
    private static final String RUN = "run";

    private final Migrator migrator;
    private final WarehouseContract contract;
    private final RunLoader loader;
    private final RunLogs logs;
    private final ObjectStore processed;
    private final Supplier<Connection> warehouse;
    private final Runnable forgetWarehouse;
    private final WarehouseSchema schema;
    private final Metrics metrics;
    private final Clock clock;
    private final Duration lockTimeout;
    private final boolean publishes;

    /** Whether the schema has been looked at since the last failure: a database may be emptied under a warm function. */
    private volatile boolean prepared;

    /** The end of a ledger that is known to follow our log; manifests never change, so it stays true. */
    private volatile Extraction verified = new Extraction(0, "");

    /**
     * @param catalogue what the tables are
     * @param migrations the schema of the warehouse, see {@link Migration#all()}
     * @param logs the runs that are committed, and those that are loaded
     * @param processed the bucket of the Parquet objects
     * @param warehouse the database of the warehouse
     * @param schema the schema in it; made if it does not exist
     * @param metrics where figures go
     * @param clock for durations
     * @param workFolder where objects are copied to while they are read
     * @param massDeletionPercent if more rows of a table are gone from the source than this part of it, it is not believed
     * @throws PipelineException {@link ErrorCode#CONFIGURATION_INVALID} if {@code schema} is no name of a schema
     */
    public LoadStage(
            Catalogue catalogue,
            List<Migration> migrations,
            RunLogs logs,
            ObjectStore processed,
            Database warehouse,
            String schema,
            Metrics metrics,
            Clock clock,
            Path workFolder,
            int massDeletionPercent) {
        this(
                catalogue,
                migrations,
                logs,
                processed,
                warehouse::connect,
                warehouse::forget,
                schema,
                metrics,
                clock,
                workFolder,
                massDeletionPercent,
                LOCK_TIMEOUT);
    }

    LoadStage(
            Catalogue catalogue,
            List<Migration> migrations,
            RunLogs logs,
            ObjectStore processed,
            Supplier<Connection> warehouse,
            Runnable forgetWarehouse,
            String schema,
            Metrics metrics,
            Clock clock,
            Path workFolder,
            int massDeletionPercent,
            Duration lockTimeout) {
        this.contract = new WarehouseContract(catalogue);
        this.migrator = new Migrator(migrations, contract);
        this.loader = new RunLoader(catalogue, processed, clock, workFolder, massDeletionPercent);
        this.logs = requireNonNull(logs, "logs is null");
        this.processed = requireNonNull(processed, "processed is null");
        this.warehouse = requireNonNull(warehouse, "warehouse is null");
        this.forgetWarehouse = requireNonNull(forgetWarehouse, "forgetWarehouse is null");
        this.schema = new WarehouseSchema(schema);
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.lockTimeout = requireNonNull(lockTimeout, "lockTimeout is null");
        publishes = true;
    }

    private LoadStage(LoadStage publishing) {
        contract = publishing.contract;
        migrator = publishing.migrator;
        loader = publishing.loader;
        logs = publishing.logs;
        processed = publishing.processed;
        warehouse = publishing.warehouse;
        forgetWarehouse = publishing.forgetWarehouse;
        schema = publishing.schema;
        metrics = publishing.metrics;
        clock = publishing.clock;
        lockTimeout = publishing.lockTimeout;
        publishes = false;
    }

    /**
     * The same for a warehouse beside the one that the processed bucket's log is about: its runs are not announced there,
     * where the extraction would take them for loaded.
     */
    public LoadStage withoutPublishing() {
        return new LoadStage(this);
    }

    /**
     * Loads the pending runs, the oldest first, until there are none, one waits for Parquet objects, or the time is up.
     *
     * @param deadline at least one run is begun in any case
     * @throws PipelineException if something is broken; the runs before it are loaded, the ones after it are not, and
     *     the next load goes on where the ledger ends
     */
    public LoadAnswer loadPending(Deadline deadline) {
        long started = clock.millis();
        try (WarehouseSession session = new WarehouseSession(warehouse.get(), schema, lockTimeout)) {
            LoadAnswer answer = load(session, deadline);
            metrics.report(Metric.RUNS_PENDING, answer.pending());
            if (answer.pending() == 0) {
                loader.auditAge(session).ifPresent(age -> metrics.report(Metric.AUDIT_AGE, age.toSeconds()));
                metrics.report(Metric.HEARTBEAT, 1);
            }
            metrics.report(Metric.DURATION, clock.millis() - started);
            return answer;
        } catch (RuntimeException e) {
            prepared = false;
            // A warehouse that has moved may leave a standby behind, which still answers.
            forgetWarehouse.run();
            throw e;
        }
    }

    private LoadAnswer load(WarehouseSession session, Deadline deadline) {
        if (!prepared) {
            prepare(session);
        }
        long last = catchUp(session);
        long committed = logs.committed().tail();
        List<Long> loaded = new ArrayList<>();
        boolean asks = false;
        for (int begun = 0; last < committed && (begun == 0 || deadline.allows(TIME_FOR_A_RUN)); begun++) {
            RunManifest run = logs.committed().read(last + 1);
            String waitingFor = missingObjects(run);
            if (waitingFor != null) {
                return new LoadAnswer(loaded, committed - last, true, waitingFor);
            }
            try (MDC.MDCCloseable closed = MDC.putCloseable(RUN, Long.toString(run.run()))) {
                // Whoever rebuilds is told by the deadline to pause, not that time is up.
                Optional<LoadManifest> manifest = loader.load(session, run, publishes ? deadline : Deadline.none());
                if (manifest.isPresent()) {
                    verified = new Extraction(run.run(), run.attempt());
                    loaded.add(run.run());
                    asks = asks(manifest.get());
                    publish(manifest.get());
                    report(manifest.get());
                    last = run.run();
                } else {
                    last = catchUp(session);
                    committed = logs.committed().tail();
                }
            }
        }
        return new LoadAnswer(loaded, committed - last, last < committed || asks, null);
    }

    /** Whether the extraction is to read something again. */
    private static boolean asks(LoadManifest manifest) {
        return manifest.audit() != null && !manifest.audit().differing().isEmpty();
    }

    private void prepare(WarehouseSession session) {
        migrator.migrate(session);
        contract.verify(session);
        prepared = true;
    }

    /**
     * Makes sure that the ledger follows our log, and the log of the loaded runs follows the ledger: a load that was
     * stopped right after its commit has left its run without the manifest.
     *
     * @return the last run of the ledger
     */
    private long catchUp(WarehouseSession session) {
        Ledger.Head head = session.transaction("read the ledger of warehouse schema " + schema.name(), Ledger::head);
        if (head.schemaVersion() != migrator.version()) {
            // Another version of the loader has been deployed since, or an older warehouse restored.
            prepare(session);
        }
        requireSameLog(new Extraction(head.run(), head.extractAttempt()));
        for (long run = logs.loaded().tail() + 1; publishes && run <= head.run(); run++) {
            long missing = run;
            publish(session.transaction(
                    "read run " + run + " in the ledger of warehouse schema " + schema.name(),
                    connection -> Ledger.manifest(connection, missing)));
            LOG.info("wrote {} from the ledger", logs.loaded().locate(run));
        }
        return head.run();
    }

    /** Asked every time: under a warm function, the warehouse may be restored, or the secret lead to another one. */
    private void requireSameLog(Extraction last) {
        if (last.run() == 0 || last.equals(verified)) {
            return;
        }
        // Asked for after the ledger, which cannot be ahead of it then.
        long committed = logs.committed().tail();
        if (last.run() > committed) {
            throw otherLog("the log in the ingestion bucket ends with run " + committed, last.run());
        }
        String attempt = logs.committed().read(last.run()).attempt();
        if (!attempt.equals(last.attempt())) {
            throw otherLog(
                    logs.committed().locate(last.run()) + " is of attempt " + attempt + ", in the ledger it is "
                            + last.attempt(),
                    last.run());
        }
        verified = last;
    }

    /**
     * Appends the manifest of a run that is in the ledger. What was quarantined, and what an audit found, is reported first,
     * since somebody must hear of it: a load that is stopped in between leaves both to the next one.
     */
    private void publish(LoadManifest manifest) {
        if (!publishes) {
            return;
        }
        for (TableLoad table : manifest.tables()) {
            reportAny(Metric.ROWS_QUARANTINED, table.quarantined(), table.table());
        }
        if (manifest.audit() != null) {
            report(manifest.audit());
        }
        if (!logs.loaded().append(manifest) && logs.loaded().tail() < manifest.run()) {
            throw PipelineException.of(
                    ErrorCode.AWS_UNAVAILABLE,
                    "cannot append " + logs.loaded().locate(manifest.run())
                            + ": another write to it is under way, and no later run may be appended before it; the run"
                            + " is in the warehouse, and the next load writes what is missing",
                    null);
        }
    }

    private @Nullable String missingObjects(RunManifest run) {
        List<String> missing = new ArrayList<>();
        List<String> outputs = run.batches().stream()
                .flatMap(batch -> batch.units().stream())
                .map(RunManifest.Unit::output)
                .toList();
        outputs.stream().filter(key -> !processed.exists(key)).forEach(missing::add);
        return missing.isEmpty()
                ? null
                : "run " + run.run() + " waits for " + missing.size() + " of its " + outputs.size()
                        + " Parquet objects; the first is " + processed.locate(missing.getFirst());
    }

    private void report(LoadManifest manifest) {
        for (TableLoad table : manifest.tables()) {
            reportAny(Metric.ROWS_INSERTED, table.inserted(), table.table());
            reportAny(Metric.ROWS_UPDATED, table.updated(), table.table());
            reportAny(Metric.INFERRED_MEMBERS, table.inferred(), table.table());
            LOG.atInfo()
                    .addKeyValue("table", table.table())
                    .addKeyValue("read", table.read())
                    .addKeyValue("inserted", table.inserted())
                    .addKeyValue("updated", table.updated())
                    .addKeyValue("unchanged", table.unchanged())
                    .addKeyValue("inferred", table.inferred())
                    .addKeyValue("quarantined", table.quarantined())
                    .log("loaded table");
        }
        Duration age = Duration.between(manifest.snapshotTime(), manifest.committedAt());
        metrics.report(Metric.FRESHNESS, age.toSeconds());
        LOG.atInfo()
                .addKeyValue("tables", manifest.tables().size())
                .addKeyValue("freshness_ms", age.toMillis())
                .log("loaded run");
    }

    /** An audit that has found nothing says so: that is what ends an alarm. */
    private void report(WarehouseAudit audit) {
        for (TableAudit table : audit.tables()) {
            reportAny(Metric.AUDIT_DIFFERENCES, table.differences(), table.table());
            reportAny(Metric.DELETES_HELD_BACK, table.heldBack(), table.table());
            reportAny(Metric.ROWS_DELETED, table.deleted(), table.table());
        }
        if (audit.tables().stream().anyMatch(TableAudit::whole)) {
            if (audit.tables().stream().allMatch(table -> table.differences() == 0)) {
                metrics.report(Metric.AUDIT_DIFFERENCES, 0);
            }
            if (audit.tables().stream().allMatch(table -> table.heldBack() == 0)) {
                metrics.report(Metric.DELETES_HELD_BACK, 0);
            }
        }
    }

    /** CloudWatch charges for a metric in every hour in which it has a value, be it zero. */
    private void reportAny(Metric metric, long value, String table) {
        if (value > 0) {
            metrics.report(metric, value, table);
        }
    }

    private PipelineException otherLog(String found, long last) {
        return new PipelineException(
                ErrorCode.RUN_LOG_CORRUPT,
                "warehouse schema " + schema.name() + " has been loaded up to run " + last + " from another log: "
                        + found
                        + "; give the function the buckets that the warehouse was loaded from, or an empty schema");
    }
}
