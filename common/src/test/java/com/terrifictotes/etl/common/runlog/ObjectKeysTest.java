package com.terrifictotes.etl.common.runlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.time.LocalDate;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeysTest {

    private static final LocalDate DAY = LocalDate.of(2026, 1, 2);

    private final Locale locale = Locale.getDefault();

    @AfterEach
    void restoreTheLocale() {
        Locale.setDefault(locale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en-GB", "tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai", "hi-IN-u-nu-deva"})
    void keysAreTheSameEverywhere(String tag) {
        Locale.setDefault(Locale.forLanguageTag(tag));

        assertThat(ObjectKeys.manifest(1)).isEqualTo("runs/0000000001.json");
        assertThat(ObjectKeys.manifest(9_999_999_999L)).isEqualTo("runs/9999999999.json");
        assertThat(ObjectKeys.csv("sales_order", DAY, 42, "a1b2", 3))
                .isEqualTo("data/sales_order/2026/01/02/0000000042-a1b2-00003.csv");
        assertThat(ObjectKeys.parquet("fact_sales_order", DAY, 42, 99_999))
                .isEqualTo("data/fact_sales_order/2026/01/02/0000000042-99999.parquet");
        assertThat(ObjectKeys.quarantine("dim_staff", DAY, 42, 7))
                .isEqualTo("quarantine/dim_staff/2026/01/02/0000000042-00007.jsonl");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 10_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void runThatTenDigitsCannotHoldIsRefused(long run) {
        assertThatThrownBy(() -> ObjectKeys.manifest(run))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID))
                .hasMessage("REQUEST_INVALID: run " + run + " is none; runs are numbered from 1 to 9999999999");
        assertThatThrownBy(() -> ObjectKeys.csv("staff", DAY, run, "a", 1)).isInstanceOf(PipelineException.class);
        assertThatThrownBy(() -> ObjectKeys.parquet("dim_staff", DAY, run, 1)).isInstanceOf(PipelineException.class);
        assertThatThrownBy(() -> ObjectKeys.quarantine("dim_staff", DAY, run, 1))
                .isInstanceOf(PipelineException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 100_000})
    void partThatWouldNotSortIsRefused(int part) {
        assertThatThrownBy(() -> ObjectKeys.csv("staff", DAY, 1, "a", part))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("part or unit " + part + " is none; they are numbered from 1 to 99999");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 9_999_999_999L})
    void keyOfAManifestTellsItsRun(long run) {
        assertThat(ObjectKeys.runOfManifest(ObjectKeys.manifest(run))).hasValue(run);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "runs/",
                "runs/1.json",
                "runs/0000000000.json",
                "runs/00000000001.json",
                "runs/0000000001.json.tmp",
                "runs/0000000001xjson",
                "runs/0000000001.json\n",
                "/runs/0000000001.json",
                "data/runs/0000000001.json",
                "runs/-000000001.json",
                "runs/٠٠٠٠٠٠٠٠٠١.json"
            })
    void otherKeysAreNoManifests(String key) {
        assertThat(ObjectKeys.runOfManifest(key)).isEmpty();
    }
}
