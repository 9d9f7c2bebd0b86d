package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.Settings;
import java.util.Map;

/**
 * The settings of the transform function.
 *
 * @param ingestionBucket where CSV objects and manifests are
 * @param processedBucket where Parquet objects and the quarantine go
 * @param metricNamespace CloudWatch namespace of the figures
 */
public record TransformConfiguration(String ingestionBucket, String processedBucket, String metricNamespace) {

    /** Reads the environment; every problem is told at once. */
    public static TransformConfiguration fromEnvironment(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        TransformConfiguration configuration = new TransformConfiguration(
                settings.required("INGESTION_BUCKET"),
                settings.required("PROCESSED_BUCKET"),
                settings.optional("METRIC_NAMESPACE", "Totesys"));
        settings.requireDifferent("INGESTION_BUCKET", "PROCESSED_BUCKET", Settings.TWO_BUCKETS);
        settings.check();
        return configuration;
    }
}
