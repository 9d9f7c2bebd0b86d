package com.terrifictotes.etl.local.demo;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of comparing the warehouse with what it must hold.
 *
 * @param tables one entry for each table and view
 */
record Comparison(List<Table> tables) {
    Comparison {
        tables = List.copyOf(tables);
    }

    /**
     * One table or view.
     *
     * @param name its name in the warehouse
     * @param rowsExpected how many rows it must hold
     * @param rowsFound how many it holds
     * @param differenceCount how many differences there are
     * @param differences the first of them
     */
    record Table(String name, int rowsExpected, int rowsFound, int differenceCount, List<Difference> differences) {
        Table {
            differences = List.copyOf(differences);
        }
    }

    /** In which way the warehouse differs. */
    enum Kind {
        /** A row, or a version of a row, is not there. */
        MISSING,
        /** A row, or a version of a row, is there and should not be. */
        SURPLUS,
        /** A row is there with other values. */
        DIFFERENT,
        /** The versions of a row are there, but one that came later has a lower surrogate key. */
        OUT_OF_ORDER
    }

    /**
     * One difference.
     *
     * @param key the value of the table's key
     * @param columns the columns that differ; empty unless the kind is {@link Kind#DIFFERENT}
     * @param message the whole finding, values included: the demonstration's data is invented
     */
    record Difference(Kind kind, String table, String key, List<String> columns, String message) {
        Difference {
            columns = List.copyOf(columns);
        }
    }

    /** {@return whether the warehouse holds exactly what it must} */
    boolean isEqual() {
        return tables.stream().allMatch(table -> table.differenceCount() == 0);
    }

    /** {@return one line for each table, and below it one for each difference that is shown} */
    String describe() {
        return tables.stream().map(Comparison::describe).collect(Collectors.joining("\n"));
    }

    private static String describe(Table table) {
        StringBuilder text = new StringBuilder("%s: %d rows expected, %d found, %d differences"
                .formatted(table.name(), table.rowsExpected(), table.rowsFound(), table.differenceCount()));
        table.differences().forEach(difference -> text.append("\n  ").append(difference.message()));
        int hidden = table.differenceCount() - table.differences().size();
        if (hidden > 0) {
            text.append("\n  and %d more".formatted(hidden));
        }
        return text.toString();
    }
}
