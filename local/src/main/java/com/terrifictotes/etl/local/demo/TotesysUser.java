package com.terrifictotes.etl.local.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.SplittableRandom;

/** What the Totesys application does for its users, on one connection and by its own clock. */
final class TotesysUser {
    private final Connection connection;
    private final LocalDate date;
    private final SplittableRandom random;
    private LocalDateTime now;

    /**
     * @param connection not in auto-commit mode
     * @param date the application's date; its clock starts at nine
     */
    TotesysUser(Connection connection, LocalDate date) {
        this.connection = connection;
        this.date = date;
        this.random = new SplittableRandom(date.toEpochDay());
        this.now = date.atTime(9, 0);
    }

    /** Sets the application's clock, which is not always right. */
    void setClock(LocalDateTime time) {
        now = time;
    }

    /** {@return the application's clock: a few seconds after it was last asked, to the millisecond} */
    LocalDateTime now() {
        now = now.plus(Duration.ofMillis(1 + random.nextInt(90_000)));
        return now;
    }

    /**
     * Changes rows.
     *
     * @param rows how many rows the statement must change
     * @param sql an INSERT, UPDATE or DELETE
     * @param parameters its parameters in order
     * @throws IllegalStateException if it changed another number of rows
     */
    void change(int rows, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            int changed = statement.executeUpdate();
            if (changed != rows) {
                throw new IllegalStateException(
                        "%s: expected to change %d rows but changed %d: %s".formatted(date, rows, changed, sql));
            }
        }
    }

    /** {@return the one number that a query or an INSERT … RETURNING gives} */
    int number(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new IllegalStateException("%s: expected one row but found none: %s".formatted(date, sql));
                }
                return result.getInt(1);
            }
        }
    }

    /** Takes new sales orders, each with its transaction and payment. */
    void takeSalesOrders(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            LocalDateTime time = now();
            int units = 100 + random.nextInt(900);
            var price = BigDecimal.valueOf(250 + random.nextInt(200), 2);
            int counterparty = any("counterparty");
            int order = number(
                    """
                    INSERT INTO sales_order (created_at, last_updated, design_id, staff_id, counterparty_id, units_sold,
                      unit_price, currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sales_order_id
                    """,
                    time,
                    time,
                    any("design"),
                    any("staff"),
                    counterparty,
                    units,
                    price,
                    1,
                    date.plusDays(5).toString(),
                    date.plusDays(14).toString(),
                    any("address"));
            enterPayment(
                    "SALE", "sales_order_id", order, time, counterparty, price.multiply(BigDecimal.valueOf(units)));
        }
    }

    /** Places new purchase orders, each with its transaction and payment. */
    void placePurchaseOrders(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            LocalDateTime time = now();
            int quantity = 10 + random.nextInt(90);
            var price = BigDecimal.valueOf(1_000 + random.nextInt(9_000), 2);
            int counterparty = any("counterparty");
            int order = number(
                    """
                    INSERT INTO purchase_order (created_at, last_updated, staff_id, counterparty_id, item_code,
                      item_quantity, item_unit_price, currency_id, agreed_delivery_date, agreed_payment_date,
                      agreed_delivery_location_id)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING purchase_order_id
                    """,
                    time,
                    time,
                    any("staff"),
                    counterparty,
                    "INK-" + random.nextInt(10_000),
                    quantity,
                    price,
                    2,
                    date.plusDays(7).toString(),
                    date.plusDays(21).toString(),
                    any("address"));
            BigDecimal amount = price.multiply(BigDecimal.valueOf(quantity));
            enterPayment("PURCHASE", "purchase_order_id", order, time, counterparty, amount);
        }
    }

    /** Does some work in a subtransaction, which has a transaction id of its own, and keeps the work. */
    void inSavepoint(Step step) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        step.run();
        connection.releaseSavepoint(savepoint);
    }

    /** Does some work in a subtransaction and takes it all back. */
    void inAbandonedSavepoint(Step step) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        step.run();
        connection.rollback(savepoint);
    }

    /** Ends the transaction and keeps its work. */
    void commit() throws SQLException {
        connection.commit();
    }

    /** Some work. */
    @FunctionalInterface
    interface Step {
        /** Does it. */
        void run() throws SQLException;
    }

    private void enterPayment(
            String type, String orderColumn, int order, LocalDateTime time, int counterparty, BigDecimal amount)
            throws SQLException {
        int transaction = number("""
                INSERT INTO transaction (transaction_type, %s, created_at, last_updated)
                VALUES (CAST(? AS "TransactionType"), ?, ?, ?) RETURNING transaction_id
                """.formatted(orderColumn), type, order, time, time);
        change(
                1,
                """
                INSERT INTO payment (created_at, last_updated, transaction_id, counterparty_id, payment_amount,
                  currency_id, payment_type_id, paid, payment_date, company_ac_number, counterparty_ac_number)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                time,
                time,
                transaction,
                counterparty,
                amount,
                "SALE".equals(type) ? 1 : 2,
                "SALE".equals(type) ? 1 : 3,
                false,
                date.plusDays(14).toString(),
                10_000_000 + random.nextInt(90_000_000),
                10_000_000 + random.nextInt(90_000_000));
    }

    /** {@return some key of a dimension} */
    private int any(String table) throws SQLException {
        return 1 + random.nextInt(number("SELECT max(%1$s_id) FROM %1$s".formatted(table)));
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }
}
