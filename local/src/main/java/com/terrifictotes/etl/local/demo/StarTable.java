package com.terrifictotes.etl.local.demo;

import java.util.Locale;
import java.util.Optional;

/**
 * The warehouse's tables, each with a query on the source, written by hand, that gives its rows: the columns in the
 * warehouse's names, the key first, in the order of the key. A fact's surrogate key is not among them.
 */
enum StarTable {
    FACT_SALES_ORDER("sales_record_id", "current_sales_order", """
            SELECT sales_order_id, created_at::date AS created_date, created_at::time AS created_time,
              last_updated::date AS last_updated_date, last_updated::time AS last_updated_time,
              staff_id AS sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id,
              agreed_payment_date::date AS agreed_payment_date, agreed_delivery_date::date AS agreed_delivery_date,
              agreed_delivery_location_id
            FROM sales_order ORDER BY sales_order_id
            """),
    FACT_PURCHASE_ORDER("purchase_record_id", "current_purchase_order", """
            SELECT purchase_order_id, created_at::date AS created_date, created_at::time AS created_time,
              last_updated::date AS last_updated_date, last_updated::time AS last_updated_time,
              staff_id, counterparty_id, item_code, item_quantity, item_unit_price, currency_id,
              agreed_delivery_date::date AS agreed_delivery_date, agreed_payment_date::date AS agreed_payment_date,
              agreed_delivery_location_id
            FROM purchase_order ORDER BY purchase_order_id
            """),
    FACT_PAYMENT("payment_record_id", "current_payment", """
            SELECT payment_id, created_at::date AS created_date, created_at::time AS created_time,
              last_updated::date AS last_updated_date, last_updated::time AS last_updated_time,
              transaction_id, counterparty_id, payment_amount, currency_id, payment_type_id, paid,
              payment_date::date AS payment_date
            FROM payment ORDER BY payment_id
            """),
    DIM_STAFF("""
            SELECT staff_id, first_name, last_name, department_name, location, email_address
            FROM staff JOIN department USING (department_id) ORDER BY staff_id
            """),
    DIM_LOCATION("""
            SELECT address_id AS location_id, address_line_1, address_line_2, district, city, postal_code, country, phone
            FROM address ORDER BY address_id
            """),
    DIM_COUNTERPARTY("""
            SELECT counterparty_id, counterparty_legal_name,
              address_line_1 AS counterparty_legal_address_line_1, address_line_2 AS counterparty_legal_address_line_2,
              district AS counterparty_legal_district, city AS counterparty_legal_city,
              postal_code AS counterparty_legal_postal_code, country AS counterparty_legal_country,
              phone AS counterparty_legal_phone_number
            FROM counterparty JOIN address ON address_id = legal_address_id ORDER BY counterparty_id
            """),
    DIM_DESIGN("SELECT design_id, design_name, file_location, file_name FROM design ORDER BY design_id"),
    DIM_CURRENCY("""
            SELECT currency_id, currency_code,
              CASE currency_code WHEN 'GBP' THEN 'British Pound' WHEN 'USD' THEN 'US Dollar' WHEN 'EUR' THEN 'Euro'
                ELSE currency_code END AS currency_name
            FROM currency ORDER BY currency_id
            """),
    DIM_PAYMENT_TYPE("""
            SELECT payment_type_id, payment_type_name::text AS payment_type_name
            FROM payment_type ORDER BY payment_type_id
            """),
    DIM_TRANSACTION("""
            SELECT transaction_id, transaction_type::text AS transaction_type, sales_order_id, purchase_order_id
            FROM transaction ORDER BY transaction_id
            """),
    /** Its query has one parameter: an array of the dates. To PostgreSQL, to_char's names are English everywhere. */
    DIM_DATE("""
            SELECT date_id, extract(year FROM date_id)::integer AS year, extract(month FROM date_id)::integer AS month,
              extract(day FROM date_id)::integer AS day, extract(isodow FROM date_id)::integer AS day_of_week,
              to_char(date_id, 'FMDay') AS day_name, to_char(date_id, 'FMMonth') AS month_name,
              extract(quarter FROM date_id)::integer AS quarter
            FROM unnest(?::date[]) AS mentioned (date_id) ORDER BY date_id
            """);

    private final Optional<String> surrogateKey;
    private final Optional<String> currentView;
    private final String sourceQuery;

    StarTable(String surrogateKey, String currentView, String sourceQuery) {
        this.surrogateKey = Optional.of(surrogateKey);
        this.currentView = Optional.of(currentView);
        this.sourceQuery = sourceQuery;
    }

    StarTable(String sourceQuery) {
        this.surrogateKey = Optional.empty();
        this.currentView = Optional.empty();
        this.sourceQuery = sourceQuery;
    }

    /** {@return the table's name in the warehouse} */
    String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether the table keeps every version of a row, and not the latest one only} */
    boolean isFact() {
        return surrogateKey.isPresent();
    }

    /** {@return the column that numbers a fact's versions} */
    Optional<String> surrogateKey() {
        return surrogateKey;
    }

    /** {@return the view that holds a fact's latest versions} */
    Optional<String> currentView() {
        return currentView;
    }

    /** {@return the query on the source that gives the table's rows} */
    String sourceQuery() {
        return sourceQuery;
    }
}
