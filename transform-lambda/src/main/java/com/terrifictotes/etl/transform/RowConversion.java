package com.terrifictotes.etl.transform;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import com.terrifictotes.etl.transform.ColumnConversion.Numbers;
import com.terrifictotes.etl.transform.ColumnConversion.Numbers.Form;
import com.terrifictotes.etl.transform.ColumnConversion.PartOfTimestamps;
import com.terrifictotes.etl.transform.ColumnConversion.PartOfTimestamps.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the records of one CSV object become rows of a warehouse table: column by column, many records at a time. What can be
 * decided once for the object (where each column is, how its text is converted) is decided here, not for each record.
 */
final class RowConversion {

    /** A foreign key of the object and the rows that it refers to. */
    private record ResolvedJoin(Join join, int foreignKey, ParentRows parents, JoinedRows rows) {}

    /** A warehouse column: which source column its values come from (of a joined row, or of the record), and how. */
    private record Cell(Optional<ResolvedJoin> join, int field, ColumnConversion conversion, boolean mentionsDay) {}

    /** Joined text is the same in many records, so a range of them ends early when it has as many bytes. */
    private static final int JOINED_BYTES = 1 << 20;

    private final CsvObjectReader object;
    private final TargetTable target;
    private final ParquetTableWriter writer;
    private final Quarantine quarantine;
    private final CalendarDays calendar;
    private final List<ResolvedJoin> joins = new ArrayList<>();
    private final List<Cell> cells;
    private final Days days = new Days();
    private final Map<String, Timestamps> timestamps = new HashMap<>();
    private final RejectedRows rejected = new RejectedRows();

    /**
     * @param catalogue the tables
     * @param target the warehouse table
     * @param object the CSV object, of the target's source table
     * @param parents the rows of the tables that the target joins
     * @param writer where the rows go
     * @param quarantine where the records go that cannot be represented
     * @param calendar collects the days that the rows mention
     */
    RowConversion(
            Catalogue catalogue,
            TargetTable target,
            CsvObjectReader object,
            Map<String, ParentRows> parents,
            ParquetTableWriter writer,
            Quarantine quarantine,
            CalendarDays calendar) {
        this.object = object;
        this.target = target;
        this.writer = writer;
        this.quarantine = quarantine;
        this.calendar = calendar;
        for (Join join : target.joins()) {
            ParentRows rows = requireNonNull(parents.get(join.parent()), "a joined table is missing");
            joins.add(new ResolvedJoin(join, object.indexOf(join.column(), target.name()), rows, rows.joined()));
        }
        Optional<String> calendarName = catalogue.calendar().map(TargetTable::name);
        cells = target.columns().stream()
                .map(column -> cell(column, calendarName))
                .toList();
    }

    /** Converts every record that the object has. */
    void convertAll() {
        while (object.next()) {
            int from = 0;
            while (from < object.records().size()) {
                from += convertRange(from);
            }
        }
    }

