package com.terrifictotes.etl.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The eleven tables as they may be before the pipeline comes, as SQL for any schema. */
final class TablesBefore {

    /** The tables. */
    static final String TABLES = resource("star_schema_before.sql");

    /** Rows for some of them. */
    static final String ROWS = resource("star_schema_before_rows.sql");

    private TablesBefore() {}

    private static String resource(String name) {
        try (InputStream content = TablesBefore.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(content, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
