package com.terrifictotes.etl.local.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows the revenue without the warehouse: it reads Totesys' tables as they are and adds up in Java. */
final class RevenueOracle {

    /** A view and its columns before the numbers. */
    enum Question {
        TOTAL("revenue_total", "currency_code"),
        SALE(
                "revenue_by_sale",
                "sales_order_id, created_date, counterparty_legal_name, design_name, staff_first_name, staff_last_name,"
                        + " staff_location, delivery_country, unit_price, currency_code"),
        DELIVERY_COUNTRY("revenue_by_delivery_country", "delivery_country, currency_code"),
        DESIGN("revenue_by_design", "design_id, design_name, currency_code"),
        CURRENCY("revenue_by_currency", "currency_code, currency_name"),
        STAFF_MEMBER("revenue_by_staff_member", "staff_id, first_name, last_name, department_name, currency_code"),
        STAFF_LOCATION("revenue_by_staff_location", "staff_location, currency_code"),
        DAY_NAME("revenue_by_day_name", "day_of_week, day_name, currency_code"),
        MONTH("revenue_by_month", "year, month, month_name, first_day, currency_code"),
        QUARTER("revenue_by_quarter", "year, quarter, first_day, currency_code");

        private final String view;
        private final String columns;

        Question(String view, String columns) {
            this.view = view;
            this.columns = columns;
        }

        String view() {
            return view;
        }

        /** {@return the rows of the view} */
        List<List<@Nullable Object>> ask(Connection warehouse) throws SQLException {
            String numbers = this == SALE ? "1::bigint, units_sold::bigint, revenue" : "sales, units_sold, revenue";
            return rows(warehouse, "SELECT %s, %s FROM %s".formatted(columns, numbers, view));
        }

        /** {@return what a sale has in the columns} */
        private List<@Nullable Object> group(Sale sale) {
            return switch (this) {
                case TOTAL -> row(sale.currency);
                case SALE ->
                    row(
                            sale.id,
                            sale.day,
                            sale.customer,
                            sale.design,
                            sale.firstName,
                            sale.lastName,
                            sale.staffLocation,
                            sale.country,
                            sale.price,
                            sale.currency);
                case DELIVERY_COUNTRY -> row(sale.country, sale.currency);
                case DESIGN -> row(sale.designId, sale.design, sale.currency);
                case CURRENCY -> row(sale.currency, currencyName(sale.currency));
                case STAFF_MEMBER -> row(sale.staffId, sale.firstName, sale.lastName, sale.department, sale.currency);
                case STAFF_LOCATION -> row(sale.staffLocation, sale.currency);
                case DAY_NAME ->
                    row(
                            sale.day.getDayOfWeek().getValue(),
                            sale.day.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                            sale.currency);
                case MONTH ->
                    row(
                            sale.day.getYear(),
                            sale.day.getMonthValue(),
                            sale.day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                            sale.day.withDayOfMonth(1),
                            sale.currency);
                case QUARTER ->
                    row(
                            sale.day.getYear(),
                            sale.day.get(IsoFields.QUARTER_OF_YEAR),
                            sale.day.with(IsoFields.DAY_OF_QUARTER, 1),
                            sale.currency);
            };
        }
    }

    /** A sale with everything that a question may ask about it. */
    private record Sale(
            int id,
            LocalDate day,
            long units,
            BigDecimal price,
            String currency,
            String customer,
            int designId,
            String design,
            int staffId,
            String firstName,
            String lastName,
            String department,
            @Nullable String staffLocation,
            String country) {}

    private final List<Sale> sales;

    private RevenueOracle(List<Sale> sales) {
        this.sales = sales;
    }

