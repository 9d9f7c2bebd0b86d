package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.extract.ChangeDetection.Strategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractConfigurationTest {

    private static final Map<String, String> REQUIRED =
            Map.of("INGESTION_BUCKET", "in", "PROCESSED_BUCKET", "out", "TOTESYS_SECRET", "totesys");

    @Test
    void onlyBucketsAndSecretAreRequired() {
        assertThat(configuration(Map.of()))
                .isEqualTo(new ExtractConfiguration("in", "out", "totesys", "Totesys", ExtractSettings.DEFAULT));
    }

    @Test
    void everyVariableArrives() {
        assertThat(configuration(Map.of(
                        "METRIC_NAMESPACE",
                        "Test",
                        "CHANGE_DETECTION",
                        "last_updated, staff=snapshot",
                        "LOOKBACK",
                        "1h",
                        "RUN_MAX_ROWS",
                        "10",
                        "RUN_MAX_BYTES",
                        "1000",
                        "RUN_MAX_TIME",
                        "30s",
                        "SOURCE_CONNECTIONS",
                        "4")))
                .isEqualTo(new ExtractConfiguration(
                        "in",
                        "out",
                        "totesys",
                        "Test",
                        new ExtractSettings(
                                new ChangeDetection(
                                        Strategy.LAST_UPDATED, Map.of("staff", Strategy.SNAPSHOT), Duration.ofHours(1)),
                                new RunLimits(10, 1_000, Duration.ofSeconds(30)),
                                4)));
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> ExtractConfiguration.fromEnvironment(
                        Map.of(
                                "INGESTION_BUCKET",
                                "in",
                                "CHANGE_DETECTION",
                                "triggers",
                                "LOOKBACK",
                                "15",
                                "RUN_MAX_ROWS",
                                "0",
                                "SOURCE_CONNECTIONS",
                                "many"),
                        Totesys.CATALOGUE))
                .isInstanceOf(PipelineException.class)
                .hasMessage("CONFIGURATION_INVALID: the settings are not right: PROCESSED_BUCKET is not set;"
                        + " TOTESYS_SECRET is not set; LOOKBACK is \"15\"; expected a positive duration such as 30s, 5m, 1h or"
                        + " PT15M; CHANGE_DETECTION is \"triggers\": \"triggers\" is neither snapshot nor"
                        + " last_updated; expected one of them, or table=strategy for some tables; RUN_MAX_ROWS is \"0\"; expected a whole number of at least 1;"
                        + " SOURCE_CONNECTIONS is \"many\"; expected a whole number from 1 to 16;"
                        + " docs/configuration.md lists every variable");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            snapshot                          | SNAPSHOT     | SNAPSHOT
            last_updated                      | LAST_UPDATED | LAST_UPDATED
            sales_order=last_updated          | LAST_UPDATED | SNAPSHOT
            last_updated,sales_order=snapshot | SNAPSHOT     | LAST_UPDATED
            payment = last_updated , snapshot | SNAPSHOT     | LAST_UPDATED
            """)
    void strategyIsChosenForAllTablesOrForSome(String text, Strategy salesOrder, Strategy payment) {
        ChangeDetection detection = ChangeDetection.parse(text, ChangeDetection.DEFAULT_LOOKBACK, Totesys.CATALOGUE);

        assertThat(detection.of("sales_order")).isEqualTo(salesOrder);
        assertThat(detection.of("payment")).isEqualTo(payment);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            snapshot,last_updated                          | it has two strategies for all tables
            payment=snapshot,payment=snapshot              | table payment stands twice in it
            payment=                                       | "" is neither snapshot nor last_updated; expected one of them, or table=strategy for some tables
            """)
    void contradictionsAreRefused(String text, String message) {
        assertThatThrownBy(() -> ChangeDetection.parse(text, ChangeDetection.DEFAULT_LOOKBACK, Totesys.CATALOGUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void tableThatIsNotInTheCatalogueIsRefused() {
        assertThatThrownBy(() ->
                        ChangeDetection.parse("orders=snapshot", ChangeDetection.DEFAULT_LOOKBACK, Totesys.CATALOGUE))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("UNKNOWN_TABLE: \"orders\" is not a source table of the catalogue");
    }

    @Test
    void tableWithoutTheColumnCannotBeReadByIt() {
        Catalogue catalogue = new Catalogue(
                List.of(SourceTable.named("region", "region_id")
                        .text("region_name")
                        .build()),
                List.of());

        assertThatThrownBy(() -> ChangeDetection.parse("last_updated", ChangeDetection.DEFAULT_LOOKBACK, catalogue))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("these tables have no mandatory timestamp last_updated: region");
    }

    private static ExtractConfiguration configuration(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.putAll(more);
        return ExtractConfiguration.fromEnvironment(environment, Totesys.CATALOGUE);
    }
}
