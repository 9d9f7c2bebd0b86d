-- What analysts ask: the latest versions, all of them with their times, and the revenue. docs/warehouse.md says how to ask.

-- The latest versions: those that no other one supersedes. Both sides come in the order of an index; a merge join of them is
-- as fast as reading the table.

CREATE VIEW current_sales_order AS
SELECT sales_record_id, sales_order_id, created_date, created_time, last_updated_date, last_updated_time,
       sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id,
       agreed_payment_date, agreed_delivery_date, agreed_delivery_location_id, etl_run
FROM fact_sales_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_sales_order AS newer
    WHERE newer.supersedes = version.sales_record_id AND newer.supersedes IS NOT NULL);
COMMENT ON VIEW current_sales_order IS 'The latest version of each sale.';

CREATE VIEW current_purchase_order AS
SELECT purchase_record_id, purchase_order_id, created_date, created_time, last_updated_date, last_updated_time,
       staff_id, counterparty_id, item_code, item_quantity, item_unit_price, currency_id,
       agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id, etl_run
FROM fact_purchase_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_purchase_order AS newer
    WHERE newer.supersedes = version.purchase_record_id AND newer.supersedes IS NOT NULL);
COMMENT ON VIEW current_purchase_order IS 'The latest version of each purchase.';

CREATE VIEW current_payment AS
SELECT payment_record_id, payment_id, created_date, created_time, last_updated_date, last_updated_time,
       transaction_id, counterparty_id, payment_amount, currency_id, payment_type_id, paid, payment_date,
       etl_run
FROM fact_payment AS version
WHERE NOT EXISTS (
    SELECT FROM fact_payment AS newer
    WHERE newer.supersedes = version.payment_record_id AND newer.supersedes IS NOT NULL);
COMMENT ON VIEW current_payment IS 'The latest version of each payment.';

-- One day of a table in the order of its days: small, and it costs a load next to nothing. What came last is not summarised
-- yet, and is read whole.

CREATE INDEX fact_sales_order_created ON fact_sales_order USING brin (created_date) WITH (autosummarize = on);
CREATE INDEX fact_purchase_order_created ON fact_purchase_order USING brin (created_date) WITH (autosummarize = on);
CREATE INDEX fact_payment_created ON fact_payment USING brin (created_date) WITH (autosummarize = on);

-- All versions. A version is valid from its last_updated on, or from that of an earlier version if that is later: the
-- application's clock may run backwards, and changes may forget to set it. So the intervals of one key follow each other
-- without overlap or hole; that of a version whose successor is no later is empty. The same holds for the times at which
-- the warehouse learnt of them.

CREATE VIEW sales_order_history AS
SELECT sales_order_id, version, valid_from, lead(valid_from) OVER versions AS valid_to,
       recorded_from, lead(recorded_from) OVER versions AS recorded_to,
       sales_record_id, created_date, created_time, last_updated_date, last_updated_time, sales_staff_id,
       counterparty_id, units_sold, unit_price, currency_id, design_id, agreed_payment_date,
       agreed_delivery_date, agreed_delivery_location_id, etl_run
FROM (
    SELECT sales_order_id, row_number() OVER versions AS version,
           max(last_updated_date + last_updated_time) OVER versions AS valid_from,
           max(snapshot_time) OVER versions AS recorded_from,
           sales_record_id, created_date, created_time, last_updated_date, last_updated_time, sales_staff_id,
           counterparty_id, units_sold, unit_price, currency_id, design_id, agreed_payment_date,
           agreed_delivery_date, agreed_delivery_location_id, etl_run
    FROM fact_sales_order AS fact
    LEFT JOIN etl_run ON etl_run.run = fact.etl_run
    WINDOW versions AS (PARTITION BY sales_order_id ORDER BY sales_record_id)) AS numbered
WINDOW versions AS (PARTITION BY sales_order_id ORDER BY sales_record_id);
COMMENT ON VIEW sales_order_history IS 'Every version of each sale, with the time in which it was valid and the time in which the warehouse knew it as the latest.';

