-- What every table and column means, for those who ask: psql (\d+), QuickSight, and docs/data-dictionary.md, which a test
-- compares with what is said here. Times of Totesys have no time zone: they are what the application's clock showed.

-- Ledger

COMMENT ON TABLE  schema_migration IS 'The migrations that made this schema; written by the loader.';
COMMENT ON COLUMN schema_migration.version     IS 'Number of the migration; 1 is the first, there are no gaps.';
COMMENT ON COLUMN schema_migration.description IS 'What it does, from its file name.';
COMMENT ON COLUMN schema_migration.checksum    IS 'SHA-256 of the migration''s SQL.';
COMMENT ON COLUMN schema_migration.applied_at  IS 'When it was applied, by the clock of the warehouse.';

COMMENT ON TABLE  etl_run IS 'One row for each run that is in the warehouse, written in the transaction that brings its rows: how fresh the warehouse is.';
COMMENT ON COLUMN etl_run.run             IS 'Number of the run: 1 is the first, there are no gaps. 0 stands for all rows that were there before the pipeline; only a warehouse that had any has it.';
COMMENT ON COLUMN etl_run.attempt         IS 'Which load committed the run; "adopted" for run 0.';
COMMENT ON COLUMN etl_run.extract_attempt IS 'Which extraction wrote the run: says that warehouse and run log belong together. Empty for run 0.';
COMMENT ON COLUMN etl_run.snapshot_time   IS 'When the run''s snapshot of Totesys was taken, by the clock of Totesys; for run 0, when the pipeline took the warehouse over.';
COMMENT ON COLUMN etl_run.started_at      IS 'When the load began, by the clock of the warehouse.';
COMMENT ON COLUMN etl_run.committed_at    IS 'When the load was about to commit, by the clock of the warehouse; minus snapshot_time it is how old the run''s news were.';
COMMENT ON COLUMN etl_run.duration_ms     IS 'How long the load took, in milliseconds.';

COMMENT ON TABLE  etl_run_table IS 'What a run did to each table that it touched.';
COMMENT ON COLUMN etl_run_table.run         IS 'Number of the run; see etl_run.';
COMMENT ON COLUMN etl_run_table.table_name  IS 'Name of the table in the warehouse.';
COMMENT ON COLUMN etl_run_table.rows_read   IS 'Rows in the run''s Parquet objects: inserted + updated + unchanged.';
COMMENT ON COLUMN etl_run_table.inserted    IS 'New rows; in a fact, new versions.';
COMMENT ON COLUMN etl_run_table.updated     IS 'Rows of a dimension that changed, or replaced an inferred one; 0 in a fact.';
COMMENT ON COLUMN etl_run_table.unchanged   IS 'Rows that said what the warehouse knew already.';
COMMENT ON COLUMN etl_run_table.inferred    IS 'Dimension rows made up because a fact refers to a key that had not arrived.';
COMMENT ON COLUMN etl_run_table.quarantined IS 'Source rows that could not be represented; they wait in the quarantine of the processed bucket.';
COMMENT ON COLUMN etl_run_table.bytes       IS 'Size of the run''s Parquet objects, in bytes.';
COMMENT ON COLUMN etl_run_table.duration_ms IS 'How long the table took, in milliseconds.';

COMMENT ON TABLE  etl_run_object IS 'The Parquet objects that a run brought: which files a row comes from.';
COMMENT ON COLUMN etl_run_object.run         IS 'Number of the run; see etl_run.';
COMMENT ON COLUMN etl_run_object.object      IS 'Key of the object in the processed bucket.';
COMMENT ON COLUMN etl_run_object.table_name  IS 'Name of the table in the warehouse that it belongs to.';
COMMENT ON COLUMN etl_run_object.rows_read   IS 'Rows in the object.';
COMMENT ON COLUMN etl_run_object.quarantined IS 'Source rows that the object lacks, because they could not be represented.';
COMMENT ON COLUMN etl_run_object.bytes       IS 'Size of the object, in bytes.';
COMMENT ON COLUMN etl_run_object.inputs      IS 'Keys of the CSV objects in the ingestion bucket that it was made from.';

-- Dimensions

COMMENT ON TABLE  dim_date IS 'The calendar: each day that a fact has ever mentioned.';
COMMENT ON COLUMN dim_date.date_id     IS 'The day.';
COMMENT ON COLUMN dim_date.year        IS 'Calendar year, such as 2024.';
COMMENT ON COLUMN dim_date.month       IS 'Month of the year, 1 to 12.';
COMMENT ON COLUMN dim_date.day         IS 'Day of the month, 1 to 31.';
COMMENT ON COLUMN dim_date.day_of_week IS 'ISO 8601: Monday is 1, Sunday 7.';
COMMENT ON COLUMN dim_date.day_name    IS 'English name of the day of the week; sort it by day_of_week.';
COMMENT ON COLUMN dim_date.month_name  IS 'English name of the month; sort it by month.';
COMMENT ON COLUMN dim_date.quarter     IS 'Quarter of the calendar year, 1 to 4.';

