package com.terrifictotes.etl.common.catalogue;

import java.util.List;

/**
 * The catalogue of this pipeline: eleven tables of Totesys, and the eleven tables of the star schema that are made from
 * them.
 */
public final class Totesys {

    private static final String CREATED = "created_at";
    private static final String UPDATED = "last_updated";
    private static final String DIM_DATE = "dim_date";

    private static final SourceTable CURRENCY = SourceTable.named("currency", "currency_id")
            .text("currency_code")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable PAYMENT_TYPE = SourceTable.named("payment_type", "payment_type_id")
            .text("payment_type_name")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable DEPARTMENT = SourceTable.named("department", "department_id")
            .text("department_name")
            .optionalText("location", "manager")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable STAFF = SourceTable.named("staff", "staff_id")
            .text("first_name", "last_name")
            .integer("department_id")
            .text("email_address")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable ADDRESS = SourceTable.named("address", "address_id")
            .text("address_line_1")
            .optionalText("address_line_2", "district")
            .text("city", "postal_code", "country", "phone")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable COUNTERPARTY = SourceTable.named("counterparty", "counterparty_id")
            .text("counterparty_legal_name")
            .integer("legal_address_id")
            .optionalText("commercial_contact", "delivery_contact")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable DESIGN = SourceTable.named("design", "design_id")
            .timestamp(CREATED)
            .text("design_name", "file_location", "file_name")
            .timestamp(UPDATED)
            .build();

    private static final SourceTable TRANSACTION = SourceTable.named("transaction", "transaction_id")
            .text("transaction_type")
            .optionalInteger("sales_order_id", "purchase_order_id")
            .timestamp(CREATED, UPDATED)
            .build();

    private static final SourceTable SALES_ORDER = SourceTable.named("sales_order", "sales_order_id")
            .timestamp(CREATED, UPDATED)
            .integer("design_id", "staff_id", "counterparty_id", "units_sold")
            .money("unit_price")
            .integer("currency_id")
            .text("agreed_delivery_date", "agreed_payment_date")
            .integer("agreed_delivery_location_id")
            .build();

    private static final SourceTable PURCHASE_ORDER = SourceTable.named("purchase_order", "purchase_order_id")
            .timestamp(CREATED, UPDATED)
            .integer("staff_id", "counterparty_id")
            .text("item_code")
            .integer("item_quantity")
            .money("item_unit_price")
            .integer("currency_id")
            .text("agreed_delivery_date", "agreed_payment_date")
            .integer("agreed_delivery_location_id")
            .build();

    private static final SourceTable PAYMENT = SourceTable.named("payment", "payment_id")
            .timestamp(CREATED, UPDATED)
            .integer("transaction_id", "counterparty_id")
            .money("payment_amount")
            .integer("currency_id", "payment_type_id")
            .bool("paid")
            .text("payment_date")
            .integer("company_ac_number", "counterparty_ac_number")
            .build();

    /** The eleven source and eleven warehouse tables. */
    public static final Catalogue CATALOGUE = new Catalogue(
            List.of(
                    CURRENCY,
                    PAYMENT_TYPE,
                    DEPARTMENT,
                    STAFF,
                    ADDRESS,
                    COUNTERPARTY,
                    DESIGN,
                    TRANSACTION,
                    SALES_ORDER,
                    PURCHASE_ORDER,
                    PAYMENT),
            List.of(
                    TargetTable.calendar(DIM_DATE, "date_id"),
                    TargetTable.dimension("dim_currency", CURRENCY)
                            .key("currency_id")
                            .same("currency_code")
                            .currencyName("currency_name", "currency_code")
                            .build(),
                    TargetTable.dimension("dim_payment_type", PAYMENT_TYPE)
                            .key("payment_type_id")
                            .same("payment_type_name")
                            .build(),
                    TargetTable.dimension("dim_staff", STAFF)
                            .join("department_id", DEPARTMENT)
                            .key("staff_id")
                            .same("first_name", "last_name")
                            .joined("department_name", DEPARTMENT, "department_name")
                            .joined("location", DEPARTMENT, "location")
                            .same("email_address")
                            .build(),
                    TargetTable.dimension("dim_location", ADDRESS)
                            .key("location_id")
                            .same("address_line_1", "address_line_2", "district")
                            .same("city", "postal_code", "country", "phone")
                            .build(),
                    TargetTable.dimension("dim_counterparty", COUNTERPARTY)
                            .join("legal_address_id", ADDRESS)
                            .key("counterparty_id")
                            .same("counterparty_legal_name")
                            .joined("counterparty_legal_address_line_1", ADDRESS, "address_line_1")
                            .joined("counterparty_legal_address_line_2", ADDRESS, "address_line_2")
                            .joined("counterparty_legal_district", ADDRESS, "district")
                            .joined("counterparty_legal_city", ADDRESS, "city")
                            .joined("counterparty_legal_postal_code", ADDRESS, "postal_code")
                            .joined("counterparty_legal_country", ADDRESS, "country")
                            .joined("counterparty_legal_phone_number", ADDRESS, "phone")
                            .build(),
                    TargetTable.dimension("dim_design", DESIGN)
                            .key("design_id")
                            .same("design_name", "file_location", "file_name")
                            .build(),
                    TargetTable.dimension("dim_transaction", TRANSACTION)
                            .key("transaction_id")
                            .same("transaction_type", "sales_order_id", "purchase_order_id")
                            .build(),
                    TargetTable.fact("fact_sales_order", "sales_record_id", SALES_ORDER)
                            .key("sales_order_id")
                            .split(CREATED, "created_date", "created_time", DIM_DATE)
                            .split(UPDATED, "last_updated_date", "last_updated_time", DIM_DATE)
                            .reference("sales_staff_id", "staff_id", "dim_staff")
                            .reference("counterparty_id", "dim_counterparty")
                            .same("units_sold", "unit_price")
                            .reference("currency_id", "dim_currency")
                            .reference("design_id", "dim_design")
                            .isoDate("agreed_payment_date", DIM_DATE)
                            .isoDate("agreed_delivery_date", DIM_DATE)
                            .reference("agreed_delivery_location_id", "dim_location")
                            .build(),
                    TargetTable.fact("fact_purchase_order", "purchase_record_id", PURCHASE_ORDER)
                            .key("purchase_order_id")
                            .split(CREATED, "created_date", "created_time", DIM_DATE)
                            .split(UPDATED, "last_updated_date", "last_updated_time", DIM_DATE)
                            .reference("staff_id", "dim_staff")
                            .reference("counterparty_id", "dim_counterparty")
                            .same("item_code", "item_quantity", "item_unit_price")
                            .reference("currency_id", "dim_currency")
                            .isoDate("agreed_delivery_date", DIM_DATE)
                            .isoDate("agreed_payment_date", DIM_DATE)
                            .reference("agreed_delivery_location_id", "dim_location")
                            .build(),
                    TargetTable.fact("fact_payment", "payment_record_id", PAYMENT)
                            .key("payment_id")
                            .split(CREATED, "created_date", "created_time", DIM_DATE)
                            .split(UPDATED, "last_updated_date", "last_updated_time", DIM_DATE)
                            .reference("transaction_id", "dim_transaction")
                            .reference("counterparty_id", "dim_counterparty")
                            .same("payment_amount")
                            .reference("currency_id", "dim_currency")
                            .reference("payment_type_id", "dim_payment_type")
                            .same("paid")
                            .isoDate("payment_date", DIM_DATE)
                            .build()));

    private Totesys() {}
}
