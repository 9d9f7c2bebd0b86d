package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.Settings;
import java.util.Map;

/**
 * What the function is told by its environment.
 *
 * @param ingestionBucket {@code INGESTION_BUCKET}: the log of committed runs
 * @param processedBucket {@code PROCESSED_BUCKET}: Parquet objects, and the log of loaded runs
 * @param warehouseSecret {@code WAREHOUSE_SECRET}: name or ARN of the secret with the warehouse's login
 * @param warehouseSchema {@code WAREHOUSE_SCHEMA}: the schema of the star schema, {@code public} by default
 * @param massDeletionPercent {@code MASS_DELETION_PERCENT}: if more rows of a table are gone from the source than this part of
 *     it, it is not believed; 10 by default
 * @param metricNamespace {@code METRIC_NAMESPACE}: CloudWatch namespace, {@code Totesys} by default
 */
record LoadConfiguration(
        String ingestionBucket,
        String processedBucket,
        String warehouseSecret,
        String warehouseSchema,
        int massDeletionPercent,
        String metricNamespace) {

    static final String INGESTION_BUCKET = "INGESTION_BUCKET";
    static final String PROCESSED_BUCKET = "PROCESSED_BUCKET";
    static final String WAREHOUSE_SECRET = "WAREHOUSE_SECRET";
    static final String WAREHOUSE_SCHEMA = "WAREHOUSE_SCHEMA";
    static final String MASS_DELETION_PERCENT = "MASS_DELETION_PERCENT";
    static final String METRIC_NAMESPACE = "METRIC_NAMESPACE";

    /**
     * Reads the environment.
     *
     * @throws PipelineException CONFIGURATION_INVALID with everything that is missing
     */
    static LoadConfiguration fromEnvironment(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        LoadConfiguration configuration = new LoadConfiguration(
                settings.required(INGESTION_BUCKET),
                settings.required(PROCESSED_BUCKET),
                settings.required(WAREHOUSE_SECRET),
                settings.optional(WAREHOUSE_SCHEMA, "public"),
                Math.toIntExact(
                        settings.optionalNumber(MASS_DELETION_PERCENT, LoadStage.MASS_DELETION_PERCENT, 0, 100)),
                settings.optional(METRIC_NAMESPACE, "Totesys"));
        settings.requireDifferent(INGESTION_BUCKET, PROCESSED_BUCKET, Settings.TWO_BUCKETS);
        settings.check();
        return configuration;
    }
}
