package com.terrifictotes.etl.common.metrics;

/** Every figure that the pipeline reports; alarms and dashboards refer to them by {@link #label()}. */
public enum Metric {
    /** Extract has read the source, or load has left nothing pending. Its absence is the alarm. */
    HEARTBEAT("Heartbeat", "Count"),
    /** Rows read from a source table. */
    ROWS_EXTRACTED("RowsExtracted", "Count"),
    /** CSV bytes of a source table. */
    BYTES_EXTRACTED("BytesExtracted", "Bytes"),
    /** Source tables that a run could not read, so that it went on without them. */
    TABLES_HELD_BACK("TablesHeldBack", "Count"),
    /** The source is not the one that was read before, or has gone back: restored, replaced or failed over. */
    SOURCE_REPLACED("SourceReplaced", "Count"),
    /** Columns that the source has and the catalogue does not. */
    NEW_SOURCE_COLUMNS("NewSourceColumns", "Count"),
    /** Runs that are committed and not in the warehouse yet. */
    RUNS_PENDING("RunsPending", "Count"),
    /** Rows written to Parquet for a warehouse table. */
    ROWS_TRANSFORMED("RowsTransformed", "Count"),
    /** Rows that could not be represented. */
    ROWS_QUARANTINED("RowsQuarantined", "Count"),
    /** Rows or versions that are new in a warehouse table. */
    ROWS_INSERTED("RowsInserted", "Count"),
    /** Rows of a dimension that changed. */
    ROWS_UPDATED("RowsUpdated", "Count"),
    /** Dimension rows made up because a fact refers to a key that has not arrived. */
    INFERRED_MEMBERS("InferredMembers", "Count"),
    /** Rows that are gone from the source, and from the current views of the warehouse with it. */
    ROWS_DELETED("RowsDeleted", "Count"),
    /** Rows that are gone from the source, too many to believe it: they stay in the warehouse until a person decides. */
    DELETES_HELD_BACK("DeletesHeldBack", "Count"),
    /** Ranges of keys in which the warehouse was not what it should be, put right or not. Every audit reports it, be it zero. */
    AUDIT_DIFFERENCES("AuditDifferences", "Count"),
    /**
     * How much younger the last run is than the last audit of a table that came to an end: of all tables, the one whose audit
     * is the oldest. A load that leaves nothing pending reports it.
     */
    AUDIT_AGE("AuditAge", "Seconds"),
    /**
     * The age of a run's snapshot: of a run that load commits, when it does; of the oldest run that extract leaves to be
     * loaded, zero if there is none.
     */
    FRESHNESS("Freshness", "Seconds"),
    /** How long a stage worked. */
    DURATION("Duration", "Milliseconds");

    private final String label;
    private final String unit;

    Metric(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** The name in CloudWatch. */
    public String label() {
        return label;
    }

    /** The unit in CloudWatch. */
    public String unit() {
        return unit;
    }
}
