package com.terrifictotes.etl.load;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.load.RandomRuns.UnitRows;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a warehouse holds after some runs, worked out row by row without a database. */
final class WarehouseModel {

    /**
     * The latest version of a dimension's row.
     *
     * @param values in the order of the table's columns
     * @param run which brought it
     * @param inferred whether it was made up
     */
    record Member(List<@Nullable Object> values, long run, boolean inferred) {}

    /**
     * A version of a fact.
     *
     * @param values in the order of the table's columns
     * @param run which brought it
     */
    record Version(List<@Nullable Object> values, long run) {}

    /** What a run does to one table. */
    private static final class Counts {
        private long read;
        private long inserted;
        private long updated;
        private long inferred;
        private long quarantined;

        private TableLoad of(String table) {
            return new TableLoad(table, read, inserted, updated, read - inserted - updated, inferred, quarantined);
        }
    }

    private final Map<String, SortedMap<Object, Member>> members = new HashMap<>();
    private final Map<String, SortedMap<Object, List<Version>>> versions = new HashMap<>();
    private final List<List<TableLoad>> ledger = new ArrayList<>();

    WarehouseModel() {
        for (TargetTable table : Totesys.CATALOGUE.targets()) {
            if (table.kind() == TargetTable.Kind.FACT) {
                versions.put(table.name(), new TreeMap<>());
            } else {
                members.put(table.name(), new TreeMap<>());
            }
        }
    }

    /** Each member of a dimension by its key. */
    SortedMap<Object, Member> members(TargetTable dimension) {
        return requireNonNull(members.get(dimension.name()));
    }

    /** The versions of each key of a fact, the oldest first. */
    SortedMap<Object, List<Version>> versions(TargetTable fact) {
        return requireNonNull(versions.get(fact.name()));
    }

    /** What each run did to the tables that it touched, in the order of their names. */
    List<List<TableLoad>> ledger() {
        return ledger;
    }

    /** Loads the next run: dimensions before facts, the later of two rows with one key, each made-up member replaced. */
    void load(List<UnitRows> units) {
        long run = ledger.size() + 1L;
        SortedMap<String, Counts> counts = new TreeMap<>();
        List<TargetTable> tables = new ArrayList<>(Totesys.CATALOGUE.targets());
        tables.sort(Comparator.comparing(table -> table.kind() == TargetTable.Kind.FACT));
        for (TargetTable table : tables) {
            if (units.stream().anyMatch(unit -> isOf(table, unit))) {
                load(run, table, units, counts);
            }
        }
        List<TableLoad> loads = new ArrayList<>();
        counts.forEach((table, counted) -> loads.add(counted.of(table)));
        ledger.add(loads);
    }

    private void load(long run, TargetTable table, List<UnitRows> units, Map<String, Counts> counts) {
        Counts counted = counts.computeIfAbsent(table.name(), name -> new Counts());
        Map<Object, Row> rows = new LinkedHashMap<>();
        for (UnitRows unit : units) {
            if (isOf(table, unit)) {
                counted.quarantined += unit.quarantined();
                counted.read += unit.rows().size();
                unit.rows().forEach(row -> rows.put(key(table, row), row));
            }
        }
        rows.forEach((key, row) -> {
            if (table.kind() == TargetTable.Kind.FACT) {
                inferMembers(run, table, row, counts);
                addVersion(run, table, key, row, counted);
            } else {
                replaceMember(run, table, key, row, counted);
            }
        });
    }

    private void addVersion(long run, TargetTable table, Object key, Row row, Counts counted) {
        List<Version> known = versions(table).computeIfAbsent(key, added -> new ArrayList<>());
        List<@Nullable Object> values = values(table, row);
        if (known.isEmpty() || !known.getLast().values().equals(values)) {
            known.add(new Version(values, run));
            counted.inserted++;
        }
    }

    private void replaceMember(long run, TargetTable table, Object key, Row row, Counts counted) {
        Member known = members(table).get(key);
        List<@Nullable Object> values = values(table, row);
        if (known != null && !known.inferred() && known.values().equals(values)) {
            return;
        }
        members(table).put(key, new Member(values, run, false));
        if (known == null) {
            counted.inserted++;
        } else {
            counted.updated++;
        }
    }

    private void inferMembers(long run, TargetTable fact, Row row, Map<String, Counts> counts) {
        for (TargetColumn column : fact.columns()) {
            Object key = row.value(column.name());
            if (column.references().isPresent() && key != null) {
                TargetTable dimension =
                        Totesys.CATALOGUE.target(column.references().orElseThrow());
                if (!members(dimension).containsKey(key)) {
                    members(dimension).put(key, new Member(values(dimension, unknown(dimension, key)), run, true));
                    counts.computeIfAbsent(dimension.name(), name -> new Counts()).inferred++;
                }
            }
        }
    }

    private static Row unknown(TargetTable dimension, Object key) {
        if (dimension.kind() == TargetTable.Kind.CALENDAR) {
            return Row.day((LocalDate) key);
        }
        Map<String, Object> values = new HashMap<>();
        for (TargetColumn column : dimension.columns()) {
            if (!column.nullable()) {
                values.put(column.name(), unknown(column.type()));
            }
        }
        values.put(dimension.key(), key);
        return Row.of(values);
    }

    private static Object unknown(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> 0;
            case TargetType.Text text -> "(unknown)";
            case TargetType.Truth truth -> false;
            case TargetType.Date date -> LocalDate.of(1, 1, 1);
            case TargetType.Time time -> LocalTime.MIDNIGHT;
            case TargetType.Decimal decimal -> BigDecimal.ZERO.setScale(decimal.scale());
        };
    }

    private static List<@Nullable Object> values(TargetTable table, Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (TargetColumn column : table.columns()) {
            values.add(row.value(column.name()));
        }
        return values;
    }

    private static Object key(TargetTable table, Row row) {
        Object key = row.value(table.key());
        if (key == null) {
            throw new IllegalArgumentException("a row of " + table.name() + " has no key");
        }
        return key;
    }

    private static boolean isOf(TargetTable table, UnitRows unit) {
        return unit.table().equals(table.name());
    }
}