    /** Converts records from that one on, as many as the writer takes at once; gives how many that were. */
    private int convertRange(int from) {
        rejected.clear();
        timestamps.values().forEach(Timestamps::clear);
        int room = Math.min(object.records().size() - from, writer.room());
        int count = joins.isEmpty() ? room : join(from, room);
        if (object.records().misshapen() > 0) {
            rejectMisshapen(from, count);
        }
        int firstRow = writer.column(0).size();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            cell.conversion.convert(fields(cell, from, count), writer.column(i), rejected);
        }
        if (rejected.any()) {
            moveToQuarantine(from, count, firstRow);
        }
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).mentionsDay) {
                calendar.addAll(writer.column(i), firstRow);
            }
        }
        writer.endRows(writer.column(0).size() - firstRow);
        return count;
    }

    /** Finds the rows that records join to; gives for how many records that was done. */
    private int join(int from, int room) {
        joins.forEach(join -> join.rows.clear());
        int count = 0;
        int bytes = 0;
        while (count < room && bytes < JOINED_BYTES) {
            bytes = 0;
            for (ResolvedJoin join : joins) {
                join(from, count, join);
                bytes += join.rows.byteCount();
            }
            count++;
        }
        return count;
    }

    private void join(int from, int row, ResolvedJoin join) {
        CsvRecords records = object.records();
        long place = records.place(from + row, join.foreignKey);
        if (place == CsvRecords.NULL) {
            join.rows.addNothing();
            rejected.reject(row, join.join.column(), ColumnConversion.NULL_REASON);
            return;
        }
        long key = CsvValues.wholeNumber(records.bytes(), CsvRecords.start(place), CsvRecords.length(place));
        if (key == CsvValues.INVALID || !join.parents.find((int) key, join.rows)) {
            join.rows.addNothing();
            // Not fatal: a run never changes, so it would stand in the way of all later ones for ever. When the row
            // appears, its run carries the rows that refer to it once more.
            rejected.reject(
                    row,
                    join.join.column(),
                    "refers to a row of " + join.join.parent() + " that the run does not carry");
        }
    }

    private void rejectMisshapen(int from, int count) {
        CsvRecords records = object.records();
        for (int i = 0; i < count; i++) {
            if (records.isOversized(from + i)) {
                rejected.replace(i, "has 16 MiB or more");
            } else if (records.fieldCount(from + i) != records.columns()) {
                rejected.replace(i, "has " + records.fieldCount(from + i) + " fields; expected " + records.columns());
            }
        }
    }

    private FieldRange fields(Cell cell, int from, int count) {
        if (cell.join.isPresent()) {
            JoinedRows rows = cell.join.get().rows;
            return new FieldRange(rows.bytes(), rows.places(), cell.field, rows.columns(), count);
        }
        CsvRecords records = object.records();
        int first = from * records.columns() + cell.field;
        return new FieldRange(records.bytes(), records.places(), first, records.columns(), count);
    }

    private void moveToQuarantine(int from, int count, int firstRow) {
        for (int i = 0; i < count; i++) {
            RejectedRows.Problem problem = rejected.problem(i);
            if (problem != null) {
                quarantine.add(object, from + i, problem);
            }
        }
        for (int i = 0; i < cells.size(); i++) {
            writer.column(i).remove(firstRow, rejected.flags());
        }
    }

    private Cell cell(TargetColumn column, Optional<String> calendarName) {
        boolean mentionsDay = calendarName.isPresent() && column.references().equals(calendarName);
        boolean nullable = column.nullable();
        return switch (column.expression()) {
            case Expression.Value value ->
                value.table().equals(target.requireSource())
                        ? own(column, value.column(), conversion(value.column(), column), mentionsDay)
                        : joined(column, value, mentionsDay);
            case Expression.DateOf date ->
                own(column, date.column(), part(Part.DAY, date.column(), nullable), mentionsDay);
            case Expression.TimeOf time -> own(column, time.column(), part(Part.TIME, time.column(), nullable), false);
            case Expression.CurrencyName name ->
                own(
                        column,
                        name.column(),
                        new ColumnConversion.Texts(name.column(), nullable, CurrencyNames::english),
                        false);
            case Expression.Calendar calendarField ->
                throw new IllegalArgumentException(target.name() + "." + column.name() + " is not made from rows");
        };
    }

    private ColumnConversion part(Part part, String source, boolean nullable) {
        Timestamps shared = timestamps.computeIfAbsent(source, column -> new Timestamps());
        return new PartOfTimestamps(source, nullable, part, shared);
    }

    private Cell own(TargetColumn column, String source, ColumnConversion conversion, boolean mentionsDay) {
        int field = column.nullable() ? object.optionalIndexOf(source) : object.indexOf(source, target.name());
        return field < 0
                ? new Cell(Optional.empty(), 0, new ColumnConversion.Absent(), false)
                : new Cell(Optional.empty(), field, conversion, mentionsDay);
    }

    private Cell joined(TargetColumn column, Expression.Value value, boolean mentionsDay) {
        ResolvedJoin join = joins.stream()
                .filter(candidate -> candidate.join.parent().equals(value.table()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(target.name() + " does not join " + value.table()));
        ColumnConversion conversion = conversion(value.table() + "." + value.column(), column);
        return new Cell(Optional.of(join), join.parents.indexOf(value.column()), conversion, mentionsDay);
    }

    private ColumnConversion conversion(String source, TargetColumn column) {
        boolean nullable = column.nullable();
        return switch (column.type()) {
            case TargetType.Whole whole -> new Numbers(source, nullable, Form.WHOLE, days);
            case TargetType.Text text -> new ColumnConversion.Texts(source, nullable, null);
            case TargetType.Truth truth -> new Numbers(source, nullable, Form.TRUTH, days);
            case TargetType.Date date -> new Numbers(source, nullable, Form.DAY, days);
            case TargetType.Decimal decimal ->
                new Numbers(source, nullable, Form.DECIMAL, decimal.precision(), decimal.scale(), days);
            case TargetType.Time time ->
                throw new IllegalArgumentException(target.name() + " takes a time from something that is no timestamp");
        };
    }
}
