package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.PipelineException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LoadConfigurationTest {

    @Test
    void hasDefaults() {
        assertThat(LoadConfiguration.fromEnvironment(
                        Map.of("INGESTION_BUCKET", "in", "PROCESSED_BUCKET", "out", "WAREHOUSE_SECRET", "secret")))
                .isEqualTo(new LoadConfiguration("in", "out", "secret", "public", 10, "Totesys"));
    }

    @Test
    void readsEverySetting() {
        assertThat(LoadConfiguration.fromEnvironment(Map.of(
                        "INGESTION_BUCKET",
                        "in",
                        "PROCESSED_BUCKET",
                        "out",
                        "WAREHOUSE_SECRET",
                        "secret",
                        "WAREHOUSE_SCHEMA",
                        "star",
                        "METRIC_NAMESPACE",
                        "Metrics")))
                .isEqualTo(new LoadConfiguration("in", "out", "secret", "star", 10, "Metrics"));
    }

    @Test
    void tellsEverythingThatIsMissing() {
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> LoadConfiguration.fromEnvironment(Map.of("WAREHOUSE_SCHEMA", "star")))
                .withMessage("CONFIGURATION_INVALID: the settings are not right: INGESTION_BUCKET is not set;"
                        + " PROCESSED_BUCKET is not set; WAREHOUSE_SECRET is not set; docs/configuration.md lists every"
                        + " variable");
    }
}
