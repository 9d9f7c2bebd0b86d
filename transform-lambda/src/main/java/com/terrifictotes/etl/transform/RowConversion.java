package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * How the records of one CSV object become rows of a warehouse table. What can be decided once for the object (where each
 * column is, how its text is converted) is decided here, not for each row.
 */
final class RowConversion {

    /**
     * Why a record cannot be represented.
     *
     * @param column the source column, {@code table.column} for a joined one
     * @param reason what is wrong with its value, without the value
     */
    record Problem(String column, String reason) {}

    /** Puts the text of a value, which is not NULL, into a column of the row. */
    private interface Conversion {
        void set(ParquetTableWriter writer, int column, String text) throws UnrepresentableException;
    }

    /** A foreign key of the object and the rows that it refers to. */
    private record ResolvedJoin(Join join, int foreignKey, ParentRows parents) {}

    /** One column: which value (of the record itself, or of a joined row), and what becomes of it. */
    private record Cell(String source, @Nullable Integer join, int field, boolean nullable, Conversion conversion) {}

    private static final String NULL_REASON = "is NULL, which the star schema does not allow";

    private final CsvObjectReader object;
    private final TargetTable target;
    private final CalendarDays calendar;
    private final List<ResolvedJoin> joins = new ArrayList<>();
    private final Cell[] cells;

    /** The rows that the current record joins to, one for each join. */
    private final @Nullable String[][] joined;

    /** The days that the current record mentions. */
    private final int[] days;

    private int dayCount;

    /**
     * @param catalogue the tables
     * @param target the warehouse table
     * @param object the CSV object, of the target's source table
     * @param parents the rows of the tables that the target joins
     * @param calendar collects the days that the rows mention
     */
    RowConversion(
            Catalogue catalogue,
            TargetTable target,
            CsvObjectReader object,
            Map<String, ParentRows> parents,
            CalendarDays calendar) {
        this.object = object;
        this.target = target;
        this.calendar = calendar;
        for (Join join : target.joins()) {
            ParentRows rows = Optional.ofNullable(parents.get(join.parent())).orElseThrow();
            joins.add(new ResolvedJoin(join, object.indexOf(join.column(), target.name()), rows));
        }
        joined = new @Nullable String[joins.size()][];
        days = new int[target.columns().size()];
        Optional<String> calendarName = catalogue.calendar().map(TargetTable::name);
        cells = target.columns().stream()
                .map(column -> cell(column, calendarName))
                .toArray(Cell[]::new);
    }

    /**
     * Writes the row of a record.
     *
     * @return why it cannot be represented, nothing is written then; null if it was written
     */
    @Nullable
    Problem convert(CSVRecord record, ParquetTableWriter writer) {
        dayCount = 0;
        for (int i = 0; i < joined.length; i++) {
            ResolvedJoin join = joins.get(i);
            String key = record.get(join.foreignKey);
            if (key == null) {
                return new Problem(join.join.column(), NULL_REASON);
            }
            @Nullable String[] row = join.parents.find(key);
            if (row == null) {
                // Not fatal: a run never changes, so it would stand in the way of all later ones for ever. When the row
                // appears, its run carries the rows that refer to it once more.
                return new Problem(
                        join.join.column(),
                        "refers to a row of " + join.join.parent() + " that the run does not carry");
            }
            joined[i] = row;
        }
        for (int i = 0; i < cells.length; i++) {
            Cell cell = cells[i];
            String text = text(cell, record);
            try {
                if (text != null) {
                    cell.conversion.set(writer, i, text);
                } else if (!cell.nullable) {
                    throw new UnrepresentableException(NULL_REASON);
                }
            } catch (UnrepresentableException e) {
                writer.discardRow();
                return new Problem(cell.source, String.valueOf(e.getMessage()));
            }
        }
        writer.endRow();
        for (int i = 0; i < dayCount; i++) {
            calendar.add(days[i]);
        }
        return null;
    }

    private @Nullable String text(Cell cell, CSVRecord record) {
        if (cell.join != null) {
            return joined[cell.join][cell.field];
        }
        return cell.field < 0 ? null : record.get(cell.field);
    }

    private Cell cell(TargetColumn column, Optional<String> calendarName) {
        boolean mentionsDay = calendarName.isPresent() && column.references().equals(calendarName);
        return switch (column.expression()) {
            case Expression.Value value -> {
                Conversion conversion = conversion(column.type(), mentionsDay);
                yield value.table().equals(target.requireSource())
                        ? own(value.column(), column, conversion)
                        : joinedCell(value, column, conversion);
            }
            case Expression.DateOf date ->
                own(
                        date.column(),
                        column,
                        (writer, index, text) -> setDay(writer, index, CsvValues.dayOfTimestamp(text), mentionsDay));
            case Expression.TimeOf time ->
                own(
                        time.column(),
                        column,
                        (writer, index, text) -> writer.setLong(index, CsvValues.timeOfTimestamp(text)));
            case Expression.CurrencyName name ->
                own(name.column(), column, (writer, index, text) -> writer.setText(index, CurrencyNames.english(text)));
            case Expression.Calendar calendarField ->
                throw new IllegalArgumentException(target.name() + "." + column.name() + " is not made from rows");
        };
    }

    private Cell own(String source, TargetColumn column, Conversion conversion) {
        int field = column.nullable() ? object.optionalIndexOf(source) : object.indexOf(source, target.name());
        return new Cell(source, null, field, column.nullable(), conversion);
    }

    private Cell joinedCell(Expression.Value value, TargetColumn column, Conversion conversion) {
        for (int i = 0; i < joins.size(); i++) {
            ResolvedJoin join = joins.get(i);
            if (join.join.parent().equals(value.table())) {
                return new Cell(
                        value.table() + "." + value.column(),
                        i,
                        join.parents.indexOf(value.column()),
                        column.nullable(),
                        conversion);
            }
        }
        throw new IllegalArgumentException(target.name() + " does not join " + value.table());
    }

    private Conversion conversion(TargetType type, boolean mentionsDay) {
        return switch (type) {
            case TargetType.Whole whole -> (writer, index, text) -> writer.setInt(index, CsvValues.wholeNumber(text));
            case TargetType.Text words -> ParquetTableWriter::setText;
            case TargetType.Truth truth -> (writer, index, text) -> writer.setBoolean(index, CsvValues.truth(text));
            case TargetType.Date date ->
                (writer, index, text) -> setDay(writer, index, CsvValues.day(text), mentionsDay);
            case TargetType.Decimal decimal ->
                (writer, index, text) ->
                        writer.setDecimal(index, CsvValues.decimal(text, decimal.precision(), decimal.scale()));
            case TargetType.Time time ->
                throw new IllegalArgumentException(target.name() + " takes a time from something that is no timestamp");
        };
    }

    private void setDay(ParquetTableWriter writer, int index, int day, boolean mentionsDay) {
        writer.setInt(index, day);
        if (mentionsDay) {
            days[dayCount] = day;
            dayCount++;
        }
    }
}
