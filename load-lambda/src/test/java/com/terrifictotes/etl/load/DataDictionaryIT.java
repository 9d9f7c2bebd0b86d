package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.Totesys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every table, view and column of the warehouse says what it means, and docs/data-dictionary.md and terraform/catalogue.json
 * say the same.
 */
final class DataDictionaryIT {

    private static final String RELATIONS = """
            FROM pg_class AS relation
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')""";

    private static final String COLUMNS = """
            FROM pg_attribute
            JOIN (SELECT oid, relname %s) AS relation ON relation.oid = attrelid
            WHERE attnum > 0 AND NOT attisdropped""".formatted(RELATIONS);

    /**
     * Facts first, then what they refer to, then what is derived from them, and the ledger last. A view that has the columns
     * of a fact as they are does not repeat them.
     */
    private static final String PAGES = """
            SELECT '
            ## ' || relname || '

            ' || obj_description(oid, 'pg_class') || '

            ' || coalesce('The columns of `' || fact || '`, where they are defined, but for `supersedes`' || CASE WHEN own IS NULL THEN '.' ELSE '; and:

            ' END, '') || coalesce('| column | type | meaning |
            |---|---|---|
            ' || own, '') AS page
            FROM (SELECT oid, relname %s) AS relation
            LEFT JOIN (VALUES ('sales_order'), ('purchase_order'), ('payment')) AS facts (name)
                ON relname IN ('current_' || name, name || '_history')
            CROSS JOIN LATERAL (VALUES ('fact_' || name)) AS origin (fact)
            CROSS JOIN LATERAL (
                SELECT string_agg('| `' || attname || '` | ' || format_type(atttypid, atttypmod) || ' | '
                                      || col_description(attrelid, attnum) || ' |', chr(10) ORDER BY attnum) AS own
                FROM pg_attribute AS mine
                WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (
                    SELECT FROM pg_attribute AS theirs
                    WHERE theirs.attrelid = to_regclass(fact) AND theirs.attname = mine.attname
                      AND col_description(theirs.attrelid, theirs.attnum) = col_description(mine.attrelid, mine.attnum)))
                AS columns
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

        assertIsUpToDate("docs/data-dictionary.md", dictionary);
    }

    @Test
    void terraformKnowsTheSame() throws IOException {
        assertIsUpToDate(
                "terraform/catalogue.json",
                TerraformCatalogue.of(Totesys.CATALOGUE, warehouse).json());
    }

    private static void assertIsUpToDate(String name, String expected) throws IOException {
        Path file = Path.of("..").resolve(name);
        Path made = Files.writeString(Path.of("target").resolve(file.getFileName()), expected);

        assertThat(Files.readString(file))
                .as(name + "; as it should be: load-lambda/" + made)
                .isEqualTo(expected);
    }
}
