package com.terrifictotes.etl.common;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON, the same way everywhere: instants in ISO 8601, no nulls written, unknown fields ignored (a manifest
 * may come from a newer version), missing numbers refused, as are numbers in quotes or with a fraction where a whole one
 * belongs, and anything after the end.
 */
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private Json() {}

    /** One line of UTF-8 JSON. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** UTF-8 JSON with line breaks, for objects that people open. */
    public static byte[] writeReadable(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A record from JSON.
     *
     * @throws IOException if it is not JSON or lacks what the record needs
     */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        return requireValue(MAPPER.readValue(json, type), type);
    }

    /**
     * A record from JSON that must not say anything else: for requests, where a misspelt field is a mistake.
     *
     * @throws IOException if it is not JSON, or lacks what the record needs, or has more
     */
    public static <T> T readStrict(byte[] json, Class<T> type) throws IOException {
        return requireValue(
                MAPPER.readerFor(type)
                        .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .readValue(json),
                type);
    }

    /**
     * JSON of any shape.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode tree(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    /** The JSON text {@code null} is a value for Jackson, but not a record. */
    private static <T> T requireValue(@Nullable T value, Class<T> type) throws IOException {
        if (value == null) {
            throw new IOException("JSON null is not a " + type.getSimpleName());
        }
        return value;
    }
}
