package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The warehouse as its analysts know it, written down a second time and in another form. */
class TotesysTest {

    private static final String WAREHOUSE = """
            dim_date: date_id date key, year integer, month integer, day integer, day_of_week integer, \
            day_name text, month_name text, quarter integer
            dim_currency: currency_id integer key, currency_code text, currency_name text
            dim_payment_type: payment_type_id integer key, payment_type_name text
            dim_staff: staff_id integer key, first_name text, last_name text, department_name text, \
            location text null, email_address text
            dim_location: location_id integer key, address_line_1 text, address_line_2 text null, \
            district text null, city text, postal_code text, country text, phone text
            dim_counterparty: counterparty_id integer key, counterparty_legal_name text, \
            counterparty_legal_address_line_1 text, counterparty_legal_address_line_2 text null, \
            counterparty_legal_district text null, counterparty_legal_city text, counterparty_legal_postal_code text, \
            counterparty_legal_country text, counterparty_legal_phone_number text
            dim_design: design_id integer key, design_name text, file_location text, file_name text
            dim_transaction: transaction_id integer key, transaction_type text, sales_order_id integer null, \
            purchase_order_id integer null
            fact_sales_order: sales_record_id identity, sales_order_id integer key, \
            created_date date -> dim_date, created_time time, \
            last_updated_date date -> dim_date, last_updated_time time, \
            sales_staff_id integer -> dim_staff, counterparty_id integer -> dim_counterparty, \
            units_sold integer, unit_price numeric(10,2), currency_id integer -> dim_currency, \
            design_id integer -> dim_design, agreed_payment_date date -> dim_date, \
            agreed_delivery_date date -> dim_date, agreed_delivery_location_id integer -> dim_location
            fact_purchase_order: purchase_record_id identity, purchase_order_id integer key, \
            created_date date -> dim_date, created_time time, \
            last_updated_date date -> dim_date, last_updated_time time, \
            staff_id integer -> dim_staff, counterparty_id integer -> dim_counterparty, item_code text, \
            item_quantity integer, item_unit_price numeric(10,2), currency_id integer -> dim_currency, \
            agreed_delivery_date date -> dim_date, agreed_payment_date date -> dim_date, \
            agreed_delivery_location_id integer -> dim_location
            fact_payment: payment_record_id identity, payment_id integer key, \
            created_date date -> dim_date, created_time time, \
            last_updated_date date -> dim_date, last_updated_time time, \
            transaction_id integer -> dim_transaction, counterparty_id integer -> dim_counterparty, \
            payment_amount numeric(10,2), currency_id integer -> dim_currency, \
            payment_type_id integer -> dim_payment_type, paid boolean, payment_date date -> dim_date
            """;

    @Test
    void targetsAreTheWarehouseColumnByColumn() {
        assertThat(Totesys.CATALOGUE.targets().stream().map(TotesysTest::describe))
                .containsExactlyElementsOf(WAREHOUSE.lines().toList());
    }

    @Test
    void accountNumbersStayInTheLake() {
        assertThat(Totesys.CATALOGUE.requiredColumns(Totesys.CATALOGUE.source("payment")))
                .doesNotContain("company_ac_number", "counterparty_ac_number");
    }

    @Test
    void migrationsOfTheOrmAreNoBusinessData() {
        assertThat(Totesys.CATALOGUE.sources()).extracting(SourceTable::name).doesNotContain("_prisma_migrations");
    }

    @Test
    void staffTravelsWithItsDepartmentAndCounterpartyWithItsLegalAddress() {
        assertThat(Totesys.CATALOGUE.joins())
                .containsExactlyInAnyOrder(
                        new Join("staff", "department_id", "department"),
                        new Join("counterparty", "legal_address_id", "address"));
    }

    @Test
    void everySourceButTheDepartmentHasATargetOfItsOwn() {
        assertThat(Totesys.CATALOGUE.sources())
                .filteredOn(source -> Totesys.CATALOGUE.targetsOf(source.name()).size() != 1)
                .extracting(SourceTable::name)
                .containsExactly("department");
        assertThat(Totesys.CATALOGUE.calendar().map(TargetTable::name)).contains("dim_date");
    }

    private static String describe(TargetTable table) {
        String surrogate = table.surrogateKey() == null ? "" : table.surrogateKey() + " identity, ";
        return table.columns().stream()
                .map(column -> describe(table, column))
                .collect(Collectors.joining(", ", table.name() + ": " + surrogate, ""));
    }

    private static String describe(TargetTable table, TargetColumn column) {
        return column.name() + " " + describe(column.type())
                + (column.name().equals(table.key()) ? " key" : "")
                + (column.nullable() ? " null" : "")
                + column.references().map(dimension -> " -> " + dimension).orElse("");
    }

    private static String describe(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> "integer";
            case TargetType.Text text -> "text";
            case TargetType.Truth truth -> "boolean";
            case TargetType.Date date -> "date";
            case TargetType.Time time -> "time";
            case TargetType.Decimal decimal -> "numeric(" + decimal.precision() + "," + decimal.scale() + ")";
        };
    }
}
