package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What Terraform has to know of the data: the tables of the lake with Glue's types, the views of the dashboard with
 * PostgreSQL's, and what their columns mean, in the words of the warehouse.
 *
 * @param tables what transform writes as Parquet
 * @param views what answers the business's questions
 */
record TerraformCatalogue(List<Table> tables, List<View> views) {

    record Table(String name, List<Column> columns) {}

    record View(String name, String comment, List<Column> columns) {}

    record Column(String name, String type, String comment) {}

    private static final String VIEWS = """
            SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'revenue\\_%'
            ORDER BY relname COLLATE "C"
            """;

    static TerraformCatalogue of(Catalogue catalogue, Warehouse warehouse) {
        return new TerraformCatalogue(
                catalogue.targets().stream()
                        .map(table -> table(table, columns(warehouse, table.name())))
                        .toList(),
                warehouse.values(VIEWS, String.class, String.class).stream()
                        .map(row -> row.stream().map(String::valueOf).toList())
                        .map(row -> new View(row.get(0), row.get(1), columns(warehouse, row.get(0))))
                        .toList());
    }

    /** The content of the file. */
    String json() {
        return new String(Json.writeReadable(this), StandardCharsets.UTF_8) + "\n";
    }

    private static List<Column> columns(Warehouse warehouse, String relation) {
        String query = """
                SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) FROM pg_attribute
                WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped
                ORDER BY attnum""".formatted(relation);
        return warehouse.values(query, String.class, String.class, String.class).stream()
                .map(row -> row.stream().map(String::valueOf).toList())
                .map(row -> new Column(row.get(0), row.get(1), row.get(2)))
                .toList();
    }

    private static Table table(TargetTable table, List<Column> defined) {
        return new Table(
                table.name(),
                table.columns().stream().map(column -> column(column, defined)).toList());
    }

    private static Column column(TargetColumn column, List<Column> defined) {
        String meaning = defined.stream()
                .filter(candidate -> candidate.name().equals(column.name()))
                .map(Column::comment)
                .findFirst()
                .orElseThrow();
        return switch (column.type()) {
            case TargetType.Whole whole -> new Column(column.name(), "int", meaning);
            case TargetType.Truth truth -> new Column(column.name(), "boolean", meaning);
            case TargetType.Text text -> new Column(column.name(), "string", meaning);
            case TargetType.Date date -> new Column(column.name(), "date", meaning);
            // Hive, and so Glue, has no type for times of day. Its readers, Athena's among them, take Parquet's as the
            // number that it is: https://github.com/trinodb/trino/pull/16362
            case TargetType.Time time -> new Column(column.name(), "bigint", "Microseconds since midnight. " + meaning);
            case TargetType.Decimal decimal ->
                new Column(column.name(), "decimal(" + decimal.precision() + "," + decimal.scale() + ")", meaning);
        };
    }
}
