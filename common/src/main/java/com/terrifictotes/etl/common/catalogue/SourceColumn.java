package com.terrifictotes.etl.common.catalogue;

import static java.util.Objects.requireNonNull;

/**
 * A column of an operational table.
 *
 * @param name its name in the source database
 * @param type the type the star schema needs it to have
 * @param nullable whether the source allows NULL in it
 */
public record SourceColumn(String name, SourceType type, boolean nullable) {

    public SourceColumn {
        Identifiers.requireValid(name);
        requireNonNull(type, "type is null");
    }
}
