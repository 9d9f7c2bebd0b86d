package com.terrifictotes.etl.parquet;

import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.util.List;

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
        writer.setInt(ID, Integer.MIN_VALUE);
        writer.setInt(WHOLE, Integer.MIN_VALUE);
        writer.setBoolean(TRUTH, false);
        writer.setBoolean(OPTIONAL_TRUTH, false);
        writer.setText(WORDS, "");
        writer.setText(OPTIONAL_WORDS, "");
        writer.setInt(DAY, -719_162);
        writer.setInt(OPTIONAL_DAY, -719_162);
        writer.setLong(MOMENT, 0);
        writer.setLong(OPTIONAL_MOMENT, 0);
        writer.setDecimal(SMALL_MONEY, -999_999_999L);
        writer.setDecimal(MONEY, -9_999_999_999L);
        writer.setDecimal(BIG_MONEY, -999_999_999_999_999_999L);
        writer.endRow();
    }

    /** Every column at its largest value, text at its worst. */
    static void largest(ParquetTableWriter writer) {
        writer.setInt(ID, Integer.MAX_VALUE);
        writer.setInt(WHOLE, Integer.MAX_VALUE);
        writer.setBoolean(TRUTH, true);
        writer.setBoolean(OPTIONAL_TRUTH, true);
        writer.setText(WORDS, NASTY);
        writer.setText(OPTIONAL_WORDS, NASTY);
        writer.setInt(DAY, 2_932_896);
        writer.setInt(OPTIONAL_DAY, 2_932_896);
        writer.setLong(MOMENT, 86_399_999_999L);
        writer.setLong(OPTIONAL_MOMENT, 86_399_999_999L);
        writer.setDecimal(SMALL_MONEY, 999_999_999L);
        writer.setDecimal(MONEY, 9_999_999_999L);
        writer.setDecimal(BIG_MONEY, 999_999_999_999_999_999L);
        writer.endRow();
    }

    /** NULL wherever it is allowed. */
    static void empty(ParquetTableWriter writer, int id) {
        writer.setInt(ID, id);
        writer.setBoolean(TRUTH, id % 2 == 0);
        writer.setText(WORDS, "row " + id);
        writer.setInt(DAY, id);
        writer.setLong(MOMENT, id);
        writer.setDecimal(MONEY, id);
        writer.endRow();
    }
}
