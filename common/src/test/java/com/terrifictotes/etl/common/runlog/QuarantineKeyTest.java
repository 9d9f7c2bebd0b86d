package com.terrifictotes.etl.common.runlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineKeyTest {

    private static final LocalDate DAY = LocalDate.of(2026, 1, 2);

    @Test
    void saysWhatTheKeyWasMadeFrom() {
        QuarantineKey key = new QuarantineKey("fact_sales_order", DAY, 42, 7);

        assertThat(key.key()).isEqualTo("quarantine/fact_sales_order/2026/01/02/0000000042-00007.jsonl");
        assertThat(QuarantineKey.parse(key.key())).hasValue(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quarantine/dim_staff/",
                "quarantine/dim_staff/2026/02/30/0000000042-00007.jsonl",
                "quarantine/dim_staff/2026/01/02/42-7.jsonl",
                "quarantine/dim_staff/2026/01/02/0000000000-00007.jsonl",
                "quarantine/dim_staff/2026/01/02/0000000042-00000.jsonl",
                "quarantine/dim_\u001b[2J/2026/01/02/0000000042-00007.jsonl",
                "data/dim_staff/2026/01/02/0000000042-00007.parquet"
            })
    void otherKeysAreNone(String key) {
        assertThat(QuarantineKey.parse(key)).isEmpty();
    }

    @Test
    void dayAloneSortsBetweenTheDaysBeforeAndItsOwnKeys() {
        assertThat(ObjectKeys.quarantineOf("dim_staff", DAY))
                .isEqualTo("quarantine/dim_staff/2026/01/02/")
                .startsWith(ObjectKeys.quarantineOf("dim_staff"))
                .isLessThan(ObjectKeys.quarantine("dim_staff", DAY, 1, 1))
                .isGreaterThan(ObjectKeys.quarantine("dim_staff", DAY.minusDays(1), 9_999_999_999L, 99_999));
    }
}
