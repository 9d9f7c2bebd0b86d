package com.terrifictotes.etl.extract;

import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceColumn;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.SourceType;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How changed rows are told from others, for each table.
 *
 * @param usual the strategy of tables that are not named
 * @param exceptions the strategy of those that are
 * @param lookback how far {@link Strategy#LAST_UPDATED} reads back beyond the last snapshot
 */
public record ChangeDetection(Strategy usual, Map<String, Strategy> exceptions, Duration lookback) {

    /** How far to look back unless it is said otherwise. */
    public static final Duration DEFAULT_LOOKBACK = Duration.ofMinutes(15);

    /** The column that {@link Strategy#LAST_UPDATED} reads. */
    static final String LAST_UPDATED_COLUMN = "last_updated";

    /** How changed rows of a table are told from others. */
    public enum Strategy {
        /** By the transaction that wrote them: exact, asks no clock, reads the whole table. */
        SNAPSHOT,
        /**
         * By the column {@code last_updated}, as far back as the look-back goes: an index makes it cheap on large tables, and
         * the application must keep the column right.
         */
        LAST_UPDATED;

        /** How a person writes it. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ChangeDetection {
        if (lookback.isNegative()) {
            throw new IllegalArgumentException("look-back " + lookback + " is negative");
        }
        exceptions = Map.copyOf(exceptions);
    }

    /** By transactions, for every table. */
    public static ChangeDetection bySnapshot() {
        return new ChangeDetection(Strategy.SNAPSHOT, Map.of(), DEFAULT_LOOKBACK);
    }

    /**
     * Reads a setting such as {@code last_updated}, or {@code snapshot, sales_order=last_updated, payment=last_updated}.
     *
     * @param text a strategy for all tables, exceptions for some, or both
     * @param catalogue the tables that there are
     * @throws IllegalArgumentException if it is none; says what is wrong
     */
    static ChangeDetection parse(String text, Duration lookback, Catalogue catalogue) {
        Strategy usual = Strategy.SNAPSHOT;
        Map<String, Strategy> exceptions = new LinkedHashMap<>();
        boolean usualGiven = false;
        for (String entry : text.split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals >= 0) {
                String table =
                        catalogue.source(entry.substring(0, equals).strip()).name();
                if (exceptions.put(table, strategy(entry.substring(equals + 1))) != null) {
                    throw new IllegalArgumentException("table " + table + " stands twice in it");
                }
            } else if (usualGiven) {
                throw new IllegalArgumentException("it has two strategies for all tables");
            } else {
                usual = strategy(entry);
                usualGiven = true;
            }
        }
        ChangeDetection detection = new ChangeDetection(usual, exceptions, lookback);
        String unfit = catalogue.sources().stream()
                .filter(table -> detection.of(table.name()) == Strategy.LAST_UPDATED && !hasLastUpdated(table))
                .map(SourceTable::name)
                .collect(joining(", "));
        if (!unfit.isEmpty()) {
            throw new IllegalArgumentException(
                    "these tables have no mandatory timestamp " + LAST_UPDATED_COLUMN + ": " + unfit);
        }
        return detection;
    }

    /** The strategy of a table. */
    Strategy of(String table) {
        return exceptions.getOrDefault(table, usual);
    }

    private static Strategy strategy(String text) {
        return Arrays.stream(Strategy.values())
                .filter(strategy -> strategy.text().equals(text.strip()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "\"" + text.strip()
                                        + "\" is neither snapshot nor last_updated; expected one of them, or table=strategy for some tables"));
    }

    private static boolean hasLastUpdated(SourceTable table) {
        Optional<SourceColumn> column = table.column(LAST_UPDATED_COLUMN);
        return column.isPresent()
                && column.get().type().equals(SourceType.TIMESTAMP)
                && !column.get().nullable();
    }
}
