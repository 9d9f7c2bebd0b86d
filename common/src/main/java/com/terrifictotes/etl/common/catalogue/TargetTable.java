package com.terrifictotes.etl.common.catalogue;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table of the star schema: Parquet in the processed bucket, and a table of the same name in the warehouse.
 *
 * @param name its name
 * @param kind how it is loaded
 * @param source the source table whose rows become its rows, or null for the calendar
 * @param key the business key: one integer column (in the calendar, the day)
 * @param surrogateKey the identity column that numbers the versions of a fact; null for dimensions
 * @param joins the rows that the source rows travel with, from {@code source} to their parents
 * @param columns every column that the transformation fills, in the order of the warehouse; the surrogate key is not one
 */
public record TargetTable(
        String name,
        Kind kind,
        @Nullable String source,
        String key,
        @Nullable String surrogateKey,
        List<Join> joins,
        List<TargetColumn> columns) {

    /** How a table is loaded. */
    public enum Kind {
        /** Holds the latest version of each row. */
        DIMENSION,
        /** Holds every version of each row. */
        FACT,
        /** Holds each day that a fact mentions. */
        CALENDAR
    }

    public TargetTable {
        Identifiers.requireValid(name);
        requireNonNull(kind, "kind is null");
        joins = List.copyOf(joins);
        columns = List.copyOf(columns);
        if (columns.stream().map(TargetColumn::name).distinct().count() != columns.size()) {
            throw new IllegalArgumentException("target table " + name + " has a column twice");
        }
        if (columns.stream().noneMatch(column -> column.name().equals(key) && !column.nullable())) {
            throw new IllegalArgumentException("target table " + name + " has no mandatory column " + key);
        }
        if ((kind == Kind.FACT) != (surrogateKey != null)) {
            throw new IllegalArgumentException(
                    "target table " + name + ": facts, and only facts, have a surrogate key");
        }
        if ((kind == Kind.CALENDAR) != (source == null)) {
            throw new IllegalArgumentException(
                    "target table " + name + ": the calendar, and only the calendar, has no source");
        }
    }

    /** The source table whose rows become this table's rows; none for the calendar. */
    public Optional<String> sourceTable() {
        return Optional.ofNullable(source);
    }

    /** The source table of a table that is known to have one. */
    public String requireSource() {
        return requireNonNull(source, () -> name + " is the calendar: it has no source table");
    }

    /** The identity column of a table that is known to be a fact. */
    public String requireSurrogateKey() {
        return requireNonNull(surrogateKey, () -> name + " is not a fact: it has no surrogate key");
    }

    /** The column of that name, if the table has it. */
    public Optional<TargetColumn> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }

    /** Starts the declaration of a dimension. */
    public static Builder dimension(String name, SourceTable source) {
        return new Builder(name, Kind.DIMENSION, source, null);
    }

    /** Starts the declaration of a fact. */
    public static Builder fact(String name, String surrogateKey, SourceTable source) {
        return new Builder(name, Kind.FACT, source, surrogateKey);
    }

    /** The calendar: one row a day, keyed by the day. */
    public static TargetTable calendar(String name, String key) {
        List<TargetColumn> columns = Arrays.stream(CalendarField.values())
                .map(field -> new TargetColumn(
                        field == CalendarField.DATE ? key : field.name().toLowerCase(Locale.ROOT),
                        field.type(),
                        false,
                        new Expression.Calendar(field),
                        null))
                .toList();
        return new TargetTable(name, Kind.CALENDAR, null, key, null, List.of(), columns);
    }

    /**
     * Declares columns in the order of the warehouse. Types and nullability follow from the source columns, so that they
     * cannot contradict them.
     */
    public static final class Builder {
        private final String name;
        private final Kind kind;
        private final SourceTable source;
        private final @Nullable String surrogateKey;
        private final List<Join> joins = new ArrayList<>();
        private final List<TargetColumn> columns = new ArrayList<>();
        private @Nullable String key;

        private Builder(String name, Kind kind, SourceTable source, @Nullable String surrogateKey) {
            this.name = name;
            this.kind = kind;
            this.source = source;
            this.surrogateKey = surrogateKey;
        }

        /** The business key: the source's primary key, under a name of its own if need be. */
        public Builder key(String targetName) {
            key = targetName;
            return value(targetName, source, source.key());
        }

        /** Columns that keep their name. */
        public Builder same(String... names) {
            for (String column : names) {
                value(column, source, column);
            }
            return this;
        }

        /** A column of the source under another name. */
        public Builder renamed(String targetName, String sourceName) {
            return value(targetName, source, sourceName);
        }

        /** The source's foreign key brings the parent's row with it; {@link #joined} then reads its columns. */
        public Builder join(String foreignKey, SourceTable parent) {
            joins.add(new Join(source.name(), foreignKey, parent.name()));
            return this;
        }

        /** A column of a joined row; it may be NULL as well where the foreign key may. */
        public Builder joined(String targetName, SourceTable parent, String sourceName) {
            boolean optional = joins.stream()
                    .filter(join -> join.parent().equals(parent.name()))
                    .anyMatch(join -> sourceColumn(source, join.column()).nullable());
            return value(targetName, parent, sourceName, optional);
        }

        /** A foreign key that keeps its name. */
        public Builder reference(String column, String dimension) {
            return reference(column, column, dimension);
        }

        /** A foreign key under another name. */
        public Builder reference(String targetName, String sourceName, String dimension) {
            columns.add(new TargetColumn(
                    targetName,
                    TargetType.INTEGER,
                    typedColumn(sourceName, SourceType.INTEGER).nullable(),
                    new Expression.Value(source.name(), sourceName),
                    dimension));
            return this;
        }

        /** ISO text that becomes a date of the calendar. */
        public Builder isoDate(String column, String calendar) {
            columns.add(new TargetColumn(
                    column,
                    TargetType.DATE,
                    typedColumn(column, SourceType.TEXT).nullable(),
                    new Expression.Value(source.name(), column),
                    calendar));
            return this;
        }

        /** A timestamp that becomes a date of the calendar and a time of day. */
        public Builder split(String timestamp, String dateName, String timeName, String calendar) {
            boolean nullable = typedColumn(timestamp, SourceType.TIMESTAMP).nullable();
            columns.add(
                    new TargetColumn(dateName, TargetType.DATE, nullable, new Expression.DateOf(timestamp), calendar));
            columns.add(new TargetColumn(timeName, TargetType.TIME, nullable, new Expression.TimeOf(timestamp), null));
            return this;
        }

        /** The English name of the currency whose code is in the source column. */
        public Builder currencyName(String targetName, String codeColumn) {
            columns.add(new TargetColumn(
                    targetName,
                    TargetType.TEXT,
                    typedColumn(codeColumn, SourceType.TEXT).nullable(),
                    new Expression.CurrencyName(codeColumn),
                    null));
            return this;
        }

        /** The declared table. */
        public TargetTable build() {
            return new TargetTable(
                    name,
                    kind,
                    source.name(),
                    requireNonNull(key, () -> "target table " + name + " declares no key"),
                    surrogateKey,
                    joins,
                    columns);
        }

        private Builder value(String targetName, SourceTable table, String sourceName) {
            return value(targetName, table, sourceName, false);
        }

        private Builder value(String targetName, SourceTable table, String sourceName, boolean optional) {
            SourceColumn column = sourceColumn(table, sourceName);
            columns.add(new TargetColumn(
                    targetName,
                    targetType(column),
                    column.nullable() || optional,
                    new Expression.Value(table.name(), sourceName),
                    null));
            return this;
        }

        private SourceColumn sourceColumn(SourceTable table, String column) {
            return table.column(column)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "target table " + name + ": source table " + table.name() + " has no column " + column));
        }

        private SourceColumn typedColumn(String column, SourceType expected) {
            SourceColumn found = sourceColumn(source, column);
            if (!found.type().equals(expected)) {
                throw new IllegalArgumentException("target table " + name + ": " + source.name() + "." + column + " is "
                        + found.type().sql() + ", expected " + expected.sql());
            }
            return found;
        }

        private TargetType targetType(SourceColumn column) {
            return switch (column.type()) {
                case SourceType.Whole whole -> TargetType.INTEGER;
                case SourceType.Text text -> TargetType.TEXT;
                case SourceType.Truth truth -> TargetType.BOOLEAN;
                case SourceType.Numeric numeric -> new TargetType.Decimal(numeric.precision(), numeric.scale());
                case SourceType.Timestamp timestamp ->
                    throw new IllegalArgumentException("target table " + name + ": " + column.name()
                            + " is a timestamp; declare it as a date and a time");
            };
        }
    }
}
