-- The star schema, its ledger and the views on the latest versions. Names are resolved in the search path, which the
-- loader sets to WAREHOUSE_SCHEMA.

-- Ledger

CREATE TABLE etl_run (
    run             bigint      PRIMARY KEY CHECK (run > 0),
    attempt         varchar     NOT NULL,
    extract_attempt varchar     NOT NULL,
    snapshot_time   timestamptz NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    committed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms     bigint      NOT NULL DEFAULT 0
);
COMMENT ON TABLE etl_run IS 'One row for each run that is in the warehouse; written in the transaction that brings its rows.';
COMMENT ON COLUMN etl_run.run IS 'Number of the run; 1 is the first, there are no gaps.';
COMMENT ON COLUMN etl_run.attempt IS 'Which load committed the run.';
COMMENT ON COLUMN etl_run.extract_attempt IS 'Which extraction wrote the run: says that warehouse and run log belong together.';
COMMENT ON COLUMN etl_run.snapshot_time IS 'When the run''s snapshot of Totesys was taken, by the clock of Totesys.';
COMMENT ON COLUMN etl_run.started_at IS 'When the load began, by the clock of the warehouse.';
COMMENT ON COLUMN etl_run.committed_at IS 'When the load was about to commit, by the clock of the warehouse; minus snapshot_time it is how fresh the run was.';
COMMENT ON COLUMN etl_run.duration_ms IS 'How long the load took, in milliseconds.';

CREATE TABLE etl_run_table (
    run         bigint  NOT NULL REFERENCES etl_run,
    table_name  varchar NOT NULL,
    rows_read   bigint  NOT NULL,
    inserted    bigint  NOT NULL,
    updated     bigint  NOT NULL,
    unchanged   bigint  NOT NULL,
    inferred    bigint  NOT NULL,
    quarantined bigint  NOT NULL,
    bytes       bigint  NOT NULL,
    duration_ms bigint  NOT NULL,
    PRIMARY KEY (run, table_name)
);
COMMENT ON TABLE etl_run_table IS 'What a run did to each table that it touched.';
COMMENT ON COLUMN etl_run_table.rows_read IS 'Rows in the run''s Parquet objects: inserted + updated + unchanged.';
COMMENT ON COLUMN etl_run_table.inserted IS 'New rows; in a fact, new versions.';
COMMENT ON COLUMN etl_run_table.updated IS 'Rows of a dimension that changed, or replaced an inferred one.';
COMMENT ON COLUMN etl_run_table.unchanged IS 'Rows that said what the warehouse knew already.';
COMMENT ON COLUMN etl_run_table.inferred IS 'Dimension rows made up because a fact refers to a key that had not arrived.';
COMMENT ON COLUMN etl_run_table.quarantined IS 'Source rows that could not be represented; they wait in the quarantine of the processed bucket.';
COMMENT ON COLUMN etl_run_table.bytes IS 'Size of the run''s Parquet objects.';
COMMENT ON COLUMN etl_run_table.duration_ms IS 'How long the table took, in milliseconds.';

-- Dimensions: the latest version of each row

