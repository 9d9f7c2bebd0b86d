package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.Row.DAY;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The histories, and the as-of queries of docs/warehouse.md, beside a model that walks through the versions. */
final class HistoryViewsIT {

    private static final LocalDateTime TEN = DAY.atTime(10, 0);

    /** A version as Totesys showed it to a run. */
    private record Version(int order, int units, LocalDateTime lastUpdated, int run) {

        Instant recorded() {
            return Lake.SNAPSHOT.plusSeconds(300L * run);
        }

        Version plusMillisecond() {
            return new Version(order, units, lastUpdated.plus(1, ChronoUnit.MILLIS), run);
        }
    }

    private static final List<Version> VERSIONS = List.of(
            // An order as it should be.
            version(1, 10, 0, 1),
            version(1, 11, 30, 2),
            version(1, 12, 90, 4),
            // Changes that forget last_updated.
            version(2, 20, 5, 1),
            version(2, 21, 5, 2),
            version(2, 22, 5, 3),
            version(2, 23, 60, 4),
            // A clock that runs backwards, catches up, and is a millisecond ahead.
            version(3, 30, 50, 1),
            version(3, 31, -50, 2),
            version(3, 32, 20, 3),
            version(3, 33, 50, 4).plusMillisecond(),
            // A change that is taken back, last_updated as well.
            version(4, 40, 15, 1),
            version(4, 41, 45, 2),
            version(4, 40, 15, 3),
            // Never changed, and new.
            version(5, 50, 25, 1),
            version(6, 60, 70, 3));

    private final Lake lake;
    private final Warehouse warehouse;

    HistoryViewsIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
    }

    @Test
    void asOfQueriesTellWhatWasTrueAndWhatWasKnown() {
        loadVersions();
        Document document = Document.read("warehouse.md");
        String trueThen = document.sql("What was true then?").getFirst();
        String knownThen = document.sql("What did the warehouse know then?").getFirst();
        String bothThen = document.sql("What did the warehouse know of an earlier moment?")
                .getFirst();

        for (Instant known : recordedTimes()) {
            assertThat(ask(knownThen, known))
                    .as("known at %s", known)
                    .isEqualTo(latest(version -> !version.recorded().isAfter(known), version -> true));
        }
        for (LocalDateTime then : validTimes()) {
            assertThat(ask(trueThen, then))
                    .as("true at %s", then)
                    .isEqualTo(latest(
                            version -> true, version -> !version.lastUpdated().isAfter(then)));
            Instant known = Lake.SNAPSHOT.plusSeconds(750);
            assertThat(ask(bothThen, then, known))
                    .as("true at %s, known at %s", then, known)
                    .isEqualTo(latest(
                            version -> !version.recorded().isAfter(known),
                            version -> !version.lastUpdated().isAfter(then)));
        }
    }

    @Test
    void intervalsOfAKeyHaveNeitherOverlapNorHole() {
        loadVersions();

        for (String history : List.of("sales_order", "purchase_order", "payment")) {
            assertThat(warehouse.rows("""
                            SELECT * FROM (
                                SELECT *, lead(valid_from) OVER versions AS next_valid,
                                       lead(recorded_from) OVER versions AS next_recorded
                                FROM %1$s_history WINDOW versions AS (PARTITION BY %1$s_id ORDER BY version)) AS history
                            WHERE valid_to IS DISTINCT FROM next_valid OR valid_to < valid_from
                               OR recorded_to IS DISTINCT FROM next_recorded OR recorded_to < recorded_from""".formatted(history))).isEmpty();
            assertThat(warehouse.rows("""
                            SELECT FROM %1$s_history AS history
                            FULL JOIN current_%1$s AS current USING (%1$s_id, etl_run)
                            WHERE (valid_to IS NULL AND recorded_to IS NULL) <> (current.created_date IS NOT NULL)
                            """.formatted(history)))
                    .as("open versions of %s are the current ones", history)
                    .isEmpty();
        }
        assertThat(warehouse.rows("SELECT version, valid_from, valid_to FROM sales_order_history"
                        + " WHERE sales_order_id = 3 ORDER BY version"))
                .containsExactly(
                        "(1,\"2026-11-20 10:50:00\",\"2026-11-20 10:50:00\")",
                        "(2,\"2026-11-20 10:50:00\",\"2026-11-20 10:50:00\")",
                        "(3,\"2026-11-20 10:50:00\",\"2026-11-20 10:50:00.001\")",
                        "(4,\"2026-11-20 10:50:00.001\",)");
        assertThat(warehouse.rows("SELECT version, paid, valid_to IS NULL FROM payment_history ORDER BY version"))
                .containsExactly("(1,f,f)", "(2,t,t)");
        assertThat(warehouse.rows("SELECT version, item_code, valid_to FROM purchase_order_history"))
                .containsExactly("(1,ZDOI5EA,)");
    }

    @Test
    void doesNotAddUpCurrenciesThatItDoesNotKnow() {
        Runs.first(lake).commit();
        lake.run(2)
                .with(
                        "fact_sales_order",
                        Row.sale(7, 1).with("currency_id", 8),
                        Row.sale(8, 2).with("currency_id", 9),
                        Row.sale(9, 3).with("sales_staff_id", 5))
                .commit();
        warehouse.load();

        for (String view : List.of("total", "by_delivery_country", "by_day_name", "by_month", "by_quarter")) {
            assertThat(warehouse.rows("SELECT currency_code, revenue FROM revenue_" + view + " ORDER BY revenue"))
                    .containsExactly("(\"(unknown)\",3.94)", "(\"(unknown)\",7.88)", "(GBP,208.82)");
        }
        assertThat(warehouse.rows("SELECT staff_location, currency_code, revenue FROM revenue_by_staff_location"
                        + " ORDER BY revenue"))
                .containsExactly(
                        "(Leeds,\"(unknown)\",3.94)",
                        "(Leeds,\"(unknown)\",7.88)",
                        "(,GBP,11.82)",
                        "(Leeds,GBP,197.00)");
    }

    private void loadVersions() {
        Runs.first(lake).with("fact_sales_order", rows(1)).commit();
        lake.run(2)
                .with("fact_sales_order", rows(2))
                .with("fact_payment", Row.payment(1, true))
                .commit();
        lake.run(3).with("fact_sales_order", rows(3)).commit();
        lake.run(4).with("fact_sales_order", rows(4)).commit();
        warehouse.load();
    }

    private static Row[] rows(int run) {
        return VERSIONS.stream()
                .filter(version -> version.run() == run)
                .map(version -> Row.sale(version.order(), version.units())
                        .with("last_updated_date", version.lastUpdated().toLocalDate())
                        .with("last_updated_time", version.lastUpdated().toLocalTime()))
                .toArray(Row[]::new);
    }

    /** The versions of each order, as far as they are known, up to the first that was not yet true. */
    private static Map<Integer, Integer> latest(Predicate<Version> known, Predicate<Version> alreadyTrue) {
        Map<Integer, List<Version>> byOrder =
                VERSIONS.stream().filter(known).collect(groupingBy(Version::order, TreeMap::new, toList()));
        Map<Integer, Integer> units = new TreeMap<>();
        byOrder.forEach((order, versions) ->
                versions.stream().takeWhile(alreadyTrue).forEach(version -> units.put(order, version.units())));
        return units;
    }

    /** Asks with other times than those of the document. */
    private Map<Integer, Integer> ask(String query, Object... times) {
        String asked = query.replace(";", "");
        for (Object time : times) {
            String type = time instanceof Instant ? "timestamptz" : "timestamp";
            asked = asked.replaceFirst(type + " '[^']*'", type + " '" + time + "'");
        }
        Map<Integer, Integer> units = new TreeMap<>();
        for (String row : warehouse.rows("SELECT sales_order_id, units_sold FROM (" + asked + ") AS asked")) {
            String[] values = row.substring(1, row.length() - 1).split(",", -1);
            assertThat(units.put(Integer.valueOf(values[0]), Integer.valueOf(values[1])))
                    .as("another version of order %s", values[0])
                    .isNull();
        }
        return units;
    }

    private static Set<LocalDateTime> validTimes() {
        Set<LocalDateTime> times = new TreeSet<>();
        for (Version version : VERSIONS) {
            times.add(version.lastUpdated());
            times.add(version.lastUpdated().minus(1, ChronoUnit.MILLIS));
        }
        return times;
    }

    private static List<Instant> recordedTimes() {
        List<Instant> times = new ArrayList<>();
        IntStream.rangeClosed(1, 4)
                .mapToObj(run -> Lake.SNAPSHOT.plusSeconds(300L * run))
                .forEach(time -> {
                    times.add(time.minusMillis(1));
                    times.add(time);
                });
        return times;
    }

    private static Version version(int order, int units, int minute, int run) {
        return new Version(order, units, TEN.plusMinutes(minute), run);
    }
}
