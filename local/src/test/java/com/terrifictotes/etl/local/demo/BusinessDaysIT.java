package com.terrifictotes.etl.local.demo;

import static com.terrifictotes.etl.local.demo.DemoDatabase.SEED;
import static com.terrifictotes.etl.local.demo.StarTable.DIM_COUNTERPARTY;
import static com.terrifictotes.etl.local.demo.StarTable.DIM_DATE;
import static com.terrifictotes.etl.local.demo.StarTable.DIM_LOCATION;
import static com.terrifictotes.etl.local.demo.StarTable.DIM_STAFF;
import static com.terrifictotes.etl.local.demo.StarTable.DIM_TRANSACTION;
import static com.terrifictotes.etl.local.demo.StarTable.FACT_PAYMENT;
import static com.terrifictotes.etl.local.demo.StarTable.FACT_PURCHASE_ORDER;
import static com.terrifictotes.etl.local.demo.StarTable.FACT_SALES_ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BusinessDaysIT {
    private final StarSchemaOracle oracle = new StarSchemaOracle();

    @Test
    void changesWhatTheTitlesSay() throws SQLException {
        var database = new DemoDatabase(DatasetSize.SMALL, SEED);
        assertThat(play(database, BusinessDays.script()))
                .containsExactly(
                        Map.of(FACT_SALES_ORDER, 24, FACT_PURCHASE_ORDER, 9, FACT_PAYMENT, 33, DIM_TRANSACTION, 33),
                        Map.of(FACT_SALES_ORDER, 3, FACT_PAYMENT, 31),
                        Map.of(),
                        Map.of(DIM_STAFF, 3),
                        Map.of(DIM_LOCATION, 2, DIM_COUNTERPARTY, 2),
                        Map.of(FACT_SALES_ORDER, 1),
                        Map.of(FACT_SALES_ORDER, 13, FACT_PAYMENT, 12, DIM_TRANSACTION, 12),
                        Map.of(FACT_SALES_ORDER, 3, FACT_PAYMENT, 2, DIM_TRANSACTION, 2),
                        Map.of(FACT_SALES_ORDER, 2, FACT_PAYMENT, 2, DIM_TRANSACTION, 1, DIM_STAFF, 1),
                        Map.of(FACT_PURCHASE_ORDER, 4, FACT_PAYMENT, 3, DIM_TRANSACTION, 3),
                        Map.of(),
                        Map.of(FACT_PAYMENT, 3, DIM_LOCATION, 1));

        assertThat(versionsOfSalesOrder(60))
                .as("day 6 and day 7: A, B, A")
                .hasSize(3)
                .satisfies(versions -> assertThat(versions.getLast()).isEqualTo(versions.getFirst()))
                .satisfies(versions -> assertThat(versions.get(1)).isNotEqualTo(versions.getFirst()));
        assertThat(versionsOfSalesOrder(61)).as("corrected by the late commit").hasSize(2);
        assertThat(database.number("""
                        SELECT count(*) FROM sales_order
                        WHERE created_at::date = '2024-11-16'
                          AND last_updated < (SELECT max(last_updated) FROM sales_order WHERE created_at::date = '2024-11-17')
                        """))
                .as("orders that became visible after later ones")
                .isEqualTo(2);
        assertThat(database.number("""
                        SELECT count(DISTINCT xmin::text) FROM purchase_order
                        WHERE purchase_order_id = 80 OR created_at::date = '2024-11-20'
                        """))
                .as("transaction ids of day 10: one for each subtransaction")
                .isEqualTo(3);
    }

    @Test
    void writesTheSameEveryTimeAndOnTheRealSizeToo() throws SQLException {
        assertThat(rowsAfterAllDays()).isEqualTo(rowsAfterAllDays());
    }

    @Test
    void closingRollsBackTheTransactionThatIsStillOpen() throws SQLException {
        var database = new DemoDatabase(DatasetSize.SMALL, SEED);
        play(database, BusinessDays.script().subList(0, 7));
        assertThat(database.number("SELECT count(*) FROM sales_order WHERE created_at::date = '2024-11-16'"))
                .isZero();
        assertThat(versionsOfSalesOrder(61)).hasSize(1);
        database.execute("UPDATE sales_order SET units_sold = 1 WHERE sales_order_id = 61");
    }

    @Test
    void numbersItsTitlesAndHasOneDayAfterTheOther() {
        List<BusinessDay> days = BusinessDays.script();
        for (int i = 0; i < days.size(); i++) {
            assertThat(days.get(i).title()).startsWith("Day %d: ".formatted(i + 1));
            assertThat(days.get(i).date()).isEqualTo(OrderBook.LAST_DAY.plusDays(3 + i));
        }
    }

    @Test
    void failsWhenAStatementChangesAnotherNumberOfRows() throws SQLException {
        var database = new DemoDatabase(DatasetSize.SMALL, SEED);
        var day = new BusinessDay(OrderBook.LAST_DAY, "Day 0: a mistake", (everyday, late) -> {
            everyday.change(1, "UPDATE staff SET last_name = 'X' WHERE staff_id = 1");
            everyday.change(2, "UPDATE staff SET last_name = 'X' WHERE staff_id = 2");
        });
        try (SourceConnections source = SourceConnections.open(database::connect)) {
            assertThatThrownBy(() -> day.play(source))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("2024-11-08: expected to change 2 rows but changed 1:"
                            + " UPDATE staff SET last_name = 'X' WHERE staff_id = 2");
        }
        assertThat(database.number("SELECT count(*) FROM staff WHERE last_name = 'X'"))
                .isZero();
    }

    /** {@return what the oracle saw change each day, without dates} */
    private List<Map<StarTable, Integer>> play(DemoDatabase database, List<BusinessDay> days) throws SQLException {
        List<Map<StarTable, Integer>> changes = new ArrayList<>();
        try (SourceConnections source = SourceConnections.open(database::connect);
                Connection observer = database.connect()) {
            oracle.observe(observer);
            for (BusinessDay day : days) {
                day.play(source);
                Map<StarTable, Integer> changed = oracle.observe(observer);
                changed.remove(DIM_DATE);
                changes.add(changed);
            }
        }
        return changes;
    }

    private List<List<@Nullable Object>> versionsOfSalesOrder(int id) {
        return oracle.expected(FACT_SALES_ORDER).getOrDefault(String.valueOf(id), List.of());
    }

    private static List<String> rowsAfterAllDays() throws SQLException {
        var database = new DemoDatabase(DatasetSize.REAL, SEED);
        try (SourceConnections source = SourceConnections.open(database::connect)) {
            for (BusinessDay day : BusinessDays.script()) {
                day.play(source);
            }
        }
        List<String> rows = new ArrayList<>();
        for (String table : TotesysDataset.TABLES) {
            rows.addAll(database.texts("SELECT row::text FROM %1$s AS row ORDER BY %1$s_id".formatted(table)));
        }
        return rows;
    }
}
