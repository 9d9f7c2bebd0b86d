package com.terrifictotes.etl.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    record Sample(String title, long size, @Nullable Long since, Instant at) {}

    private static final Sample SAMPLE = new Sample("Ångström İ", 3, null, Instant.parse("2026-11-22T01:02:03.004Z"));
    private static final String TEXT = "{\"title\":\"Ångström İ\",\"size\":3,\"at\":\"2026-11-22T01:02:03.004Z\"}";

    @Test
    void recordIsOneLineWithIsoInstantsAndWithoutNulls() {
        assertThat(new String(Json.write(SAMPLE), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    @Test
    void readableFormHasALineForEachField() {
        assertThat(new String(Json.writeReadable(SAMPLE), StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("""
                {
                  "title" : "Ångström İ",
                  "size" : 3,
                  "at" : "2026-11-22T01:02:03.004Z"
                }""");
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        assertThat(Json.read(Json.write(SAMPLE), Sample.class)).isEqualTo(SAMPLE);
        assertThat(Json.readStrict(Json.writeReadable(SAMPLE), Sample.class)).isEqualTo(SAMPLE);
    }

    @Test
    void unknownFieldIsIgnoredUnlessReadingIsStrict() throws IOException {
        String more = TEXT.replace("{", "{\"colour\":\"red\",");

        assertThat(Json.read(utf8(more), Sample.class)).isEqualTo(SAMPLE);
        assertThatThrownBy(() -> Json.readStrict(utf8(more), Sample.class))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Unrecognized field \"colour\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":\"a\",\"at\":\"2026-11-22T01:02:03Z\"}",
                "{\"title\":\"a\",\"size\":null,\"at\":\"2026-11-22T01:02:03Z\"}",
                "{\"title\":\"a\",\"size\":1.5,\"at\":\"2026-11-22T01:02:03Z\"}",
                "{\"title\":\"a\",\"size\":\"1\",\"at\":\"2026-11-22T01:02:03Z\"}",
                "{\"title\":\"a\",\"size\":9223372036854775808,\"at\":\"2026-11-22T01:02:03Z\"}",
                "{\"title\":\"a\",\"size\":1,\"at\":\"yesterday\"}"
            })
    void missingOrGuessedValueIsRefused(String json) {
        assertThatThrownBy(() -> Json.read(utf8(json), Sample.class)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.readStrict(utf8(json), Sample.class)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "not JSON"})
    void otherTextIsRefused(String json) {
        assertThatThrownBy(() -> Json.read(utf8(json), Sample.class)).isInstanceOf(IOException.class);
    }

    @Test
    void contentAfterTheEndIsRefused() {
        assertThatThrownBy(() -> Json.read(utf8(TEXT + TEXT), Sample.class)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.tree(utf8(TEXT + "x"))).isInstanceOf(IOException.class);
    }

    @Test
    void nullIsNoRecord() {
        assertThatThrownBy(() -> Json.read(utf8("null"), Sample.class))
                .isInstanceOf(IOException.class)
                .hasMessage("JSON null is not a Sample");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
