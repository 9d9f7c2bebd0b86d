package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.CalendarField;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** The distinct days that the facts of a batch mention. A bit for each day since year 1: half a megabyte at most. */
final class CalendarDays {

    private static final int FIRST = (int) LocalDate.of(1, 1, 1).toEpochDay();

    private final BitSet days = new BitSet();

    /** Adds a day, as days since 1970-01-01; from year 1 on. */
    void add(int epochDay) {
        days.set(epochDay - FIRST);
    }

    /** Writes a row for each day, in order. */
    void write(TargetTable calendar, ParquetTableWriter writer) {
        List<CalendarField> fields =
                calendar.columns().stream().map(CalendarDays::field).toList();
        days.stream()
                .mapToObj(bit -> LocalDate.ofEpochDay((long) bit + FIRST))
                .forEach(day -> write(day, fields, writer));
    }

    private static void write(LocalDate day, List<CalendarField> fields, ParquetTableWriter writer) {
        for (int i = 0; i < fields.size(); i++) {
            switch (fields.get(i)) {
                case DATE -> writer.setInt(i, (int) day.toEpochDay());
                case YEAR -> writer.setInt(i, day.getYear());
                case MONTH -> writer.setInt(i, day.getMonthValue());
                case DAY -> writer.setInt(i, day.getDayOfMonth());
                case DAY_OF_WEEK -> writer.setInt(i, day.getDayOfWeek().getValue());
                case DAY_NAME -> writer.setText(i, day.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                case MONTH_NAME -> writer.setText(i, day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                case QUARTER -> writer.setInt(i, day.get(IsoFields.QUARTER_OF_YEAR));
            }
        }
        writer.endRow();
    }

    private static CalendarField field(TargetColumn column) {
        if (column.expression() instanceof Expression.Calendar calendar) {
            return calendar.field();
        }
        throw new IllegalArgumentException(column.name() + " is no attribute of a day");
    }
}
