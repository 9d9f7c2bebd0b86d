package com.terrifictotes.etl.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What every contender must leave behind: the same rows, and the same columns, indexes and constraints on them.
 *
 * @param fact the table
 * @param contents its rows
 */
record FactCheck(FactTable fact, FactTable.Contents contents) {

    /** Takes a table as it is for right. */
    static FactCheck of(Connection connection, FactTable fact) throws SQLException {
        return new FactCheck(fact, fact.contents(connection));
    }

    /**
     * Compares.
     *
     * @param contender whose work the warehouse is, for messages
     * @throws IllegalStateException if anything is not the same
     */
    void require(Warehouse warehouse, String contender) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            FactTable found = FactTable.of(connection, fact.name());
            if (!found.equals(fact)) {
                throw new IllegalStateException(contender + " left " + found + "; expected " + fact);
            }
            FactTable.Contents rows = found.contents(connection);
            if (!rows.equals(contents)) {
                throw new IllegalStateException(contender + " left rows in " + fact.name() + " that add up to " + rows
                        + "; expected " + contents);
            }
        }
    }
}