CREATE TABLE dim_date (
    date_id     date    PRIMARY KEY,
    year        int     NOT NULL,
    month       int     NOT NULL,
    day         int     NOT NULL,
    day_of_week int     NOT NULL,
    day_name    varchar NOT NULL,
    month_name  varchar NOT NULL,
    quarter     int     NOT NULL,
    etl_run     bigint  NOT NULL,
    inferred    boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_date IS 'Each day that a fact mentions.';
COMMENT ON COLUMN dim_date.day_of_week IS 'ISO 8601: Monday is 1, Sunday 7.';
COMMENT ON COLUMN dim_date.day_name IS 'English.';
COMMENT ON COLUMN dim_date.month_name IS 'English.';

CREATE TABLE dim_currency (
    currency_id   int     PRIMARY KEY,
    currency_code varchar NOT NULL,
    currency_name varchar NOT NULL,
    etl_run       bigint  NOT NULL,
    inferred      boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_currency IS 'Currencies, latest version.';
COMMENT ON COLUMN dim_currency.currency_code IS 'ISO 4217.';
COMMENT ON COLUMN dim_currency.currency_name IS 'English name of the code in ISO 4217; the code itself where ISO does not know it.';

CREATE TABLE dim_payment_type (
    payment_type_id   int     PRIMARY KEY,
    payment_type_name varchar NOT NULL,
    etl_run           bigint  NOT NULL,
    inferred          boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_payment_type IS 'Kinds of payments, latest version.';

CREATE TABLE dim_staff (
    staff_id        int     PRIMARY KEY,
    first_name      varchar NOT NULL,
    last_name       varchar NOT NULL,
    department_name varchar NOT NULL,
    location        varchar,
    email_address   varchar NOT NULL,
    etl_run         bigint  NOT NULL,
    inferred        boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_staff IS 'Staff with their departments, latest version.';
COMMENT ON COLUMN dim_staff.location IS 'Where the department is.';

CREATE TABLE dim_location (
    location_id    int     PRIMARY KEY,
    address_line_1 varchar NOT NULL,
    address_line_2 varchar,
    district       varchar,
    city           varchar NOT NULL,
    postal_code    varchar NOT NULL,
    country        varchar NOT NULL,
    phone          varchar NOT NULL,
    etl_run        bigint  NOT NULL,
    inferred       boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_location IS 'Addresses, latest version.';
COMMENT ON COLUMN dim_location.location_id IS 'address.address_id of Totesys.';

CREATE TABLE dim_counterparty (
    counterparty_id                   int     PRIMARY KEY,
    counterparty_legal_name           varchar NOT NULL,
    counterparty_legal_address_line_1 varchar NOT NULL,
    counterparty_legal_address_line_2 varchar,
    counterparty_legal_district       varchar,
    counterparty_legal_city           varchar NOT NULL,
    counterparty_legal_postal_code    varchar NOT NULL,
    counterparty_legal_country        varchar NOT NULL,
    counterparty_legal_phone_number   varchar NOT NULL,
    etl_run                           bigint  NOT NULL,
    inferred                          boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_counterparty IS 'Counterparties with their legal addresses, latest version.';

CREATE TABLE dim_design (
    design_id     int     PRIMARY KEY,
    design_name   varchar NOT NULL,
    file_location varchar NOT NULL,
    file_name     varchar NOT NULL,
    etl_run       bigint  NOT NULL,
    inferred      boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_design IS 'Designs, latest version.';

CREATE TABLE dim_transaction (
    transaction_id    int     PRIMARY KEY,
    transaction_type  varchar NOT NULL,
    sales_order_id    int,
    purchase_order_id int,
    etl_run           bigint  NOT NULL,
    inferred          boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE dim_transaction IS 'Transactions, latest version.';
COMMENT ON COLUMN dim_transaction.sales_order_id IS 'Business key of the sale; NULL for a purchase.';
COMMENT ON COLUMN dim_transaction.purchase_order_id IS 'Business key of the purchase; NULL for a sale.';

-- Facts: every version of each row

CREATE TABLE fact_sales_order (
    sales_record_id             bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sales_order_id              int           NOT NULL,
    created_date                date          NOT NULL REFERENCES dim_date,
    created_time                time          NOT NULL,
    last_updated_date           date          NOT NULL REFERENCES dim_date,
    last_updated_time           time          NOT NULL,
    sales_staff_id              int           NOT NULL REFERENCES dim_staff,
    counterparty_id             int           NOT NULL REFERENCES dim_counterparty,
    units_sold                  int           NOT NULL,
    unit_price                  numeric(10,2) NOT NULL,
    currency_id                 int           NOT NULL REFERENCES dim_currency,
    design_id                   int           NOT NULL REFERENCES dim_design,
    agreed_payment_date         date          NOT NULL REFERENCES dim_date,
    agreed_delivery_date        date          NOT NULL REFERENCES dim_date,
    agreed_delivery_location_id int           NOT NULL REFERENCES dim_location,
    etl_run                     bigint        NOT NULL
);
CREATE INDEX fact_sales_order_version ON fact_sales_order (sales_order_id, sales_record_id DESC);
COMMENT ON TABLE fact_sales_order IS 'Every version of every sale; the latest ones are in current_sales_order.';
COMMENT ON COLUMN fact_sales_order.sales_record_id IS 'Numbers the versions: of one sales_order_id, the highest is the latest.';

CREATE TABLE fact_purchase_order (
    purchase_record_id          bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purchase_order_id           int           NOT NULL,
    created_date                date          NOT NULL REFERENCES dim_date,
    created_time                time          NOT NULL,
    last_updated_date           date          NOT NULL REFERENCES dim_date,
    last_updated_time           time          NOT NULL,
    staff_id                    int           NOT NULL REFERENCES dim_staff,
    counterparty_id             int           NOT NULL REFERENCES dim_counterparty,
    item_code                   varchar       NOT NULL,
    item_quantity               int           NOT NULL,
    item_unit_price             numeric(10,2) NOT NULL,
    currency_id                 int           NOT NULL REFERENCES dim_currency,
    agreed_delivery_date        date          NOT NULL REFERENCES dim_date,
    agreed_payment_date         date          NOT NULL REFERENCES dim_date,
    agreed_delivery_location_id int           NOT NULL REFERENCES dim_location,
    etl_run                     bigint        NOT NULL
);
CREATE INDEX fact_purchase_order_version ON fact_purchase_order (purchase_order_id, purchase_record_id DESC);
COMMENT ON TABLE fact_purchase_order IS 'Every version of every purchase; the latest ones are in current_purchase_order.';
COMMENT ON COLUMN fact_purchase_order.purchase_record_id IS 'Numbers the versions: of one purchase_order_id, the highest is the latest.';

CREATE TABLE fact_payment (
    payment_record_id bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id        int           NOT NULL,
    created_date      date          NOT NULL REFERENCES dim_date,
    created_time      time          NOT NULL,
    last_updated_date date          NOT NULL REFERENCES dim_date,
    last_updated_time time          NOT NULL,
    transaction_id    int           NOT NULL REFERENCES dim_transaction,
    counterparty_id   int           NOT NULL REFERENCES dim_counterparty,
    payment_amount    numeric(10,2) NOT NULL,
    currency_id       int           NOT NULL REFERENCES dim_currency,
    payment_type_id   int           NOT NULL REFERENCES dim_payment_type,
    paid              boolean       NOT NULL,
    payment_date      date          NOT NULL REFERENCES dim_date,
    etl_run           bigint        NOT NULL
);
CREATE INDEX fact_payment_version ON fact_payment (payment_id, payment_record_id DESC);
COMMENT ON TABLE fact_payment IS 'Every version of every payment; the latest ones are in current_payment.';
COMMENT ON COLUMN fact_payment.payment_record_id IS 'Numbers the versions: of one payment_id, the highest is the latest.';

-- The columns that every table has

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['dim_date', 'dim_currency', 'dim_payment_type', 'dim_staff', 'dim_location',
        'dim_counterparty', 'dim_design', 'dim_transaction', 'fact_sales_order', 'fact_purchase_order', 'fact_payment']
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.etl_run IS %L', table_name, 'The run that brought this version; see etl_run.');
        IF table_name LIKE 'dim%' THEN
            EXECUTE format('COMMENT ON COLUMN %I.inferred IS %L', table_name,
                'Made up because a fact refers to it; replaced when the real row arrives.');
        END IF;
    END LOOP;
END
$$;

-- The latest versions. NOT EXISTS rather than DISTINCT ON: a condition of the query on any column is applied first.

CREATE VIEW current_sales_order AS
SELECT sales_record_id, sales_order_id, created_date, created_time, last_updated_date, last_updated_time,
       sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id, agreed_payment_date,
       agreed_delivery_date, agreed_delivery_location_id, etl_run
FROM fact_sales_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_sales_order AS newer
    WHERE newer.sales_order_id = version.sales_order_id AND newer.sales_record_id > version.sales_record_id);
COMMENT ON VIEW current_sales_order IS 'The latest version of each sale.';

CREATE VIEW current_purchase_order AS
SELECT purchase_record_id, purchase_order_id, created_date, created_time, last_updated_date, last_updated_time,
       staff_id, counterparty_id, item_code, item_quantity, item_unit_price, currency_id, agreed_delivery_date,
       agreed_payment_date, agreed_delivery_location_id, etl_run
FROM fact_purchase_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_purchase_order AS newer
    WHERE newer.purchase_order_id = version.purchase_order_id
      AND newer.purchase_record_id > version.purchase_record_id);
COMMENT ON VIEW current_purchase_order IS 'The latest version of each purchase.';

CREATE VIEW current_payment AS
SELECT payment_record_id, payment_id, created_date, created_time, last_updated_date, last_updated_time, transaction_id,
       counterparty_id, payment_amount, currency_id, payment_type_id, paid, payment_date, etl_run
FROM fact_payment AS version
WHERE NOT EXISTS (
    SELECT FROM fact_payment AS newer
    WHERE newer.payment_id = version.payment_id AND newer.payment_record_id > version.payment_record_id);
COMMENT ON VIEW current_payment IS 'The latest version of each payment.';
