package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.Settings;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import java.util.Map;

/**
 * The settings of the extract function.
 *
 * @param ingestionBucket where CSV objects and manifests go
 * @param processedBucket where the manifests of loaded runs are
 * @param totesysSecret name or ARN of the secret that describes the operational database
 * @param metricNamespace CloudWatch namespace of the figures
 * @param settings how to extract
 */
public record ExtractConfiguration(
        String ingestionBucket,
        String processedBucket,
        String totesysSecret,
        String metricNamespace,
        ExtractSettings settings) {

    /**
     * Reads the environment; every problem is told at once.
     *
     * @param catalogue the tables that settings may name
     */
    public static ExtractConfiguration fromEnvironment(Map<String, String> environment, Catalogue catalogue) {
        Settings settings = new Settings(environment);
        ExtractConfiguration configuration = new ExtractConfiguration(
                settings.required("INGESTION_BUCKET"),
                settings.required("PROCESSED_BUCKET"),
                settings.required("TOTESYS_SECRET"),
                settings.optional("METRIC_NAMESPACE", "Totesys"),
                ExtractSettings.read(settings, catalogue));
        settings.requireDifferent("INGESTION_BUCKET", "PROCESSED_BUCKET", Settings.TWO_BUCKETS);
        settings.check();
        return configuration;
    }
}
