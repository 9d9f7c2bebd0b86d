package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.ManifestLog;
import com.terrifictotes.etl.load.WarehouseModel.Member;
import com.terrifictotes.etl.load.WarehouseModel.Version;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a warehouse, its ledger and the log of the loaded runs are as a model says. */
final class ModelCheck {

    /** A version as it stands in a fact. */
    private record Stored(long surrogateKey, @Nullable Long supersedes, Object key, Version version) {}

    private final WarehouseModel model;
    private final Warehouse warehouse;

    ModelCheck(WarehouseModel model, Warehouse warehouse) {
        this.model = model;
        this.warehouse = warehouse;
    }

    /** Compares every table and the ledger. */
    void checkWarehouse() {
        for (TargetTable table : Totesys.CATALOGUE.targets()) {
            if (table.kind() == TargetTable.Kind.FACT) {
                checkFact(table);
            } else {
                checkDimension(table);
            }
        }
        checkLedger();
    }

    /** Compares the manifests of the processed bucket. */
    void checkLog(ManifestLog<LoadManifest> loaded) {
        assertThat(LongStream.rangeClosed(1, loaded.tail())
                        .mapToObj(run -> loaded.read(run).tables())
                        .toList())
                .as("log of the loaded runs")
                .isEqualTo(model.ledger());
    }

    private void checkDimension(TargetTable table) {
        int columns = table.columns().size();
        Map<Object, Member> members = new TreeMap<>();
        for (List<@Nullable Object> row : read(table, "etl_run, inferred", table.key(), Long.class, Boolean.class)) {
            List<@Nullable Object> values = row.subList(0, columns);
            members.put(
                    key(table, values), new Member(values, number(row, columns), Boolean.TRUE.equals(row.getLast())));
        }
        assertThat(members).as(table.name()).isEqualTo(model.members(table));
    }

    private void checkFact(TargetTable table) {
        List<Stored> stored = stored(table);
        Map<Object, List<Version>> versions = new TreeMap<>();
        Map<Object, Long> current = new TreeMap<>();
        for (Stored row : stored) {
            versions.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row.version());
            assertThat(row.supersedes())
                    .as("supersedes of " + table.name() + " " + row.surrogateKey())
                    .isEqualTo(current.put(row.key(), row.surrogateKey()));
        }
        assertThat(versions).as(table.name()).isEqualTo(model.versions(table));
        assertThat(stored.stream().map(Stored::surrogateKey))
                .as("surrogate keys of " + table.name())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, stored.size()).boxed().toList());
        assertThat(stored.stream().map(row -> row.version().run()).toList())
                .as("runs of " + table.name() + " by surrogate key")
                .isSorted();
        String view = table.name().replaceFirst("fact_", "current_");
        assertThat(warehouse.values(
                        "SELECT " + quote(table.requireSurrogateKey()) + " FROM " + quote(view), Long.class))
                .as(view)
                .containsExactlyInAnyOrderElementsOf(current.values().stream()
                        .<List<@Nullable Object>>map(List::of)
                        .toList());
    }

    private List<Stored> stored(TargetTable table) {
        int columns = table.columns().size();
        String surrogateKey = quote(table.requireSurrogateKey());
        List<Stored> stored = new ArrayList<>();
        for (List<@Nullable Object> row : read(
                table,
                "etl_run, " + surrogateKey + ", supersedes",
                table.requireSurrogateKey(),
                Long.class,
                Long.class,
                Long.class)) {
            List<@Nullable Object> values = row.subList(0, columns);
            stored.add(new Stored(
                    number(row, columns + 1),
                    (Long) row.getLast(),
                    key(table, values),
                    new Version(values, number(row, columns))));
        }
        return stored;
    }

    private void checkLedger() {
        List<List<TableLoad>> ledger = new ArrayList<>();
        for (List<@Nullable Object> run : warehouse.values("SELECT run FROM etl_run ORDER BY run", Long.class)) {
            assertThat(number(run, 0)).as("run of the ledger").isEqualTo(ledger.size() + 1L);
            ledger.add(new ArrayList<>());
        }
        for (List<@Nullable Object> row : warehouse.values(
                "SELECT table_name, run, rows_read, inserted, updated, unchanged, inferred, quarantined"
                        + " FROM etl_run_table ORDER BY run, table_name COLLATE \"C\"",
                String.class,
                Long.class,
                Long.class,
                Long.class,
                Long.class,
                Long.class,
                Long.class,
                Long.class)) {
            ledger.get((int) number(row, 1) - 1)
                    .add(new TableLoad(
                            (String) requireNonNull(row.getFirst()),
                            number(row, 2),
                            number(row, 3),
                            number(row, 4),
                            number(row, 5),
                            number(row, 6),
                            number(row, 7)));
        }
        assertThat(ledger).as("ledger").isEqualTo(model.ledger());
    }

    /** The columns of the catalogue, and further ones after them. */
    private List<List<@Nullable Object>> read(
            TargetTable table, String further, String order, Class<?>... furtherTypes) {
        String names = table.columns().stream()
                .map(column -> quote(column.name()) + ", ")
                .collect(joining());
        Class<?>[] types = Stream.concat(
                        table.columns().stream().map(column -> type(column.type())), Stream.of(furtherTypes))
                .toArray(Class<?>[]::new);
        return warehouse.values(
                "SELECT " + names + further + " FROM " + quote(table.name()) + " ORDER BY " + quote(order), types);
    }

    private static Class<?> type(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> Integer.class;
            case TargetType.Text text -> String.class;
            case TargetType.Truth truth -> Boolean.class;
            case TargetType.Date date -> LocalDate.class;
            case TargetType.Time time -> LocalTime.class;
            case TargetType.Decimal decimal -> BigDecimal.class;
        };
    }

    private static Object key(TargetTable table, List<@Nullable Object> values) {
        List<String> names = table.columns().stream().map(TargetColumn::name).toList();
        return requireNonNull(values.get(names.indexOf(table.key())));
    }

    private static long number(List<@Nullable Object> row, int column) {
        return (Long) requireNonNull(row.get(column));
    }
}
