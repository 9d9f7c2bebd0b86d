package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.CalendarField;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.parquet.ColumnValues;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The distinct days that the facts of a batch mention. A bit for each day since year 1: half a megabyte at most. For any number of
 * threads.
 */
final class CalendarDays {

    private static final int FIRST = (int) LocalDate.of(1, 1, 1).toEpochDay();

    private final BitSet days = new BitSet();

    /** Adds the days that a column has, from that value on. */
    synchronized void addAll(ColumnValues values, int from) {
        long last = Long.MIN_VALUE;
        for (int i = from; i < values.size(); i++) {
            // Neighbours often mention the same day.
            if (values.number(i) != last && !values.isNull(i)) {
                last = values.number(i);
                days.set((int) last - FIRST);
            }
        }
    }

    /** Writes a row for each day, in order. */
    synchronized void write(TargetTable calendar, ParquetTableWriter writer) {
        List<CalendarField> fields =
                calendar.columns().stream().map(CalendarDays::field).toList();
        days.stream()
                .mapToObj(bit -> LocalDate.ofEpochDay((long) bit + FIRST))
                .forEach(day -> write(day, fields, writer));
    }

    private static void write(LocalDate day, List<CalendarField> fields, ParquetTableWriter writer) {
        for (int i = 0; i < fields.size(); i++) {
            ColumnValues values = writer.column(i);
            switch (fields.get(i)) {
                case DATE -> values.addNumber(day.toEpochDay());
                case YEAR -> values.addNumber(day.getYear());
                case MONTH -> values.addNumber(day.getMonthValue());
                case DAY -> values.addNumber(day.getDayOfMonth());
                case DAY_OF_WEEK -> values.addNumber(day.getDayOfWeek().getValue());
                case DAY_NAME -> values.addText(day.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                case MONTH_NAME -> values.addText(day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                case QUARTER -> values.addNumber(day.get(IsoFields.QUARTER_OF_YEAR));
            }
        }
        writer.endRows(1);
    }

    private static CalendarField field(TargetColumn column) {
        if (column.expression() instanceof Expression.Calendar calendar) {
            return calendar.field();
        }
        throw new IllegalArgumentException(column.name() + " is no attribute of a day");
    }
}
