package com.terrifictotes.etl.common.catalogue;

/**
 * A source row travels with the row it refers to, so that a run holds everything its transformation needs.
 *
 * @param child the referring source table
 * @param column its foreign key column
 * @param parent the source table whose primary key it refers to
 */
public record Join(String child, String column, String parent) {

    public Join {
        Identifiers.requireValid(child);
        Identifiers.requireValid(column);
        Identifiers.requireValid(parent);
    }
}
