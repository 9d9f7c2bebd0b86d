package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, bytes 0-0/10",
        "bytes=0-9, bytes 0-9/10",
        "bytes=3-, bytes 3-9/10",
        "bytes=3-99, bytes 3-9/10",
        "bytes=-3, bytes 7-9/10",
        "bytes=-99, bytes 0-9/10",
        "bytes=9-999999999999999999, bytes 9-9/10",
    })
    void understandsOneRange(String header, String contentRange) {
        assertThat(ByteRange.parse(header, 10).orElseThrow().of(10)).isEqualTo(contentRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", ""})
    void ignoresWhatItDoesNotUnderstand(String header) {
        assertThat(ByteRange.parse(header, 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-, 10", "bytes=10-20, 10", "bytes=-0, 10", "bytes=0-0, 0", "bytes=-1, 0"})
    void refusesARangeWithoutBytes(String header, long size) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ByteRange.parse(header, size))
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(416));
    }
}
