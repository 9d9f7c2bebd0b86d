package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a source table that other rows join to, by primary key, with only the columns that are needed. Both sides
 * of a key come from the same database as text, so they are compared as text.
 */
final class ParentRows {

    private final List<String> columns;
    private final Map<String, @Nullable String[]> rows = new HashMap<>();

    /**
     * Reads all rows.
     *
     * @param store the ingestion bucket
     * @param table the joined table
     * @param target the warehouse table that needs some of its columns
     * @param objects its CSV objects
     */
    ParentRows(ObjectStore store, SourceTable table, TargetTable target, List<CsvObject> objects) {
        // Each with whether it is mandatory, which the same column may be in one place and not in another.
        Map<String, Boolean> needed = new LinkedHashMap<>();
        for (TargetColumn column : target.columns()) {
            if (column.expression() instanceof Expression.Value value
                    && value.table().equals(table.name())) {
                needed.merge(value.column(), !column.nullable(), Boolean::logicalOr);
            }
        }
        columns = List.copyOf(needed.keySet());
        for (CsvObject object : objects) {
            try (var reader = new CsvObjectReader(store, object)) {
                int key = reader.indexOf(table.key(), target.name());
                int[] fields = needed.entrySet().stream()
                        .mapToInt(column -> column.getValue()
                                ? reader.indexOf(column.getKey(), target.name())
                                : reader.optionalIndexOf(column.getKey()))
                        .toArray();
                for (CSVRecord record = reader.next(); record != null; record = reader.next()) {
                    @Nullable String[] values = new @Nullable String[fields.length];
                    for (int i = 0; i < fields.length; i++) {
                        values[i] = fields[i] < 0 ? null : record.get(fields[i]);
                    }
                    rows.put(record.get(key), values);
                }
            }
        }
    }

    /** Where a column is in {@link #find}'s rows. */
    int indexOf(String column) {
        return columns.indexOf(column);
    }

    /** The row with that key, null if there is none. */
    @Nullable
    String @Nullable [] find(String key) {
        return rows.get(key);
    }
}
