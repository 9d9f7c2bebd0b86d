-- What analysts ask, each question twice, with its time; in a schema that warehouse_versions.sql has filled:
--   PGOPTIONS='-c search_path=half -c enable_parallel_hash=off -c random_page_cost=1.1 -c jit=off' \
--       psql -f analyst_questions.sql
-- Every column of every row is asked for: the planner computes none that nobody looks at. The first question adds up all
-- versions, which is wrong: it is what reading the table costs.
\set ON_ERROR_STOP on
\t on
\timing on
SELECT format('SELECT %L, count(*), sum(length(asked::text)) FROM %s', question, replace(question, '?', 'AS asked'))
FROM unnest(ARRAY[
    '(SELECT currency_id, sum(units_sold * unit_price) FROM fact_sales_order GROUP BY currency_id) ?',
    '(SELECT count(*) FROM current_sales_order) ?',
    'current_sales_order ? WHERE sales_order_id = 4711',
    'current_sales_order ? WHERE created_date = ''2024-05-17''',
    'revenue_by_sale ? WHERE sales_order_id = 4711',
    'sales_order_history ? WHERE sales_order_id = 4711',
    'revenue_total ?',
    'revenue_by_currency ?',
    'revenue_by_design ?',
    'revenue_by_staff_member ?',
    'revenue_by_staff_location ?',
    'revenue_by_delivery_country ?',
    'revenue_by_day_name ?',
    'revenue_by_month ?',
    'revenue_by_quarter ?']) AS question, generate_series(1, 2)
\gexec
