package com.terrifictotes.etl.load;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the star schema by column name; the factories give ordinary ones, {@link #with} changes a value. */
final class Row {

    static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final LocalTime TIME = LocalTime.of(9, 58, 7, 123_000_000);

    private final Map<String, Object> values;

    private Row(Map<String, Object> values) {
        this.values = values;
    }

    /** A row of any table; a column that the map lacks is NULL. */
    static Row of(Map<String, Object> values) {
        return new Row(Map.copyOf(values));
    }

    @Nullable
    Object value(String column) {
        return values.get(column);
    }

    Row with(String column, @Nullable Object value) {
        Map<String, Object> changed = new HashMap<>(values);
        if (value == null) {
            changed.remove(column);
        } else {
            changed.put(column, value);
        }
        return new Row(changed);
    }

    static Row day(LocalDate day) {
        return new Row(Map.of(
                "date_id", day,
                "year", day.getYear(),
                "month", day.getMonthValue(),
                "day", day.getDayOfMonth(),
                "day_of_week", day.getDayOfWeek().getValue(),
                "day_name", day.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                "month_name", day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                "quarter", day.get(IsoFields.QUARTER_OF_YEAR)));
    }

    static Row currency(int id, String code) {
        return new Row(Map.of("currency_id", id, "currency_code", code, "currency_name", "Name of " + code));
    }

    static Row paymentType(int id, String name) {
        return new Row(Map.of("payment_type_id", id, "payment_type_name", name));
    }

    static Row staff(int id, String firstName) {
        return new Row(Map.of(
                "staff_id", id,
                "first_name", firstName,
                "last_name", "Hopper",
                "department_name", "Sales",
                "location", "Leeds",
                "email_address", "g.hopper@terrifictotes.com"));
    }

    static Row location(int id, String city) {
        return new Row(Map.of(
                "location_id", id,
                "address_line_1", "1 High Street",
                "city", city,
                "postal_code", "LS1 1AA",
                "country", "England",
                "phone", "0113 496 0000"));
    }

    static Row counterparty(int id, String name) {
        return new Row(Map.of(
                "counterparty_id", id,
                "counterparty_legal_name", name,
                "counterparty_legal_address_line_1", "2 Low Street",
                "counterparty_legal_city", "York",
                "counterparty_legal_postal_code", "YO1 1AA",
                "counterparty_legal_country", "England",
                "counterparty_legal_phone_number", "01904 960000"));
    }

    static Row design(int id, String name) {
        return new Row(Map.of("design_id", id, "design_name", name, "file_location", "/srv", "file_name", "a.json"));
    }

    static Row transaction(int id, int salesOrderId) {
        return new Row(Map.of("transaction_id", id, "transaction_type", "SALE", "sales_order_id", salesOrderId));
    }

    private static Map<String, Object> fact() {
        return new HashMap<>(Map.of(
                "created_date", DAY,
                "created_time", TIME,
                "last_updated_date", DAY,
                "last_updated_time", TIME,
                "counterparty_id", 1,
                "currency_id", 1));
    }

    private static Map<String, Object> order() {
        Map<String, Object> values = fact();
        values.putAll(Map.of(
                "agreed_payment_date", DAY.plusDays(1),
                "agreed_delivery_date", DAY.plusDays(2),
                "agreed_delivery_location_id", 1));
        return values;
    }

    static Row sale(int id, int unitsSold) {
        Map<String, Object> values = order();
        values.putAll(Map.of(
                "sales_order_id",
                id,
                "sales_staff_id",
                1,
                "units_sold",
                unitsSold,
                "unit_price",
                new BigDecimal("3.94"),
                "design_id",
                1));
        return new Row(values);
    }

    static Row purchase(int id, String itemCode) {
        Map<String, Object> values = order();
        values.putAll(Map.of(
                "purchase_order_id",
                id,
                "staff_id",
                1,
                "item_code",
                itemCode,
                "item_quantity",
                5,
                "item_unit_price",
                new BigDecimal("-0.05")));
        return new Row(values);
    }

    static Row payment(int id, boolean paid) {
        Map<String, Object> values = fact();
        values.putAll(Map.of(
                "payment_id",
                id,
                "transaction_id",
                1,
                "payment_amount",
                new BigDecimal("99999999.99"),
                "payment_type_id",
                1,
                "paid",
                paid,
                "payment_date",
                DAY.plusDays(3)));
        return new Row(values);
    }
}
