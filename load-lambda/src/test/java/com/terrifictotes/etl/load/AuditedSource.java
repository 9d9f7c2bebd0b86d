package com.terrifictotes.etl.load;

import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.RowChecksum;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeFigures;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeReading;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rows that the source has now, as the warehouse should hold them, and what extractions say of them. */
final class AuditedSource {

    static final int BITS = 10;

    /** The last key of the range that begins with 0. */
    static final long LAST = (1 << BITS) - 1;

    private final Warehouse calculator;
    private final Map<String, NavigableMap<Long, Row>> tables = new HashMap<>();
    private final Map<String, Set<Long>> lost = new HashMap<>();
    private final Map<String, Set<Long>> quarantined = new HashMap<>();

    /** @param calculator a database that makes the checksums; nothing is written to it */
    AuditedSource(Warehouse calculator) {
        this.calculator = calculator;
    }

    void put(String table, Row... rows) {
        String key = Totesys.CATALOGUE.target(table).key();
        for (Row row : rows) {
            Integer value = (Integer) Objects.requireNonNull(row.value(key), key);
            of(table).put(value.longValue(), row);
            quarantined.getOrDefault(table, new TreeSet<>()).remove(value.longValue());
        }
    }

    /** The transformation loses the row without a word. */
    void lose(String table, long key) {
        lost.computeIfAbsent(table, name -> new TreeSet<>()).add(key);
    }

    /** The row cannot be represented until it is put again. */
    void quarantine(String table, long key) {
        quarantined.computeIfAbsent(table, name -> new TreeSet<>()).add(key);
    }

    void remove(String table, long... keys) {
        for (long key : keys) {
            Objects.requireNonNull(of(table).remove(key), "there is no such row");
        }
    }

    /** What an audit says of these tables. */
    SourceAudit whole(String... names) {
        return new SourceAudit(
                Arrays.stream(names).map(name -> figures(name, BITS, false)).toList(), List.of(), List.of());
    }

    TableFigures figures(String table, int bits, boolean acceptsDeletions) {
        List<RangeFigures> ranges = new ArrayList<>();
        if (!of(table).isEmpty()) {
            String key = Totesys.CATALOGUE.target(table).key();
            for (List<@Nullable Object> range : query(
                    "SELECT source." + key + "::bigint >> " + bits + ", ",
                    table,
                    of(table).values(),
                    " GROUP BY 1 ORDER BY 1",
                    Long.class,
                    Long.class,
                    String.class)) {
                long first = (Long) Objects.requireNonNull(range.get(0)) << bits;
                ranges.add(new RangeFigures(
                        first,
                        first + (1L << bits) - 1,
                        (Long) Objects.requireNonNull(range.get(1)),
                        String.valueOf(range.get(2))));
            }
        }
        return new TableFigures(table, bits, acceptsDeletions, ranges);
    }

    /** Reads ranges again in a run, and lets it say so besides what it says of whole tables. */
    Lake.Run readAgain(Lake.Run run, List<DifferentRange> asked, TableFigures... whole) {
        List<RangeReading> ranges = new ArrayList<>();
        Map<String, List<Row>> brought = new TreeMap<>();
        for (DifferentRange range : asked) {
            String table = range.target();
            NavigableMap<Long, Row> rows = of(table).subMap(range.first(), true, range.last(), true);
            ranges.add(new RangeReading(table, figures(range, rows.values()), sequences(rows.keySet())));
            rows.forEach((key, row) -> {
                if (!isLost(table, key)) {
                    brought.computeIfAbsent(table, any -> new ArrayList<>()).add(row);
                }
            });
        }
        brought.forEach((table, rows) ->
                run.again(table, quarantined.getOrDefault(table, Set.of()).size(), rows));
        return run.saying(new SourceAudit(
                List.of(whole),
                ranges,
                brought.keySet().stream()
                        .map(table -> Lake.readAgain(run.number(), table))
                        .toList()));
    }

    private boolean isLost(String table, Long key) {
        return lost.getOrDefault(table, Set.of()).contains(key)
                || quarantined.getOrDefault(table, Set.of()).contains(key);
    }

    private RangeFigures figures(DifferentRange range, Collection<Row> rows) {
        if (rows.isEmpty()) {
            return new RangeFigures(range.first(), range.last(), 0, "0");
        }
        List<@Nullable Object> figures = query("SELECT ", range.target(), rows, "", Long.class, String.class)
                .getFirst();
        return new RangeFigures(
                range.first(),
                range.last(),
                (Long) Objects.requireNonNull(figures.get(0)),
                String.valueOf(figures.get(1)));
    }

    private List<List<@Nullable Object>> query(
            String begin, String name, Collection<Row> rows, String end, Class<?>... types) {
        TargetTable table = Totesys.CATALOGUE.target(name);
        String values = rows.stream()
                .map(row -> table.columns().stream()
                        .map(column -> literal(column, row))
                        .collect(joining(", ", "(", ")")))
                .collect(joining(", "));
        String names = table.columns().stream().map(TargetColumn::name).collect(joining(", "));
        return calculator.values(
                begin + RowChecksum.figures(table, column -> "source." + column.name()) + " FROM (VALUES " + values
                        + ") AS source (" + names + ")" + end,
                types);
    }

    private static String literal(TargetColumn column, Row row) {
        Object value = row.value(column.name());
        String text = value == null ? "NULL" : "'" + value.toString().replace("'", "''") + "'";
        return text + "::" + SqlTypes.nameOf(column.type());
    }

    private static List<List<Long>> sequences(Collection<Long> keys) {
        List<List<Long>> sequences = new ArrayList<>();
        for (Long key : keys) {
            if (!sequences.isEmpty() && sequences.getLast().getLast() == key - 1) {
                sequences.set(sequences.size() - 1, List.of(sequences.getLast().getFirst(), key));
            } else {
                sequences.add(List.of(key, key));
            }
        }
        return sequences;
    }

    private NavigableMap<Long, Row> of(String table) {
        return tables.computeIfAbsent(table, name -> new TreeMap<>());
    }
}
