package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every table, view and column of the warehouse says what it means, and docs/data-dictionary.md says the same. */
final class DataDictionaryIT {

    private static final String RELATIONS = """
            FROM pg_class AS relation
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')""";

    private static final String COLUMNS = """
            FROM pg_attribute
            JOIN (SELECT oid, relname %s) AS relation ON relation.oid = attrelid
            WHERE attnum > 0 AND NOT attisdropped""".formatted(RELATIONS);

    /** Facts first, then what they refer to, then what is derived from them, and the ledger last. */
    private static final String PAGES = """
            SELECT '
            ## ' || relname || '

            ' || obj_description(oid, 'pg_class') || '

            | column | type | meaning |
            |---|---|---|
            ' || (SELECT string_agg(
                      '| `' || attname || '` | ' || format_type(atttypid, atttypmod) || ' | '
                          || col_description(attrelid, attnum) || ' |',
                      chr(10) ORDER BY attnum)
                  FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped) AS page
            %s
            ORDER BY CASE WHEN relname LIKE 'fact_%%' THEN 1 WHEN relname LIKE 'dim_%%' THEN 2
                          WHEN relname LIKE 'current_%%' THEN 3 WHEN relname LIKE '%%_history' THEN 4
                          WHEN relname LIKE 'revenue_%%' THEN 5 ELSE 6 END, relname COLLATE "C"
            """.formatted(RELATIONS);

    private final Warehouse warehouse;

    DataDictionaryIT(@TempDir Path folder) {
        warehouse = new Warehouse(new Lake(folder.resolve("lake")), folder.resolve("work"));
        warehouse.load();
    }

    @Test
    void everythingHasADefinition() {
        assertThat(warehouse.rows(
                        "SELECT relname %s AND obj_description(oid, 'pg_class') IS NULL".formatted(RELATIONS),
                        "SELECT relname, attname %s AND col_description(attrelid, attnum) IS NULL".formatted(COLUMNS)))
                .as("without COMMENT ON; a migration adds it")
                .isEmpty();
    }

    @Test
    void dictionaryIsWhatTheWarehouseSays() throws IOException {
        List<String> pages = warehouse.texts(PAGES);
        Document document = Document.read("data-dictionary.md");
        String introduction = document.text().substring(0, document.text().indexOf("\n## "));
        String dictionary = introduction + String.join("\n", pages) + "\n";
        Path made = Files.writeString(Path.of("target", "data-dictionary.md"), dictionary);

        assertThat(document.text())
                .as("docs/data-dictionary.md; as it should be: load-lambda/" + made)
                .isEqualTo(dictionary);
    }
}
