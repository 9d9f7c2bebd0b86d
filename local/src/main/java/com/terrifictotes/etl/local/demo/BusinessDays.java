package com.terrifictotes.etl.local.demo;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The script that follows on {@link TotesysDataset}: days that each bring what a pipeline may miss, double or mix up.
 * Played on the same data it always writes the same rows. The transaction that day 6 begins and day 8 commits locks
 * sales order 61, which no other day may change.
 */
final class BusinessDays {
    private static final LocalDate FIRST_MONDAY = OrderBook.LAST_DAY.plusDays(3);
    private static final String CORRECT_UNITS =
            "UPDATE sales_order SET units_sold = units_sold + 5, last_updated = ? WHERE sales_order_id = ?";

    private BusinessDays() {}

    /** {@return the days in the order in which they must be played} */
    static List<BusinessDay> script() {
        List<BusinessDay> days = new ArrayList<>();
        add(days, "24 sales orders and 9 purchase orders come in", (everyday, late) -> {
            everyday.takeSalesOrders(24);
            everyday.placePurchaseOrders(9);
        });
        add(days, "a payment arrives for 31 orders, three sales orders are corrected", (everyday, late) -> {
            everyday.change(31, """
                    UPDATE payment SET paid = true, last_updated = ?
                    WHERE payment_id IN (SELECT payment_id FROM payment WHERE NOT paid ORDER BY payment_id LIMIT 31)
                    """, everyday.now());
            for (int order : List.of(52, 53, 54)) {
                everyday.change(1, CORRECT_UNITS, everyday.now(), order);
            }
        });
        add(days, "a quiet day, nothing changes", (everyday, late) -> {});
        add(days, "department 2 is renamed, a new colleague starts in a new department", BusinessDays::staffMoves);
        add(
                days,
                "two addresses change, a company's legal one and one for deliveries only; a company moves to another",
                BusinessDays::addressesMove);
        add(
                days,
                "order 60 gets a wrong price; a long transaction takes 2 sales orders and corrects order 61, unseen",
                (everyday, late) -> {
                    everyday.change(
                            1,
                            "UPDATE sales_order SET unit_price = unit_price + 100, last_updated = ?"
                                    + " WHERE sales_order_id = 60",
                            everyday.now());
                    late.takeSalesOrders(2);
                    late.change(1, CORRECT_UNITS, late.now(), 61);
                });
        add(
                days,
                "order 60 is put back exactly as it was; 12 sales orders come in; the long transaction is still open",
                (everyday, late) -> {
                    everyday.change(
                            1,
                            "UPDATE sales_order SET unit_price = unit_price - 100, last_updated = created_at"
                                    + " WHERE sales_order_id = 60");
                    everyday.takeSalesOrders(12);
                });
        add(days, "the long transaction of day 6 commits: its timestamps are two days old", (everyday, late) -> {
            late.commit();
        });
        add(
                days,
                "an order, a payment and a colleague's name change without last_updated; one order comes in"
                        + " through a till whose clock is three weeks slow",
                BusinessDays::clocksFail);
        add(
                days,
                "an import writes 3 purchase orders and a correction under savepoints, and rolls back one of its steps",
                BusinessDays::importsWithSavepoints);
        add(days, "bank details and contacts are corrected: nothing that the warehouse holds", (everyday, late) -> {
            everyday.change(
                    2, "UPDATE payment SET company_ac_number = company_ac_number - 1 WHERE payment_id IN (40, 41)");
            everyday.change(
                    1,
                    "UPDATE counterparty SET delivery_contact = '', last_updated = ? WHERE counterparty_id = 6",
                    everyday.now());
            everyday.change(
                    1,
                    "UPDATE department SET manager = NULL, last_updated = ? WHERE department_id = 4",
                    everyday.now());
        });
        add(days, "three payments are taken back, and a NULL becomes an empty string", (everyday, late) -> {
            everyday.change(3, """
                    UPDATE payment SET paid = false, last_updated = ?
                    WHERE payment_id IN (SELECT payment_id FROM payment WHERE paid ORDER BY payment_id DESC LIMIT 3)
                    """, everyday.now());
            everyday.change(
                    1,
                    "UPDATE address SET address_line_2 = '', last_updated = ? WHERE address_id = 5"
                            + " AND address_line_2 IS NULL",
                    everyday.now());
        });
        return List.copyOf(days);
    }

    /** {@return the day after the script: what it does, no tick sees, but an audit does} */
    static BusinessDay deletions() {
        int number = script().size() + 1;
        return new BusinessDay(
                FIRST_MONDAY.plusDays(number - 1),
                "Day %d: three payments are deleted, and an audit compares all tables".formatted(number),
                (everyday, late) -> everyday.change(3, "DELETE FROM payment WHERE payment_id IN (40, 41, 42)"));
    }

    private static void add(List<BusinessDay> days, String title, BusinessDay.Work work) {
        int number = days.size() + 1;
        days.add(new BusinessDay(FIRST_MONDAY.plusDays(number - 1), "Day %d: %s".formatted(number, title), work));
    }

    private static void staffMoves(TotesysUser everyday, TotesysUser late) throws SQLException {
        everyday.change(
                1,
                "UPDATE department SET department_name = 'Procurement', last_updated = ? WHERE department_id = 2",
                everyday.now());
        int department = everyday.number("""
                INSERT INTO department (department_name, location, manager, created_at, last_updated)
                VALUES ('Research', NULL, '', ?, ?) RETURNING department_id
                """, everyday.now(), everyday.now());
        everyday.change(1, """
                INSERT INTO staff (first_name, last_name, department_id, email_address, created_at, last_updated)
                VALUES ('Oona', 'Vance', ?, 'oona.vance@terrifictotes.example', ?, ?)
                """, department, everyday.now(), everyday.now());
    }

    /** Address 3 is counterparty 3's legal address, address 2 is no one's, and address 1 that of two of them. */
    private static void addressesMove(TotesysUser everyday, TotesysUser late) throws SQLException {
        everyday.change(
                1,
                "UPDATE address SET address_line_1 = '1 Long Acre', district = '', last_updated = ? WHERE address_id = 3",
                everyday.now());
        everyday.change(
                1, "UPDATE address SET postal_code = 'ZZ9 9ZZ', last_updated = ? WHERE address_id = 2", everyday.now());
        everyday.change(
                1,
                "UPDATE counterparty SET legal_address_id = 1, last_updated = ? WHERE counterparty_id = 5",
                everyday.now());
    }

    private static void clocksFail(TotesysUser everyday, TotesysUser late) throws SQLException {
        everyday.change(1, "UPDATE sales_order SET units_sold = units_sold + 1 WHERE sales_order_id = 70");
        everyday.change(1, "UPDATE payment SET payment_amount = payment_amount - 1 WHERE payment_id = 70");
        everyday.change(1, "UPDATE staff SET last_name = 'Ashdown' WHERE staff_id = 7");
        everyday.setClock(everyday.now().minusWeeks(3));
        everyday.takeSalesOrders(1);
    }

    private static void importsWithSavepoints(TotesysUser everyday, TotesysUser late) throws SQLException {
        everyday.inSavepoint(() -> everyday.placePurchaseOrders(2));
        everyday.inAbandonedSavepoint(() -> everyday.placePurchaseOrders(1));
        everyday.inSavepoint(() -> {
            everyday.placePurchaseOrders(1);
            everyday.inSavepoint(() -> everyday.change(
                    1,
                    "UPDATE purchase_order SET item_quantity = item_quantity + 1, last_updated = ?"
                            + " WHERE purchase_order_id = 80",
                    everyday.now()));
        });
    }
}
