package com.terrifictotes.etl.local.demo;

import static com.terrifictotes.etl.local.demo.DemoDatabase.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.loopback.TotesysSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TotesysDatasetIT {
    private static DemoDatabase small;
    private static DemoDatabase real;

    @BeforeAll
    static void fillBothSizes() throws SQLException {
        small = new DemoDatabase(DatasetSize.SMALL, SEED);
        real = new DemoDatabase(DatasetSize.REAL, SEED);
    }

    @Test
    void hasTheRealSize() throws SQLException {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (String table : TotesysDataset.TABLES) {
            rows.put(table, real.number("SELECT count(*) FROM " + table));
        }
        assertThat(rows)
                .containsEntry("sales_order", 11_187L)
                .containsEntry("purchase_order", 4_649L)
                .containsEntry("transaction", 15_836L)
                .containsEntry("payment", 15_836L)
                .containsEntry("design", 473L)
                .containsEntry("address", 30L)
                .containsEntry("counterparty", 20L)
                .containsEntry("staff", 20L)
                .containsEntry("department", 8L)
                .containsEntry("currency", 3L)
                .containsEntry("payment_type", 4L)
                .hasSize(11);
    }

    @Test
    void givesTheSameRowsForTheSameSeedAndOthersForAnother() throws SQLException {
        Map<String, String> first = checksums(real);
        assertThat(checksums(new DemoDatabase(DatasetSize.REAL, SEED))).isEqualTo(first);
        assertThat(checksums(new DemoDatabase(DatasetSize.REAL, SEED + 1)).get("sales_order"))
                .isNotEqualTo(first.get("sales_order"));
    }

    @Test
    void tellsHowManyRowsTheRealSizeHas() throws SQLException {
        real.execute("CREATE SCHEMA counted");
        try (Connection connection = real.connect()) {
            connection.setSchema("counted");
            TotesysSchema.create(connection);
            long rows = TotesysDataset.fill(connection, DatasetSize.REAL, SEED);
            // Also one row of the housekeeping table.
            assertThat(rows).isEqualTo(11_187 + 4_649 + 2 * 15_836 + 473 + 30 + 20 + 20 + 8 + 3 + 4 + 1);
        }
    }

    @Test
    void refusesTablesThatAreNotEmptyAndLeavesThemAlone() throws SQLException {
        Map<String, String> before = checksums(small);
        try (Connection connection = small.connect()) {
            assertThatThrownBy(() -> TotesysDataset.fill(connection, DatasetSize.SMALL, SEED))
                    .isInstanceOf(SQLException.class);
            assertThat(connection.getAutoCommit()).isTrue();
        }
        assertThat(checksums(small)).isEqualTo(before);
    }

    @Test
    void leavesSequencesReadyForTheNextRow() throws SQLException {
        for (String table : TotesysDataset.TABLES) {
            assertThat(small.number("SELECT nextval(pg_get_serial_sequence('%1$s', '%1$s_id'))".formatted(table)))
                    .as(table)
                    .isEqualTo(small.number("SELECT max(%1$s_id) + 1 FROM %1$s".formatted(table)));
        }
    }

    @Test
    void holdsEveryAwkwardTextUnchanged() throws SQLException {
        assertThat(new HashSet<>(AwkwardTexts.ALL)).hasSameSizeAs(AwkwardTexts.ALL);
        assertThat(small.texts("SELECT design_name FROM design")).containsAll(AwkwardTexts.ALL);
        assertThat(small.texts("SELECT item_code FROM purchase_order")).containsAll(AwkwardTexts.ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "address, address_line_2",
        "address, district",
        "department, location",
        "department, manager",
        "counterparty, commercial_contact",
        "counterparty, delivery_contact"
    })
    void hasBothNullAndTheEmptyString(String table, String column) throws SQLException {
        assertThat(small.texts("SELECT DISTINCT %s FROM %s".formatted(column, table)))
                .contains(null, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sales_order WHERE unit_price = 99999999.99",
                "sales_order WHERE unit_price = 0.01",
                "purchase_order WHERE item_unit_price = 0.00",
                "sales_order WHERE units_sold = 2147483647",
                "payment WHERE payment_amount = 99999999.99",
                "sales_order WHERE agreed_delivery_date = '2024-02-29'",
                "sales_order WHERE agreed_payment_date = '2000-02-29'",
                "sales_order WHERE agreed_delivery_date = '9999-12-31'",
                "purchase_order WHERE agreed_delivery_date = '0001-01-01'",
                "payment WHERE payment_date = '0001-01-01'",
                "sales_order WHERE created_at = '2023-01-01 00:00:00'",
                "purchase_order WHERE created_at = '2024-02-29 23:59:59.999'",
                "sales_order WHERE last_updated > created_at",
                "payment WHERE paid AND last_updated > created_at",
                "payment WHERE NOT paid"
            })
    void hasTheEdges(String condition) throws SQLException {
        assertThat(small.number("SELECT count(*) FROM " + condition)).isPositive();
    }

    @Test
    void givesEachOrderOneTransactionAndOnePaymentOfTheSameCompanyAndCurrency() throws SQLException {
        assertThat(real.number("""
                        SELECT count(*) FROM payment p JOIN transaction t USING (transaction_id)
                          LEFT JOIN sales_order s USING (sales_order_id)
                          LEFT JOIN purchase_order o USING (purchase_order_id)
                        WHERE (transaction_type = 'SALE') = (s.sales_order_id IS NOT NULL)
                          AND (transaction_type = 'PURCHASE') = (o.purchase_order_id IS NOT NULL)
                          AND p.counterparty_id = coalesce(s.counterparty_id, o.counterparty_id)
                          AND p.currency_id = coalesce(s.currency_id, o.currency_id)
                          AND p.company_ac_number BETWEEN 10000000 AND 99999999
                        """)).isEqualTo(15_836);
    }

    @Test
    void isSkewedLikeRealLife() throws SQLException {
        assertThat(real.number("""
                        SELECT div(sum(orders) * 100, 11187) FROM (SELECT count(*) AS orders FROM sales_order
                          GROUP BY design_id ORDER BY 1 DESC LIMIT 47) AS tenth_of_the_designs
                        """))
                .as("percentage of orders for the best tenth of the designs")
                .isBetween(35L, 60L);
        assertThat(real.number("SELECT count(*) FROM sales_order WHERE extract(month FROM created_at) = 12"))
                .isGreaterThan(
                        2 * real.number("SELECT count(*) FROM sales_order WHERE extract(month FROM created_at) = 1"));
    }

    private static Map<String, String> checksums(DemoDatabase database) throws SQLException {
        Map<String, String> checksums = new LinkedHashMap<>();
        for (String table : TotesysDataset.TABLES) {
            String query = "SELECT md5(string_agg(row::text, '|' ORDER BY %1$s_id)) FROM %1$s AS row".formatted(table);
            checksums.put(table, database.texts(query).getFirst());
        }
        return checksums;
    }
}
