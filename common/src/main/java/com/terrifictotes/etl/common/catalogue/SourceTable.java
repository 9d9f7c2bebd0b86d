package com.terrifictotes.etl.common.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of the operational database.
 *
 * @param name its name in the source database
 * @param key its primary key: one integer column
 * @param columns every column that is known, in the source's order; the key is one of them
 */
public record SourceTable(String name, String key, List<SourceColumn> columns) {

    public SourceTable {
        Identifiers.requireValid(name);
        columns = List.copyOf(columns);
        if (columns.stream().map(SourceColumn::name).distinct().count() != columns.size()) {
            throw new IllegalArgumentException("source table " + name + " has a column twice");
        }
        SourceColumn keyColumn = columns.stream()
                .filter(column -> column.name().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("source table " + name + " has no column " + key));
        if (!keyColumn.type().equals(SourceType.INTEGER) || keyColumn.nullable()) {
            throw new IllegalArgumentException("the key of source table " + name + " must be an integer and not null");
        }
    }

    /** The column of that name, if the table has it. */
    public Optional<SourceColumn> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }

    /** Starts the declaration of a table; its first column is its key. */
    public static Builder named(String name, String key) {
        return new Builder(name, key);
    }

    /** Declares columns in the order of the source. */
    public static final class Builder {
        private final String name;
        private final String key;
        private final List<SourceColumn> columns = new ArrayList<>();

        private Builder(String name, String key) {
            this.name = name;
            this.key = key;
            integer(key);
        }

        /** Mandatory whole numbers. */
        public Builder integer(String... names) {
            return add(SourceType.INTEGER, false, names);
        }

        /** Whole numbers that may be NULL. */
        public Builder optionalInteger(String... names) {
            return add(SourceType.INTEGER, true, names);
        }

        /** Mandatory text. */
        public Builder text(String... names) {
            return add(SourceType.TEXT, false, names);
        }

        /** Text that may be NULL. */
        public Builder optionalText(String... names) {
            return add(SourceType.TEXT, true, names);
        }

        /** Mandatory truth values. */
        public Builder bool(String... names) {
            return add(SourceType.BOOLEAN, false, names);
        }

        /** Mandatory {@code numeric(10,2)}. */
        public Builder money(String... names) {
            return add(SourceType.numeric(10, 2), false, names);
        }

        /** Mandatory timestamps without a zone. */
        public Builder timestamp(String... names) {
            return add(SourceType.TIMESTAMP, false, names);
        }

        private Builder add(SourceType type, boolean nullable, String... names) {
            for (String column : names) {
                columns.add(new SourceColumn(column, type, nullable));
            }
            return this;
        }

        /** The declared table. */
        public SourceTable build() {
            return new SourceTable(name, key, columns);
        }
    }
}
