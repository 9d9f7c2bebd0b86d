package com.terrifictotes.etl.parquet;

import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table with a column of each type, mandatory and optional. */
final class Samples {

    static final TargetTable TABLE = table(
            column("id", TargetType.INTEGER, false),
            column("whole", TargetType.INTEGER, true),
            column("truth", TargetType.BOOLEAN, false),
            column("optional_truth", TargetType.BOOLEAN, true),
            column("words", TargetType.TEXT, false),
            column("optional_words", TargetType.TEXT, true),
            column("day", TargetType.DATE, false),
            column("optional_day", TargetType.DATE, true),
            column("moment", TargetType.TIME, false),
            column("optional_moment", TargetType.TIME, true),
            column("small_money", new TargetType.Decimal(9, 2), true),
            column("money", new TargetType.Decimal(10, 2), false),
            column("big_money", new TargetType.Decimal(18, 0), true));

    static final int ID = 0;
    static final int WHOLE = 1;
    static final int TRUTH = 2;
    static final int OPTIONAL_TRUTH = 3;
    static final int WORDS = 4;
    static final int OPTIONAL_WORDS = 5;
    static final int DAY = 6;
    static final int OPTIONAL_DAY = 7;
    static final int MOMENT = 8;
    static final int OPTIONAL_MOMENT = 9;
    static final int SMALL_MONEY = 10;
    static final int MONEY = 11;
    static final int BIG_MONEY = 12;

    static final String NASTY = "quote\" comma, CR\r LF\n \\N NULL 👜 \u0000 \uFFFD";

    private Samples() {}

    static TargetTable table(TargetColumn... columns) {
        return new TargetTable(
                "sample", TargetTable.Kind.DIMENSION, "source", columns[0].name(), null, List.of(), List.of(columns));
    }

    static TargetColumn column(String name, TargetType type, boolean nullable) {
        return new TargetColumn(name, type, nullable, new Expression.Value("source", name), null);
    }

    /** Every column at its smallest value. */
    static void smallest(ParquetTableWriter writer) {
        add(
                writer,
                Integer.MIN_VALUE,
                Integer.MIN_VALUE,
                false,
                false,
                "",
                "",
                -719_162,
                -719_162,
                0,
                0,
                -999_999_999,
                -9_999_999_999L,
                -999_999_999_999_999_999L);
    }

    /** Every column at its largest value, text at its worst. */
    static void largest(ParquetTableWriter writer) {
        add(
                writer,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                true,
                true,
                NASTY,
                NASTY,
                2_932_896,
                2_932_896,
                86_399_999_999L,
                86_399_999_999L,
                999_999_999,
                9_999_999_999L,
                999_999_999_999_999_999L);
    }

    /** NULL wherever it is allowed. */
    static void empty(ParquetTableWriter writer, int id) {
        noted(writer, id, null);
    }

    /** NULL wherever it is allowed, but for the optional text. */
    static void noted(ParquetTableWriter writer, int id, @Nullable String words) {
        add(writer, id, null, id % 2 == 0, null, "row " + id, words, id, null, id, null, null, id, null);
    }

    /** Adds a row. */
    static void add(ParquetTableWriter writer, @Nullable Object... values) {
        for (int i = 0; i < values.length; i++) {
            ColumnValues column = writer.column(i);
            switch (values[i]) {
                case null -> column.addNull();
                case String text -> column.addText(text);
                case Boolean truth -> column.addNumber(truth ? 1 : 0);
                case Number number -> column.addNumber(number.longValue());
                default -> throw new IllegalArgumentException(values[i] + " is no value");
            }
        }
        writer.endRows(1);
    }
}
