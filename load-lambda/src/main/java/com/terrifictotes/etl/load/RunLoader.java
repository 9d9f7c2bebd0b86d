package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings one run into the warehouse, in one transaction. */
final class RunLoader {

    private final Catalogue catalogue;
    private final List<MergeStatements> statements;
    private final List<AuditStatements> audits;
    private final ObjectStore processed;
    private final Clock clock;
    private final Path workFolder;
    private final int massDeletionPercent;

    /**
     * @param catalogue what the tables are
     * @param processed the bucket of the Parquet objects
     * @param clock for durations
     * @param workFolder where objects are copied to while they are read; made if it does not exist
     * @param massDeletionPercent if more rows of a table are gone than this part of it, it is not believed
     */
    RunLoader(Catalogue catalogue, ObjectStore processed, Clock clock, Path workFolder, int massDeletionPercent) {
        this.catalogue = catalogue;
        this.processed = processed;
        this.clock = clock;
        this.workFolder = workFolder;
        this.massDeletionPercent = massDeletionPercent;
        statements = catalogue.targets().stream()
                .map(table -> MergeStatements.of(catalogue, table))
                .toList();
        audits = catalogue.targets().stream()
                .filter(table -> table.sourceTable().isPresent())
                .map(AuditStatements::of)
                .toList();
    }

    /** How much younger the last run is than the oldest of all tables' last audits; empty before the first run. */
    Optional<Duration> auditAge(WarehouseSession session) {
        List<String> tables = audits.stream().map(sql -> sql.table().name()).toList();
        return session.transaction(
                "read the audits of warehouse schema " + session.schema().name(),
                connection -> AuditLedger.age(connection, tables));
    }

    /**
     * Loads the run that follows the ledger's last one.
     *
     * @param deadline when it should be over: an audit is left out rather than kept waiting for
     * @return what became of it; empty if another loader has brought it in the meantime
     * @throws PipelineException with run and, where there is one, table; nothing of the run is in the warehouse then,
     *     unless the connection broke while it was committed
     */
    Optional<LoadManifest> load(WarehouseSession session, RunManifest run, Deadline deadline) {
        requireKnownTables(run);
        return session.exclusively(
                "load run " + run.run() + " into warehouse schema "
                        + session.schema().name(),
                connection -> {
                    long last = Ledger.head(connection).run();
                    if (last >= run.run()) {
                        return Optional.empty();
                    }
                    if (last != run.run() - 1) {
                        throw new PipelineException(
                                ErrorCode.WAREHOUSE_CONTRACT_BROKEN,
                                "the ledger of warehouse schema "
                                        + session.schema().name() + " ends with run " + last + "; expected "
                                        + (run.run() - 1) + " before run " + run.run()
                                        + "; if the warehouse was just restored, the next load goes on from there");
                    }
                    return Optional.of(new RunTransaction(
                                    connection,
                                    session.schema(),
                                    run,
                                    processed,
                                    clock,
                                    workFolder,
                                    massDeletionPercent,
                                    deadline)
                            .load(statements, audits));
                });
    }

    private void requireKnownTables(RunManifest run) {
        run.batches().stream()
                .flatMap(batch -> batch.units().stream())
                .forEach(unit -> catalogue.target(unit.target()));
    }
}