    /** Looks at the source as it is now. */
    static RevenueOracle observe(Connection source) throws SQLException {
        Map<Object, List<@Nullable Object>> currencies =
                table(source, "SELECT currency_id, currency_code FROM currency");
        Map<Object, List<@Nullable Object>> customers =
                table(source, "SELECT counterparty_id, counterparty_legal_name FROM counterparty");
        Map<Object, List<@Nullable Object>> designs = table(source, "SELECT design_id, design_name FROM design");
        Map<Object, List<@Nullable Object>> staff =
                table(source, "SELECT staff_id, first_name, last_name, department_id FROM staff");
        Map<Object, List<@Nullable Object>> departments =
                table(source, "SELECT department_id, department_name, location FROM department");
        Map<Object, List<@Nullable Object>> addresses = table(source, "SELECT address_id, country FROM address");
        List<Sale> sales = new ArrayList<>();
        for (List<@Nullable Object> order : rows(
                source,
                "SELECT sales_order_id, created_at, units_sold, unit_price, currency_id, counterparty_id, design_id,"
                        + " staff_id, agreed_delivery_location_id FROM sales_order")) {
            List<@Nullable Object> seller = find(staff, order.get(7));
            List<@Nullable Object> department = find(departments, seller.get(3));
            sales.add(new Sale(
                    (Integer) present(order.get(0)),
                    ((LocalDateTime) present(order.get(1))).toLocalDate(),
                    (Integer) present(order.get(2)),
                    (BigDecimal) present(order.get(3)),
                    text(find(currencies, order.get(4)), 1),
                    text(find(customers, order.get(5)), 1),
                    (Integer) present(order.get(6)),
                    text(find(designs, order.get(6)), 1),
                    (Integer) present(order.get(7)),
                    text(seller, 1),
                    text(seller, 2),
                    text(department, 1),
                    (String) department.get(2),
                    text(find(addresses, order.get(8)), 1)));
        }
        return new RevenueOracle(sales);
    }

    /** {@return the rows that the view must have: its columns, number of sales, units, revenue} */
    List<List<@Nullable Object>> answer(Question question) {
        Map<List<@Nullable Object>, long[]> counts = new HashMap<>();
        Map<List<@Nullable Object>, BigDecimal> revenues = new HashMap<>();
        for (Sale sale : sales) {
            List<@Nullable Object> group = question.group(sale);
            long[] count = counts.computeIfAbsent(group, any -> new long[2]);
            count[0]++;
            count[1] += sale.units;
            revenues.merge(group, sale.price.multiply(BigDecimal.valueOf(sale.units)), BigDecimal::add);
        }
        List<List<@Nullable Object>> answer = new ArrayList<>();
        counts.forEach((group, count) -> {
            List<@Nullable Object> row = new ArrayList<>(group);
            row.add(count[0]);
            row.add(count[1]);
            row.add(revenues.get(group));
            answer.add(row);
        });
        return answer;
    }

    private static String currencyName(String code) {
        return switch (code) {
            case "GBP" -> "British Pound";
            case "USD" -> "US Dollar";
            case "EUR" -> "Euro";
            default -> throw new IllegalArgumentException("no currency of the dataset: " + code);
        };
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    private static Map<Object, List<@Nullable Object>> table(Connection connection, String query) throws SQLException {
        Map<Object, List<@Nullable Object>> byKey = new HashMap<>();
        for (List<@Nullable Object> row : rows(connection, query)) {
            byKey.put(present(row.getFirst()), row);
        }
        return byKey;
    }

    private static List<@Nullable Object> find(Map<Object, List<@Nullable Object>> table, @Nullable Object key) {
        List<@Nullable Object> row = table.get(present(key));
        if (row == null) {
            throw new IllegalStateException("no row with key " + key);
        }
        return row;
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("found NULL in a column that has none");
        }
        return value;
    }

    private static String text(List<@Nullable Object> row, int column) {
        return (String) present(row.get(column));
    }

    private static List<List<@Nullable Object>> rows(Connection connection, String query) throws SQLException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<@Nullable Object> values = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    values.add(
                            switch (row.getMetaData().getColumnTypeName(column)) {
                                case "date" -> row.getObject(column, LocalDate.class);
                                case "timestamp" -> row.getObject(column, LocalDateTime.class);
                                default -> row.getObject(column);
                            });
                }
                rows.add(values);
            }
        }
        return rows;
    }
}
