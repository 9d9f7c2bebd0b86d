package com.terrifictotes.etl.parquet;

/** The key/value metadata of every Parquet object; others read it, so it is a contract. */
public final class MetadataKeys {

    /** The run's number, decimal. */
    public static final String RUN = "totesys.run";

    /** The keys of the CSV objects in the ingestion bucket that the rows come from, a JSON array. */
    public static final String INPUTS = "totesys.inputs";

    /** The form of the files, {@link #SCHEMA_VERSION}. */
    public static final String SCHEMA = "totesys.schema";

    /** The warehouse table. */
    public static final String TARGET = "totesys.target";

    /** How many source rows could not be represented and wait in the quarantine, decimal. */
    public static final String QUARANTINED = "totesys.quarantined";

    /** The form of the files that this code writes. */
    public static final String SCHEMA_VERSION = "1";

    private MetadataKeys() {}
}
