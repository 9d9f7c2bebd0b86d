package com.terrifictotes.etl.local.demo;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table or view, all in memory. A value is what JDBC makes of its type (Integer, String, Boolean, BigDecimal
 * with its scale), a date is a {@link LocalDate}, a time a {@link LocalTime}: values of different types are never equal.
 *
 * @param columns the columns' names; the first column is the key
 * @param rows the values in the order of the columns
 */
record TableRows(List<String> columns, List<List<@Nullable Object>> rows) {

    /** {@return everything that a query gives} */
    static TableRows readFrom(ResultSet result) throws SQLException {
        ResultSetMetaData metadata = result.getMetaData();
        int width = metadata.getColumnCount();
        List<String> columns = new ArrayList<>(width);
        int[] types = new int[width];
        for (int i = 0; i < width; i++) {
            columns.add(metadata.getColumnLabel(i + 1));
            types[i] = metadata.getColumnType(i + 1);
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        while (result.next()) {
            @Nullable Object[] values = new @Nullable Object[width];
            for (int i = 0; i < width; i++) {
                values[i] = switch (types[i]) {
                    case Types.DATE -> result.getObject(i + 1, LocalDate.class);
                    case Types.TIME -> result.getObject(i + 1, LocalTime.class);
                    default -> result.getObject(i + 1);
                };
            }
            rows.add(Collections.unmodifiableList(Arrays.asList(values)));
        }
        return new TableRows(columns, rows);
    }

    /** {@return the rows of each key, the key as text; keys and rows in the order in which they were read} */
    Map<String, List<List<@Nullable Object>>> byKey() {
        return rows.stream()
                .collect(Collectors.groupingBy(
                        row -> String.valueOf(row.getFirst()), LinkedHashMap::new, Collectors.toList()));
    }
}
