-- Fills a new schema with versions of sales, to measure what analysts wait for (docs/warehouse.md, "How fast"):
--   psql -v schema=half -v orders=5000000 -v changes=5000000 -f warehouse_versions.sql    -- each order changed once
--   psql -v schema=few  -v orders=9500000 -v changes=500000  -f warehouse_versions.sql    -- one order in nineteen
-- As a superuser, since foreign keys are not checked. Every value is a hash of the key: no pattern that helps.
\set ON_ERROR_STOP on
CREATE SCHEMA :schema;
SET search_path TO :schema;
SET session_replication_role TO replica;
SET maintenance_work_mem TO '1GB';
CREATE TABLE schema_migration (version int, description varchar, checksum varchar, applied_at timestamptz);
\set migrations ../../load-lambda/src/main/resources/com/terrifictotes/etl/load/migrations
\ir :migrations/V0001__star_schema.sql
\ir :migrations/V0002__definitions.sql
\ir :migrations/V0003__analyst_views.sql
DROP INDEX fact_sales_order_version, fact_sales_order_supersedes;

INSERT INTO etl_run (run, attempt, extract_attempt, snapshot_time)
SELECT run, '', '', timestamptz '2026-01-01 00:00Z' + run * interval '5 minutes' FROM generate_series(1, 2) AS run;
INSERT INTO dim_date
SELECT day, extract(year FROM day), extract(month FROM day), extract(day FROM day), extract(isodow FROM day),
       to_char(day, 'FMDay'), to_char(day, 'FMMonth'), extract(quarter FROM day)
FROM generate_series(date '2022-11-01', date '2026-12-31', interval '1 day') AS day;
INSERT INTO dim_currency SELECT n, code, code FROM unnest(ARRAY['GBP', 'USD', 'EUR']) WITH ORDINALITY AS code (code, n);
INSERT INTO dim_staff
SELECT i, 'First ' || i, 'Last ' || i, 'Department ' || i % 8, 'City ' || i % 8, i || '@example.com'
FROM generate_series(1, 20) AS i;
INSERT INTO dim_location
SELECT i, 'Street', NULL, NULL, 'City', 'Code', 'Country ' || i % 20, 'Phone' FROM generate_series(1, 30) AS i;
INSERT INTO dim_counterparty
SELECT i, 'Company ' || i, 'Street', NULL, NULL, 'City', 'Code', 'Country', 'Phone' FROM generate_series(1, 20) AS i;
INSERT INTO dim_design SELECT i, 'Design ' || i, '/', 'file' FROM generate_series(1, 473) AS i;

INSERT INTO fact_sales_order (sales_order_id, created_date, created_time, last_updated_date, last_updated_time,
    sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id, agreed_payment_date,
    agreed_delivery_date, agreed_delivery_location_id, etl_run, supersedes)
SELECT id, created::date, created::time, updated::date, updated::time, 1 + staff % 20, 1 + counterparty % 20,
       1000 + units % 99000, (200 + price % 300) / 100.0, 1 + currency % 3, 1 + design % 473,
       created::date + (payment % 28)::int, created::date + (delivery % 12)::int, 1 + location % 30, 1 + version,
       CASE version WHEN 1 THEN id END
FROM (SELECT id, 0 AS version FROM generate_series(1, :orders) AS id
      UNION ALL
      SELECT id * (:orders / :changes), 1 FROM generate_series(1, :changes) AS id) AS versions,
     LATERAL (VALUES (hashint8extended(id, version + 3) & 2147483647, hashint8extended(id, 4) & 2147483647,
                      hashint8extended(id, 5) & 2147483647, hashint8extended(id, version + 6) & 2147483647,
                      hashint8extended(id, 7) & 2147483647, hashint8extended(id, 8) & 2147483647,
                      hashint8extended(id, 9) & 2147483647, hashint8extended(id, 10) & 2147483647,
                      hashint8extended(id, 11) & 2147483647))
     AS hashed (design, staff, counterparty, units, price, currency, delivery, payment, location),
     LATERAL (VALUES (timestamp '2022-11-03 14:20:52.186' + id * (interval '1200 days' / :orders))) AS made (created),
     LATERAL (VALUES (created + version * interval '3 days')) AS touched (updated);

CREATE INDEX fact_sales_order_version ON fact_sales_order (sales_order_id, sales_record_id DESC);
CREATE UNIQUE INDEX fact_sales_order_supersedes ON fact_sales_order (supersedes) WHERE supersedes IS NOT NULL;
VACUUM (ANALYZE);
