package com.terrifictotes.etl.common.catalogue;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A column of a warehouse table.
 *
 * @param name its name in Parquet and in the warehouse
 * @param type its type
 * @param nullable whether NULL is allowed; a row with a NULL where it is not cannot be represented
 * @param expression where its value comes from
 * @param dimension the dimension whose key it refers to, or null
 */
public record TargetColumn(
        String name,
        TargetType type,
        boolean nullable,
        Expression expression,
        @Nullable String dimension) {

    public TargetColumn {
        Identifiers.requireValid(name);
        requireNonNull(type, "type is null");
        requireNonNull(expression, "expression is null");
    }

    /** The dimension whose key this column refers to. */
    public Optional<String> references() {
        return Optional.ofNullable(dimension);
    }
}
