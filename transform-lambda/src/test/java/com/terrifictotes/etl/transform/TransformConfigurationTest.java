package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransformConfigurationTest {

    @Test
    void hasDefaults() {
        assertThat(TransformConfiguration.fromEnvironment(Map.of("INGESTION_BUCKET", "in", "PROCESSED_BUCKET", "out")))
                .isEqualTo(new TransformConfiguration("in", "out", "Totesys"));
    }

    @Test
    void readsEveryVariable() {
        assertThat(TransformConfiguration.fromEnvironment(
                        Map.of("INGESTION_BUCKET", "in", "PROCESSED_BUCKET", "out", "METRIC_NAMESPACE", "Other")))
                .isEqualTo(new TransformConfiguration("in", "out", "Other"));
    }

    @Test
    void tellsEveryProblemAtOnce() {
        assertThatThrownBy(() -> TransformConfiguration.fromEnvironment(Map.of("PROCESSED_BUCKET", " ")))
                .isInstanceOf(PipelineException.class)
                .hasMessage("CONFIGURATION_INVALID: the settings are not right: INGESTION_BUCKET is not set;"
                        + " PROCESSED_BUCKET is not set; docs/configuration.md lists every variable");
    }
}
