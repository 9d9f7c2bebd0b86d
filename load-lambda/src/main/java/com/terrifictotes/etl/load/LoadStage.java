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
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final WarehouseSchema schema;
    private final Metrics metrics;
    private final Clock clock;
    private final Duration lockTimeout;

    /** Whether the schema has been looked at since the last failure. */
    private volatile boolean prepared;

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
            Path workFolder) {
        this(
                catalogue,
                migrations,
                logs,
                processed,
                warehouse::connect,
                schema,
                metrics,
                clock,
                workFolder,
                LOCK_TIMEOUT);
    }

    LoadStage(
            Catalogue catalogue,
            List<Migration> migrations,
            RunLogs logs,
            ObjectStore processed,
            Supplier<Connection> warehouse,
            String schema,
            Metrics metrics,
            Clock clock,
            Path workFolder,
            Duration lockTimeout) {
        this.migrator = new Migrator(migrations);
        this.contract = new WarehouseContract(catalogue);
        this.loader = new RunLoader(catalogue, processed, clock, workFolder);
        this.logs = requireNonNull(logs, "logs is null");
        this.processed = requireNonNull(processed, "processed is null");
        this.warehouse = requireNonNull(warehouse, "warehouse is null");
        this.schema = new WarehouseSchema(schema);
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.lockTimeout = requireNonNull(lockTimeout, "lockTimeout is null");
    }

    /**
     * Loads the pending runs, the oldest first, until there are none, one waits for Parquet objects, or the time is up.
     *
     * @param deadline at least one run is begun in any case
     * @throws PipelineException if something is broken; the runs before it are loaded, it and the ones after it are not
     */
    public LoadAnswer loadPending(Deadline deadline) {
        long started = clock.millis();
        try (WarehouseSession session = new WarehouseSession(warehouse.get(), schema, lockTimeout)) {
            LoadAnswer answer = load(session, deadline);
            metrics.report(Metric.RUNS_PENDING, answer.pending());
            metrics.report(Metric.DURATION, clock.millis() - started);
            return answer;
        } catch (RuntimeException e) {
            prepared = false;
            throw e;
        }
    }

    private LoadAnswer load(WarehouseSession session, Deadline deadline) {
        prepare(session);
        long last = lastLoaded(session);
        // Asked for after the ledger, which cannot be ahead of it then.
        long committed = logs.committed().tail();
        if (last > committed) {
            throw otherLog("the log in the ingestion bucket ends with run " + committed, last);
        }
        completeManifests(session, last);
        List<Long> loaded = new ArrayList<>();
        while (last < committed && (loaded.isEmpty() || deadline.allows(TIME_FOR_A_RUN))) {
            RunManifest run = logs.committed().read(last + 1);
            String waitingFor = missingObjects(run);
            if (waitingFor != null) {
                return new LoadAnswer(loaded, committed - last, true, waitingFor);
            }
            try (MDC.MDCCloseable closed = MDC.putCloseable(RUN, Long.toString(run.run()))) {
                loader.load(session, run).ifPresent(manifest -> {
                    loaded.add(run.run());
                    logs.loaded().append(manifest);
                    report(run, manifest);
                });
            }
            last = run.run();
        }
        return new LoadAnswer(loaded, committed - last, last < committed, null);
    }

    /** The schema is looked at once, and again after a failure: a database may be restored under a warm function. */
    private void prepare(WarehouseSession session) {
        if (prepared) {
            return;
        }
        migrator.migrate(session);
        contract.verify(session);
        Ledger.Head head = head(session);
        if (head.run() > 0 && head.run() <= logs.committed().tail()) {
            String attempt = logs.committed().read(head.run()).attempt();
            if (!attempt.equals(head.extractAttempt())) {
                throw otherLog(
                        logs.committed().locate(head.run()) + " is of attempt " + attempt + ", in the ledger it is "
                                + head.extractAttempt(),
                        head.run());
            }
        }
        prepared = true;
    }

    private long lastLoaded(WarehouseSession session) {
        Ledger.Head head = head(session);
        if (head.schemaVersion() != migrator.version()) {
            // Another version of the loader has been deployed since.
            migrator.migrate(session);
        }
        return head.run();
    }

    private Ledger.Head head(WarehouseSession session) {
        return session.transaction("read the ledger of warehouse schema " + schema.name(), Ledger::head);
    }

    /** A load that was stopped right after its commit has left the run without its manifest. */
    private void completeManifests(WarehouseSession session, long last) {
        for (long run = logs.loaded().tail() + 1; run <= last; run++) {
            long missing = run;
            LoadManifest manifest = session.transaction(
                    "read run " + run + " in the ledger of warehouse schema " + schema.name(),
                    connection -> Ledger.manifest(connection, missing));
            logs.loaded().append(manifest);
            LOG.info("wrote {} from the ledger", logs.loaded().locate(run));
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

    private void report(RunManifest run, LoadManifest manifest) {
        for (TableLoad table : manifest.tables()) {
            metrics.report(Metric.ROWS_INSERTED, table.inserted(), table.table());
            metrics.report(Metric.ROWS_UPDATED, table.updated(), table.table());
            metrics.report(Metric.INFERRED_MEMBERS, table.inferred(), table.table());
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
        Duration age = Duration.between(run.snapshotTime(), manifest.committedAt());
        metrics.report(Metric.FRESHNESS, age.toSeconds());
        LOG.atInfo()
                .addKeyValue("tables", manifest.tables().size())
                .addKeyValue("freshness_ms", age.toMillis())
                .log("loaded run");
    }

    private PipelineException otherLog(String found, long last) {
        return new PipelineException(
                ErrorCode.RUN_LOG_CORRUPT,
                "warehouse schema " + schema.name() + " has been loaded up to run " + last + " from another log: "
                        + found
                        + "; give the function the buckets that the warehouse was loaded from, or an empty schema");
    }
}