CREATE VIEW purchase_order_history AS
SELECT purchase_order_id, version, valid_from, lead(valid_from) OVER versions AS valid_to,
       recorded_from, lead(recorded_from) OVER versions AS recorded_to,
       purchase_record_id, created_date, created_time, last_updated_date, last_updated_time, staff_id,
       counterparty_id, item_code, item_quantity, item_unit_price, currency_id, agreed_delivery_date,
       agreed_payment_date, agreed_delivery_location_id, etl_run
FROM (
    SELECT purchase_order_id, row_number() OVER versions AS version,
           max(last_updated_date + last_updated_time) OVER versions AS valid_from,
           max(snapshot_time) OVER versions AS recorded_from,
           purchase_record_id, created_date, created_time, last_updated_date, last_updated_time, staff_id,
           counterparty_id, item_code, item_quantity, item_unit_price, currency_id, agreed_delivery_date,
           agreed_payment_date, agreed_delivery_location_id, etl_run
    FROM fact_purchase_order AS fact
    LEFT JOIN etl_run ON etl_run.run = fact.etl_run
    WINDOW versions AS (PARTITION BY purchase_order_id ORDER BY purchase_record_id)) AS numbered
WINDOW versions AS (PARTITION BY purchase_order_id ORDER BY purchase_record_id);
COMMENT ON VIEW purchase_order_history IS 'Every version of each purchase, with the time in which it was valid and the time in which the warehouse knew it as the latest.';

CREATE VIEW payment_history AS
SELECT payment_id, version, valid_from, lead(valid_from) OVER versions AS valid_to,
       recorded_from, lead(recorded_from) OVER versions AS recorded_to,
       payment_record_id, created_date, created_time, last_updated_date, last_updated_time, transaction_id,
       counterparty_id, payment_amount, currency_id, payment_type_id, paid, payment_date, etl_run
FROM (
    SELECT payment_id, row_number() OVER versions AS version,
           max(last_updated_date + last_updated_time) OVER versions AS valid_from,
           max(snapshot_time) OVER versions AS recorded_from,
           payment_record_id, created_date, created_time, last_updated_date, last_updated_time, transaction_id,
           counterparty_id, payment_amount, currency_id, payment_type_id, paid, payment_date, etl_run
    FROM fact_payment AS fact
    LEFT JOIN etl_run ON etl_run.run = fact.etl_run
    WINDOW versions AS (PARTITION BY payment_id ORDER BY payment_record_id)) AS numbered
WINDOW versions AS (PARTITION BY payment_id ORDER BY payment_record_id);
COMMENT ON VIEW payment_history IS 'Every version of each payment, with the time in which it was valid and the time in which the warehouse knew it as the latest.';

-- Revenue: units_sold * unit_price of the latest versions, on the day the sale was made, in its own currency. Different
-- currencies are never added up, not even two that are unknown: that is why the key counts and not the code. Facts are
-- added up by their keys before the names are looked up.

CREATE VIEW revenue_by_sale AS
SELECT sales_order_id, created_date, counterparty_legal_name, design_name, first_name AS staff_first_name,
       last_name AS staff_last_name, staff.location AS staff_location, country AS delivery_country, units_sold, unit_price,
       currency_code, units_sold * unit_price AS revenue
FROM current_sales_order
JOIN dim_counterparty USING (counterparty_id)
JOIN dim_design USING (design_id)
JOIN dim_staff AS staff ON staff_id = sales_staff_id
JOIN dim_location ON location_id = agreed_delivery_location_id
JOIN dim_currency USING (currency_id);
COMMENT ON VIEW revenue_by_sale IS 'Revenue of each sale, with the names that belong to it.';

CREATE VIEW revenue_by_currency AS
SELECT currency_code, currency_name, sales, units_sold, revenue
FROM (
    SELECT currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY currency_id) AS sold
