package com.terrifictotes.etl.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Records of a source table, all alike but for what a test is about. */
enum CsvSamples {
    SALES_ORDER(
            "fact_sales_order",
            "sales_order_id=1",
            "created_at=2022-11-03 14:20:49.962",
            "last_updated=2022-11-04 08:00:00",
            "design_id=5",
            "staff_id=1",
            "counterparty_id=4",
            "units_sold=10",
            "unit_price=3.94",
            "currency_id=1",
            "agreed_delivery_date=2022-11-07",
            "agreed_payment_date=2022-11-08",
            "agreed_delivery_location_id=3"),
    PURCHASE_ORDER(
            "fact_purchase_order",
            "purchase_order_id=1",
            "created_at=2022-11-03 14:20:49.962",
            "last_updated=2022-11-04 08:00:00",
            "staff_id=1",
            "counterparty_id=4",
            "item_code=ZDOI5EA",
            "item_quantity=371",
            "item_unit_price=361.39",
            "currency_id=2",
            "agreed_delivery_date=2022-11-09",
            "agreed_payment_date=2022-11-07",
            "agreed_delivery_location_id=3"),
    PAYMENT(
            "fact_payment",
            "payment_id=1",
            "created_at=2022-11-03 14:20:49.962",
            "last_updated=2022-11-04 08:00:00",
            "transaction_id=1",
            "counterparty_id=4",
            "payment_amount=552548.09",
            "currency_id=1",
            "payment_type_id=1",
            "paid=f",
            "payment_date=2022-11-04",
            "company_ac_number=67305075",
            "counterparty_ac_number=31622269"),
    DESIGN(
            "dim_design",
            "design_id=1",
            "created_at=2022-11-03 14:20:49.962",
            "design_name=Wooden",
            "file_location=/usr",
            "file_name=wooden.json",
            "last_updated=2022-11-03 14:20:49.962"),
    COUNTERPARTY(
            "dim_counterparty",
            "counterparty_id=1",
            "counterparty_legal_name=Totes & Sons",
            "legal_address_id=1",
            "commercial_contact=Ann",
            "delivery_contact=Bob"),
    ADDRESS(
            "dim_location",
            "address_id=1",
            "address_line_1=1 High Street",
            "address_line_2=",
            "district=",
            "city=Leeds",
            "postal_code=LS1 4DL",
            "country=England",
            "phone=0113 496 0000");

    private final String target;
    private final String header;

    /** A record of this table as an example; no field of it has a comma. */
    private final String record;

    CsvSamples(String target, String... fields) {
        this.target = target;
        header = Arrays.stream(fields)
                .map(field -> field.substring(0, field.indexOf('=')))
                .collect(Collectors.joining(","));
        record = Arrays.stream(fields)
                .map(field -> field.substring(field.indexOf('=') + 1))
                .collect(Collectors.joining(","));
    }

    /** The source table's name. */
    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The warehouse table that is made of it. */
    String target() {
        return target;
    }

    /** The columns, separated by commas. */
    String header() {
        return header;
    }

    /** The names of the columns. */
    List<String> columns() {
        return List.of(header.split(",", -1));
    }

    /** A record with that key. */
    String record(int key) {
        return key + record.substring(record.indexOf(','));
    }

    /** A record with that key and one field as it stands in the CSV, quotes included. */
    String record(int key, String column, String field) {
        int index = columns().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(table() + " has no column " + column);
        }
        String[] fields = record(key).split(",", -1);
        fields[index] = field;
        return String.join(",", fields);
    }

    /** A text as a field, always in quotes. */
    static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
