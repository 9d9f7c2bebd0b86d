package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.Settings;
import java.util.Map;

/**
 * The settings of the extract function.
 *
 * @param ingestionBucket where CSV objects and manifests go
 * @param processedBucket where the manifests of loaded runs are
 * @param totesysSecret name or ARN of the secret that describes the operational database
 * @param metricNamespace CloudWatch namespace of the figures
 */
public record ExtractConfiguration(
        String ingestionBucket, String processedBucket, String totesysSecret, String metricNamespace) {

    /** Reads the environment; every problem is told at once. */
    public static ExtractConfiguration fromEnvironment(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        ExtractConfiguration configuration = new ExtractConfiguration(
                settings.required("INGESTION_BUCKET"),
                settings.required("PROCESSED_BUCKET"),
                settings.required("TOTESYS_SECRET"),
                settings.optional("METRIC_NAMESPACE", "Totesys"));
        settings.check();
        return configuration;
    }
}