JOIN dim_currency USING (currency_id);
COMMENT ON VIEW revenue_by_currency IS 'Revenue in each currency.';

CREATE VIEW revenue_total AS
SELECT currency_code, sales, units_sold, revenue
FROM revenue_by_currency;
COMMENT ON VIEW revenue_total IS 'All revenue: one row for each currency, since different ones cannot be added up.';

CREATE VIEW revenue_by_design AS
SELECT design_id, design_name, currency_code, sales, units_sold, revenue
FROM (
    SELECT design_id, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY design_id, currency_id) AS sold
JOIN dim_design USING (design_id)
JOIN dim_currency USING (currency_id);
COMMENT ON VIEW revenue_by_design IS 'Revenue of each design. Designs of the same name are told apart by design_id.';

CREATE VIEW revenue_by_staff_member AS
SELECT staff_id, first_name, last_name, department_name, currency_code, sales, units_sold, revenue
FROM (
    SELECT sales_staff_id, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY sales_staff_id, currency_id) AS sold
JOIN dim_staff ON staff_id = sales_staff_id
JOIN dim_currency USING (currency_id);
COMMENT ON VIEW revenue_by_staff_member IS 'Revenue of each member of staff.';

CREATE VIEW revenue_by_staff_location AS
SELECT location AS staff_location, currency_code, sum(sales)::bigint AS sales, sum(units_sold)::bigint AS units_sold, sum(revenue) AS revenue
FROM (
    SELECT sales_staff_id, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY sales_staff_id, currency_id) AS sold
JOIN dim_staff ON staff_id = sales_staff_id
JOIN dim_currency USING (currency_id)
GROUP BY location, currency_id, currency_code;
COMMENT ON VIEW revenue_by_staff_location IS 'Revenue of each place where members of staff work now: who moves takes earlier sales along.';

CREATE VIEW revenue_by_delivery_country AS
SELECT country AS delivery_country, currency_code,
       sum(sales)::bigint AS sales, sum(units_sold)::bigint AS units_sold, sum(revenue) AS revenue
FROM (
    SELECT agreed_delivery_location_id, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY agreed_delivery_location_id, currency_id) AS sold
JOIN dim_location ON location_id = agreed_delivery_location_id
JOIN dim_currency USING (currency_id)
GROUP BY country, currency_id, currency_code;
COMMENT ON VIEW revenue_by_delivery_country IS 'Revenue of each country that sales are delivered to.';

CREATE VIEW revenue_by_day_name AS
SELECT day_of_week, day_name, currency_code,
       sum(sales)::bigint AS sales, sum(units_sold)::bigint AS units_sold, sum(revenue) AS revenue
FROM (
    SELECT created_date, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY created_date, currency_id) AS sold
JOIN dim_date ON date_id = created_date
JOIN dim_currency USING (currency_id)
GROUP BY day_of_week, day_name, currency_id, currency_code;
COMMENT ON VIEW revenue_by_day_name IS 'Revenue of each day of the week on which sales were made, over all years.';

CREATE VIEW revenue_by_month AS
SELECT year, month, month_name, make_date(year::int, month::int, 1) AS first_day, currency_code,
       sum(sales)::bigint AS sales, sum(units_sold)::bigint AS units_sold, sum(revenue) AS revenue
FROM (
    SELECT created_date, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY created_date, currency_id) AS sold
JOIN dim_date ON date_id = created_date
JOIN dim_currency USING (currency_id)
GROUP BY year, month, month_name, currency_id, currency_code;
COMMENT ON VIEW revenue_by_month IS 'Revenue of each month of each year in which sales were made.';

CREATE VIEW revenue_by_quarter AS
SELECT year, quarter, make_date(year::int, (3 * quarter - 2)::int, 1) AS first_day, currency_code,
       sum(sales)::bigint AS sales, sum(units_sold)::bigint AS units_sold, sum(revenue) AS revenue
