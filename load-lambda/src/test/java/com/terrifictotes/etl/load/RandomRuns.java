package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.Row.DAY;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs of random changes of every table of the catalogue. Keys and values are few, so that keys meet in one run, values
 * come back, and rows arrive that changed nothing.
 */
final class RandomRuns {

    /**
     * What one Parquet object holds.
     *
     * @param table its table
     * @param quarantined how many rows it says were set aside
     * @param rows its rows, in order
     */
    record UnitRows(String table, long quarantined, List<Row> rows) {}

    private static final int KEYS = 5;

    /** One more than the keys that ever arrive: its member stays made up. */
    private static final int REFERENCES = KEYS + 1;

    private static final List<String> TEXTS = List.of("", "a", "A", "(unknown)", "\\N\tä");
    private static final List<Integer> NUMBERS = List.of(Integer.MIN_VALUE, 0, 7);
    private static final List<LocalTime> TIMES = List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_000));
    private static final List<BigDecimal> AMOUNTS =
            List.of(new BigDecimal("0.00"), new BigDecimal("-0.01"), new BigDecimal("99999999.99"));

    private final Random random;

    /** The row that came last, by table and key. */
    private final Map<String, Map<Integer, Row>> latest = new HashMap<>();

    RandomRuns(Random random) {
        this.random = random;
    }

    /** The units of the next run, in any order: facts may stand before the dimensions that they refer to. */
    List<UnitRows> next() {
        List<UnitRows> units = new ArrayList<>();
        while (units.isEmpty()) {
            for (TargetTable table : Totesys.CATALOGUE.targets()) {
                if (random.nextInt(3) == 0) {
                    addUnits(table, units);
                }
            }
        }
        Collections.shuffle(units, random);
        return units;
    }

    private void addUnits(TargetTable table, List<UnitRows> units) {
        Map<Integer, Row> inRun = new HashMap<>();
        int objects = 1 + random.nextInt(2);
        for (int object = 0; object < objects; object++) {
            List<Row> rows = new ArrayList<>();
            int size = random.nextInt(5);
            for (int i = 0; i < size; i++) {
                rows.add(row(table, 1 + random.nextInt(KEYS), inRun));
            }
            units.add(new UnitRows(table.name(), random.nextInt(2), rows));
        }
    }

    private Row row(TargetTable table, int key, Map<Integer, Row> inRun) {
        if (table.kind() == TargetTable.Kind.CALENDAR) {
            return Row.day(DAY.plusDays(key));
        }
        Map<Integer, Row> latestOfTable = latest.computeIfAbsent(table.name(), name -> new HashMap<>());
        Row row = latestOfTable.get(key);
        if (row == null) {
            row = Row.of(Map.of(table.key(), key));
            for (TargetColumn column : table.columns()) {
                row = change(row, table, column);
            }
        } else if (random.nextInt(3) > 0) {
            row = change(row, table, anyOf(table.columns()));
        }
        row = withReferencesOf(inRun.get(key), row, table);
        inRun.put(key, row);
        latestOfTable.put(key, row);
        return row;
    }

    /** A version that the same run overtakes refers to nothing else: whether its members are made up is left open. */
    private static Row withReferencesOf(@Nullable Row earlier, Row row, TargetTable table) {
        Row result = row;
        if (earlier != null) {
            for (TargetColumn column : table.columns()) {
                if (column.references().isPresent()) {
                    result = result.with(column.name(), earlier.value(column.name()));
                }
            }
        }
        return result;
    }

    private Row change(Row row, TargetTable table, TargetColumn column) {
        return column.name().equals(table.key()) ? row : row.with(column.name(), value(column));
    }

    private @Nullable Object value(TargetColumn column) {
        if (column.nullable() && random.nextInt(3) == 0) {
            return null;
        }
        return switch (column.type()) {
            case TargetType.Whole whole ->
                column.references().isPresent() ? 1 + random.nextInt(REFERENCES) : anyOf(NUMBERS);
            case TargetType.Text text -> anyOf(TEXTS);
            case TargetType.Truth truth -> random.nextBoolean();
            case TargetType.Date date -> DAY.plusDays(1 + random.nextInt(REFERENCES));
            case TargetType.Time time -> anyOf(TIMES);
            case TargetType.Decimal decimal -> anyOf(AMOUNTS);
        };
    }

    private <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
