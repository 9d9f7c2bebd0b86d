package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.util.HashMap;
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
     * @param columns its columns that are needed
     * @param objects its CSV objects
     * @param neededBy the warehouse table, for messages
     */
    ParentRows(ObjectStore store, SourceTable table, List<String> columns, List<CsvObject> objects, String neededBy) {
        this.columns = List.copyOf(columns);
        for (CsvObject object : objects) {
            try (var reader = new CsvObjectReader(store, object)) {
                int key = reader.indexOf(table.key(), neededBy);
                int[] fields = columns.stream()
                        .mapToInt(column -> reader.indexOf(column, neededBy))
                        .toArray();
                for (CSVRecord record = reader.next(); record != null; record = reader.next()) {
                    @Nullable String[] values = new @Nullable String[fields.length];
                    for (int i = 0; i < fields.length; i++) {
                        values[i] = record.get(fields[i]);
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