FROM (
    SELECT created_date, currency_id, count(*) AS sales, sum(units_sold) AS units_sold, sum(units_sold * unit_price) AS revenue
    FROM current_sales_order
    GROUP BY created_date, currency_id) AS sold
JOIN dim_date ON date_id = created_date
JOIN dim_currency USING (currency_id)
GROUP BY year, quarter, currency_id, currency_code;
COMMENT ON VIEW revenue_by_quarter IS 'Revenue of each quarter of each calendar year in which sales were made.';

-- What their columns mean: what it means in the table, unless it is said here

DO $$
DECLARE
    defined record;
BEGIN
    FOR defined IN
        SELECT view.relname, view_column.attname, coalesce(own.meaning, original.meaning) AS meaning
        FROM pg_class AS view
        JOIN pg_attribute AS view_column ON view_column.attrelid = view.oid AND view_column.attnum > 0
        LEFT JOIN (VALUES
            ('%_history', 'version', 'Numbers the versions of one key: 1 is the first.'),
            ('%_history', 'valid_from', 'From when on it was so, by the clock of Totesys (no time zone): last_updated, but never before an earlier version.'),
            ('%_history', 'valid_to', 'Until when it was so, this moment excluded; NULL: it still is. The same as valid_from if the next version is no later.'),
            ('%_history', 'recorded_from', 'From when on the warehouse had it as the latest version: snapshot_time of its run.'),
            ('%_history', 'recorded_to', 'Until when the warehouse had it as the latest version, this moment excluded; NULL: it still has.'),
            ('revenue_%', 'created_date', 'The day on which the sale was made.'),
            ('revenue_%', 'counterparty_legal_name', 'The customer.'),
            ('revenue_%', 'staff_first_name', 'First name of who made the sale.'),
            ('revenue_%', 'staff_last_name', 'Last name of who made the sale.'),
            ('revenue_%', 'staff_location', 'Where the department is that who made the sale is in now; NULL if Totesys does not say.'),
            ('revenue_%', 'delivery_country', 'The country that the sale is delivered to.'),
            ('revenue_%', 'first_day', 'The first day of the month or quarter, for time axes.'),
            ('revenue_%', 'sales', 'Number of sales.'),
            ('revenue_%', 'units_sold', 'Number of totes sold.'),
            ('revenue_%', 'currency_code', 'Currency of the revenue, ISO 4217: never add up different ones.'),
            ('revenue_%', 'revenue', 'Revenue in that currency, exact: the sum of units_sold * unit_price.'))
            AS own (views, column_name, meaning) ON view.relname LIKE own.views AND view_column.attname = own.column_name
        LEFT JOIN LATERAL (
            SELECT col_description(original.oid, original_column.attnum) AS meaning
            FROM pg_class AS original
            JOIN pg_attribute AS original_column ON original_column.attrelid = original.oid
            WHERE original.relnamespace = view.relnamespace AND original_column.attname = view_column.attname
              AND (original.relname = 'fact_' || regexp_replace(view.relname, '^current_|_history$', '')
                   OR view.relname LIKE 'revenue_%' AND original.relname IN (
                       'dim_currency', 'dim_date', 'dim_design', 'dim_staff', 'fact_sales_order'))
            ORDER BY original.relname
            LIMIT 1) AS original ON own.meaning IS NULL
        WHERE view.relnamespace = current_schema()::regnamespace AND view.relkind = 'v'
          AND view.relname IN (
            'current_sales_order', 'current_purchase_order', 'current_payment', 'sales_order_history',
            'purchase_order_history', 'payment_history', 'revenue_by_sale', 'revenue_by_currency', 'revenue_total',
            'revenue_by_design', 'revenue_by_staff_member', 'revenue_by_staff_location', 'revenue_by_delivery_country',
            'revenue_by_day_name', 'revenue_by_month', 'revenue_by_quarter')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', defined.relname, defined.attname, defined.meaning);
    END LOOP;
END
$$;