COMMENT ON TABLE  dim_currency IS 'Currencies, as they are now (currency of Totesys).';
COMMENT ON COLUMN dim_currency.currency_id   IS 'currency.currency_id of Totesys.';
COMMENT ON COLUMN dim_currency.currency_code IS 'ISO 4217, such as GBP (currency.currency_code).';
COMMENT ON COLUMN dim_currency.currency_name IS 'English name of the code in ISO 4217; the code itself where ISO does not know it.';

COMMENT ON TABLE  dim_payment_type IS 'Kinds of payments, as they are now (payment_type of Totesys).';
COMMENT ON COLUMN dim_payment_type.payment_type_id   IS 'payment_type.payment_type_id of Totesys.';
COMMENT ON COLUMN dim_payment_type.payment_type_name IS 'SALES_RECEIPT, SALES_REFUND, PURCHASE_PAYMENT or PURCHASE_REFUND (payment_type.payment_type_name).';

COMMENT ON TABLE  dim_staff IS 'Members of staff with their departments, as they are now (staff and department of Totesys).';
COMMENT ON COLUMN dim_staff.staff_id        IS 'staff.staff_id of Totesys.';
COMMENT ON COLUMN dim_staff.first_name      IS 'staff.first_name of Totesys.';
COMMENT ON COLUMN dim_staff.last_name       IS 'staff.last_name of Totesys.';
COMMENT ON COLUMN dim_staff.department_name IS 'Name of the department that they are in now (department.department_name).';
COMMENT ON COLUMN dim_staff.location        IS 'Where that department is (department.location); NULL if Totesys does not say.';
COMMENT ON COLUMN dim_staff.email_address   IS 'staff.email_address of Totesys.';

COMMENT ON TABLE  dim_location IS 'Addresses that orders are delivered to, as they are now (address of Totesys).';
COMMENT ON COLUMN dim_location.location_id    IS 'address.address_id of Totesys.';
COMMENT ON COLUMN dim_location.address_line_1 IS 'address.address_line_1 of Totesys.';
COMMENT ON COLUMN dim_location.address_line_2 IS 'address.address_line_2 of Totesys; NULL if there is none.';
COMMENT ON COLUMN dim_location.district       IS 'address.district of Totesys; NULL if there is none.';
COMMENT ON COLUMN dim_location.city           IS 'address.city of Totesys.';
COMMENT ON COLUMN dim_location.postal_code    IS 'address.postal_code of Totesys.';
COMMENT ON COLUMN dim_location.country        IS 'Name of the country (address.country of Totesys).';
COMMENT ON COLUMN dim_location.phone          IS 'address.phone of Totesys.';

COMMENT ON TABLE  dim_counterparty IS 'Customers and suppliers with their legal addresses, as they are now (counterparty and address of Totesys).';
COMMENT ON COLUMN dim_counterparty.counterparty_id                   IS 'counterparty.counterparty_id of Totesys.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_name           IS 'counterparty.counterparty_legal_name of Totesys.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_address_line_1 IS 'address.address_line_1 of the legal address.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_address_line_2 IS 'address.address_line_2 of the legal address; NULL if there is none.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_district       IS 'address.district of the legal address; NULL if there is none.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_city           IS 'address.city of the legal address.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_postal_code    IS 'address.postal_code of the legal address.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_country        IS 'address.country of the legal address.';
COMMENT ON COLUMN dim_counterparty.counterparty_legal_phone_number   IS 'address.phone of the legal address.';

COMMENT ON TABLE  dim_design IS 'Designs of totes, as they are now (design of Totesys).';
COMMENT ON COLUMN dim_design.design_id     IS 'design.design_id of Totesys.';
COMMENT ON COLUMN dim_design.design_name   IS 'design.design_name of Totesys; several designs may have the same.';
COMMENT ON COLUMN dim_design.file_location IS 'Folder of the design''s file (design.file_location).';
COMMENT ON COLUMN dim_design.file_name     IS 'Name of the design''s file (design.file_name).';

COMMENT ON TABLE  dim_transaction IS 'Which order a payment is for, as it is now (transaction of Totesys).';
COMMENT ON COLUMN dim_transaction.transaction_id    IS 'transaction.transaction_id of Totesys.';
COMMENT ON COLUMN dim_transaction.transaction_type  IS 'SALE or PURCHASE (transaction.transaction_type).';
COMMENT ON COLUMN dim_transaction.sales_order_id    IS 'Key of the sale in fact_sales_order, where each of its versions has it; NULL for a purchase.';
COMMENT ON COLUMN dim_transaction.purchase_order_id IS 'Key of the purchase in fact_purchase_order, where each of its versions has it; NULL for a sale.';

-- Facts

