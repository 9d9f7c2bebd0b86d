package com.terrifictotes.etl.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void valuesComeFromTheEnvironment() {
        Settings settings = new Settings(Map.of("BUCKET", "lake", "SCHEMA", "sales", "ROWS", "12"));

        assertThat(settings.required("BUCKET")).isEqualTo("lake");
        assertThat(settings.optional("SCHEMA", "public")).isEqualTo("sales");
        assertThat(settings.optionalNumber("ROWS", 5, 1)).isEqualTo(12);
        assertThatCode(settings::check).doesNotThrowAnyException();
    }

    @Test
    void defaultsStandInForWhatIsNotSetOrBlank() {
        Settings settings = new Settings(Map.of("SCHEMA", " ", "ROWS", ""));

        assertThat(settings.optional("SCHEMA", "public")).isEqualTo("public");
        assertThat(settings.optionalNumber("ROWS", 5, 1)).isEqualTo(5);
        assertThat(settings.optionalNumber("BYTES", 6, 1)).isEqualTo(6);
        assertThatCode(settings::check).doesNotThrowAnyException();
    }

    @Test
    void oneMessageTellsEverythingThatIsWrong() {
        Settings settings =
                new Settings(Map.of("SECRET", "", "ROWS", "many", "BYTES", "0", "TIME", "99999999999999999999"));

        settings.required("BUCKET");
        settings.required("SECRET");
        settings.optionalNumber("ROWS", 5, 1);
        settings.optionalNumber("BYTES", 5, 1);
        settings.optionalNumber("TIME", 5, 0);

        assertThatThrownBy(settings::check)
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID))
                .hasMessage("CONFIGURATION_INVALID: the settings are not right: BUCKET is not set; SECRET is not set;"
                        + " ROWS is \"many\"; expected a whole number of at least 1; BYTES is \"0\"; expected a whole"
                        + " number of at least 1; TIME is \"99999999999999999999\"; expected a whole number of at least 0;"
                        + " docs/configuration.md lists every variable");
    }

    @Test
    void valuesThatMustDifferAreBothNamed() {
        Settings settings = new Settings(Map.of("FROM", "lake", "TO", "lake"));

        settings.requireDifferent("FROM", "TO", "expected two buckets");

        assertThatThrownBy(settings::check)
                .hasMessage("CONFIGURATION_INVALID: the settings are not right: FROM and TO are both \"lake\";"
                        + " expected two buckets; docs/configuration.md lists every variable");
    }

    @Test
    void valuesThatDifferOrAreNotSetAreNoProblem() {
        Settings settings = new Settings(Map.of("FROM", "lake", "TO", "sea", "EMPTY", "", "ALSO_EMPTY", ""));

        settings.requireDifferent("FROM", "TO", "expected two buckets");
        settings.requireDifferent("EMPTY", "ALSO_EMPTY", "expected two buckets");
        settings.requireDifferent("MISSING", "ALSO_MISSING", "expected two buckets");

        assertThatCode(settings::check).doesNotThrowAnyException();
    }
}
