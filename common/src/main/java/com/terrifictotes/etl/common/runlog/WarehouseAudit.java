package com.terrifictotes.etl.common.runlog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the load found when it compared the warehouse with what a run says of the source.
 *
 * @param tables the tables that were compared, whole or in ranges
 * @param differing ranges of keys that the extraction is asked to read again, until they no longer stand here
 */
public record WarehouseAudit(List<TableAudit> tables, List<DifferentRange> differing) {

    public WarehouseAudit {
        tables = List.copyOf(tables);
        differing = List.copyOf(differing);
    }

    /**
     * What came of one table.
     *
     * @param table the warehouse table
     * @param whole whether all of it was compared, or only ranges that had differed
     * @param differences ranges in which the warehouse was not what the runs said, put right or not; rows that are gone or in
     *     quarantine are no difference
     * @param repaired rows that were missing or other than in the source, and are as there now
     * @param deleted rows that are gone from the source and from the current views now
     * @param heldBack rows that are gone from the source, too many to believe it
     * @param verifiedThrough up to when the table is known to be as the source was; null if that is not known yet
     */
    public record TableAudit(
            String table,
            boolean whole,
            long differences,
            long repaired,
            long deleted,
            long heldBack,
            @Nullable Instant verifiedThrough) {
        public TableAudit {
            requireNonNull(table, "table is null");
        }
    }

    /**
     * A range of keys in which warehouse and source differ.
     *
     * @param target the warehouse table
     * @param first the smallest key that belongs to it
     * @param last the largest
     */
    public record DifferentRange(String target, long first, long last) {
        public DifferentRange {
            requireNonNull(target, "target is null");
        }
    }
}