COMMENT ON TABLE  fact_sales_order IS 'Every version of every sale (sales_order of Totesys): never add up its rows, use current_sales_order. Nothing in it is ever changed.';
COMMENT ON COLUMN fact_sales_order.sales_record_id             IS 'Numbers the versions: of one sales_order_id, the highest is the latest.';
COMMENT ON COLUMN fact_sales_order.sales_order_id              IS 'Key of the sale (sales_order.sales_order_id).';
COMMENT ON COLUMN fact_sales_order.sales_staff_id              IS 'Who made the sale (sales_order.staff_id); see dim_staff.';
COMMENT ON COLUMN fact_sales_order.units_sold                  IS 'Number of totes sold.';
COMMENT ON COLUMN fact_sales_order.unit_price                  IS 'Price of one tote, in the currency of currency_id; times units_sold it is the revenue.';
COMMENT ON COLUMN fact_sales_order.design_id                   IS 'The design that was sold; see dim_design.';
COMMENT ON COLUMN fact_sales_order.agreed_payment_date         IS 'The day on which the customer is to pay.';
COMMENT ON COLUMN fact_sales_order.agreed_delivery_date        IS 'The day on which the totes are to be delivered.';
COMMENT ON COLUMN fact_sales_order.agreed_delivery_location_id IS 'Where they are to be delivered to (sales_order.agreed_delivery_location_id); see dim_location.';

COMMENT ON TABLE  fact_purchase_order IS 'Every version of every purchase (purchase_order of Totesys): never add up its rows, use current_purchase_order. Nothing in it is ever changed.';
COMMENT ON COLUMN fact_purchase_order.purchase_record_id          IS 'Numbers the versions: of one purchase_order_id, the highest is the latest.';
COMMENT ON COLUMN fact_purchase_order.purchase_order_id           IS 'Key of the purchase (purchase_order.purchase_order_id).';
COMMENT ON COLUMN fact_purchase_order.staff_id                    IS 'Who made the purchase; see dim_staff.';
COMMENT ON COLUMN fact_purchase_order.item_code                   IS 'The supplier''s code of what was bought.';
COMMENT ON COLUMN fact_purchase_order.item_quantity               IS 'Number of items bought.';
COMMENT ON COLUMN fact_purchase_order.item_unit_price             IS 'Price of one item, in the currency of currency_id.';
COMMENT ON COLUMN fact_purchase_order.agreed_delivery_date        IS 'The day on which the items are to be delivered.';
COMMENT ON COLUMN fact_purchase_order.agreed_payment_date         IS 'The day on which the supplier is to be paid.';
COMMENT ON COLUMN fact_purchase_order.agreed_delivery_location_id IS 'Where they are to be delivered to (purchase_order.agreed_delivery_location_id); see dim_location.';

COMMENT ON TABLE  fact_payment IS 'Every version of every payment, due or done (payment of Totesys): never add up its rows, use current_payment. Nothing in it is ever changed.';
COMMENT ON COLUMN fact_payment.payment_record_id IS 'Numbers the versions: of one payment_id, the highest is the latest.';
COMMENT ON COLUMN fact_payment.payment_id        IS 'Key of the payment (payment.payment_id).';
COMMENT ON COLUMN fact_payment.transaction_id    IS 'The transaction that it belongs to; dim_transaction leads to the order.';
COMMENT ON COLUMN fact_payment.payment_amount    IS 'Amount, in the currency of currency_id.';
COMMENT ON COLUMN fact_payment.payment_type_id   IS 'Kind of payment; see dim_payment_type.';
COMMENT ON COLUMN fact_payment.paid              IS 'Whether the money has been paid.';
COMMENT ON COLUMN fact_payment.payment_date      IS 'The day on which it is due, or was paid.';

-- What several tables have

DO $$
DECLARE
    shared record;
BEGIN
    FOR shared IN
        SELECT relname, attname, meaning
        FROM (VALUES
            ('fact_%', 'created_date', 'The day on which the row was made in Totesys, by the application''s clock (created_at).'),
            ('fact_%', 'created_time', 'The time of that day, to the millisecond; no time zone.'),
            ('fact_%', 'last_updated_date', 'The day of the last change in Totesys, by the application''s clock (last_updated). Some changes forget to set it.'),
            ('fact_%', 'last_updated_time', 'The time of that day, to the millisecond; no time zone.'),
            ('fact_%', 'counterparty_id', 'The customer or supplier; see dim_counterparty.'),
            ('fact_%', 'currency_id', 'The currency of all amounts of the row; see dim_currency.'),
            ('fact_%', 'supersedes', 'The version that this one replaces, by its surrogate key; NULL in the first version.'),
            ('fact_%', 'etl_run', 'The run that brought this version; see etl_run. 0: it was there before the pipeline.'),
            ('dim_%', 'etl_run', 'The run that last changed the row; see etl_run. 0: it was there before the pipeline.'),
            ('dim_%', 'inferred', 'Whether the row is made up, because a fact refers to it and it has not arrived; it is replaced when it does.'))
            AS definition (tables, column_name, meaning)
        JOIN pg_class ON relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname LIKE tables
        JOIN pg_attribute ON attrelid = pg_class.oid AND attname = column_name
        WHERE relname IN ('dim_date', 'dim_currency', 'dim_payment_type', 'dim_staff', 'dim_location', 'dim_counterparty',
            'dim_design', 'dim_transaction', 'fact_sales_order', 'fact_purchase_order', 'fact_payment')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', shared.relname, shared.attname, shared.meaning);
    END LOOP;
END
$$;
