package com.terrifictotes.etl.common.runlog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a run in the processed bucket: the run is in the warehouse. The warehouse's own ledger is the truth;
 * this is what the extraction, which has no access to the warehouse, knows of it.
 *
 * @param version the form, {@link Manifest#VERSION}
 * @param run the run's number
 * @param attempt which load wrote it
 * @param snapshotTime when the run's snapshot was taken
 * @param committedAt when the warehouse committed it, by the warehouse's clock
 * @param tables what became of the rows
 * @param audit what a comparison with the source has found; null if nothing was compared, and nothing waits for it
 */
public record LoadManifest(
        int version,
        long run,
        String attempt,
        Instant snapshotTime,
        Instant committedAt,
        List<TableLoad> tables,
        @Nullable WarehouseAudit audit)
        implements Manifest {

    public LoadManifest {
        requireNonNull(attempt, "attempt is null");
        requireNonNull(snapshotTime, "snapshotTime is null");
        requireNonNull(committedAt, "committedAt is null");
        tables = List.copyOf(tables);
    }

    /**
     * What became of the rows of one warehouse table.
     *
     * @param table the table
     * @param read rows in the run's Parquet objects
     * @param inserted rows or, in a fact, versions that are new
     * @param updated rows of a dimension that changed
     * @param unchanged rows that said what the warehouse knew already
     * @param inferred dimension rows made up because a fact refers to a key that has not arrived
     * @param quarantined source rows that could not be represented, and wait in the quarantine
     */
    public record TableLoad(
            String table, long read, long inserted, long updated, long unchanged, long inferred, long quarantined) {
        public TableLoad {
            requireNonNull(table, "table is null");
        }
    }
}
