package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ObjectPathTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "data/staff/2026/01/31/0000000001-a-0.csv, data/staff/2026/01/31/0000000001-a-0.csv",
                "with space + plus, with space + plus",
                "100%, 100%25",
                "a%2Fb, a%252Fb",
                "Größe, Gr%C3%B6%C3%9Fe",
                "../../etc/passwd, %2E%2E/%2E%2E/etc/passwd",
                "a/./b, a/%2E/b",
                "/a//b/, %/a/%/b/%",
                "..., ...",
                "back\\slash, back%5Cslash",
                "a:b*c?d|e<f>g, a%3Ab%2Ac%3Fd%7Ce%3Cf%3Eg",
            })
    void staysInItsFolderAndLeadsBack(String key, String path) {
        assertThat(ObjectPath.ofKey(key)).isEqualTo(path);
        assertThat(ObjectPath.toKey(path)).isEqualTo(key);
    }

    @Test
    void takesAZeroCharacter() {
        assertThat(ObjectPath.ofKey("a\0b")).isEqualTo("a%00b");
        assertThat(ObjectPath.toKey("a%00b")).isEqualTo("a\0b");
    }

    @Test
    void refusesWhatS3OrFileSystemsCannotHold() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ObjectPath.ofKey("ü".repeat(513)))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("KeyTooLongError"));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ObjectPath.ofKey("a".repeat(256)))
                .withMessage(
                        "the loopback server does not model a key with a segment that needs more than 255 bytes as a"
                                + " file name");
    }
}
