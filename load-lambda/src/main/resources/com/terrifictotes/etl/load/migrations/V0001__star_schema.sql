-- The star schema and its ledger. Names are resolved in the search path, which the loader sets to WAREHOUSE_SCHEMA.
--
-- The eleven tables may be there already, made by hand or by another loader: then they are adopted. Their rows stay as they
-- are, with etl_run = 0, and what the loader needs is added to them.

-- Ledger

CREATE TABLE etl_run (
    run             bigint      PRIMARY KEY CHECK (run >= 0),
    attempt         varchar     NOT NULL,
    extract_attempt varchar     NOT NULL,
    snapshot_time   timestamptz NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    committed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms     bigint      NOT NULL DEFAULT 0
);

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

CREATE TABLE etl_run_object (
    run         bigint    NOT NULL REFERENCES etl_run,
    object      varchar   NOT NULL,
    table_name  varchar   NOT NULL,
    rows_read   bigint    NOT NULL,
    quarantined bigint    NOT NULL,
    bytes       bigint    NOT NULL,
    inputs      varchar[] NOT NULL,
    PRIMARY KEY (run, object)
);

-- Dimensions: the latest version of each row

CREATE TABLE IF NOT EXISTS dim_date (
    date_id     date    PRIMARY KEY,
    year        int     NOT NULL,
    month       int     NOT NULL,
    day         int     NOT NULL,
    day_of_week int     NOT NULL,
    day_name    varchar NOT NULL,
    month_name  varchar NOT NULL,
    quarter     int     NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_currency (
    currency_id   int     PRIMARY KEY,
    currency_code varchar NOT NULL,
    currency_name varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_payment_type (
    payment_type_id   int     PRIMARY KEY,
    payment_type_name varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_staff (
    staff_id        int     PRIMARY KEY,
    first_name      varchar NOT NULL,
    last_name       varchar NOT NULL,
    department_name varchar NOT NULL,
    location        varchar,
    email_address   varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_location (
    location_id    int     PRIMARY KEY,
    address_line_1 varchar NOT NULL,
    address_line_2 varchar,
    district       varchar,
    city           varchar NOT NULL,
    postal_code    varchar NOT NULL,
    country        varchar NOT NULL,
    phone          varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_counterparty (
    counterparty_id                   int     PRIMARY KEY,
    counterparty_legal_name           varchar NOT NULL,
    counterparty_legal_address_line_1 varchar NOT NULL,
    counterparty_legal_address_line_2 varchar,
    counterparty_legal_district       varchar,
    counterparty_legal_city           varchar NOT NULL,
    counterparty_legal_postal_code    varchar NOT NULL,
    counterparty_legal_country        varchar NOT NULL,
    counterparty_legal_phone_number   varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_design (
    design_id     int     PRIMARY KEY,
    design_name   varchar NOT NULL,
    file_location varchar NOT NULL,
    file_name     varchar NOT NULL
);

CREATE TABLE IF NOT EXISTS dim_transaction (
    transaction_id    int     PRIMARY KEY,
    transaction_type  varchar NOT NULL,
    sales_order_id    int,
    purchase_order_id int
);

-- Facts: every version of each row

CREATE TABLE IF NOT EXISTS fact_sales_order (
    sales_record_id             bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sales_order_id              int           NOT NULL,
    created_date                date          NOT NULL,
    created_time                time          NOT NULL,
    last_updated_date           date          NOT NULL,
    last_updated_time           time          NOT NULL,
    sales_staff_id              int           NOT NULL,
    counterparty_id             int           NOT NULL,
    units_sold                  int           NOT NULL,
    unit_price                  numeric(10,2) NOT NULL,
    currency_id                 int           NOT NULL,
    design_id                   int           NOT NULL,
    agreed_payment_date         date          NOT NULL,
    agreed_delivery_date        date          NOT NULL,
    agreed_delivery_location_id int           NOT NULL
);

CREATE TABLE IF NOT EXISTS fact_purchase_order (
    purchase_record_id          bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purchase_order_id           int           NOT NULL,
    created_date                date          NOT NULL,
    created_time                time          NOT NULL,
    last_updated_date           date          NOT NULL,
    last_updated_time           time          NOT NULL,
    staff_id                    int           NOT NULL,
    counterparty_id             int           NOT NULL,
    item_code                   varchar       NOT NULL,
    item_quantity               int           NOT NULL,
    item_unit_price             numeric(10,2) NOT NULL,
    currency_id                 int           NOT NULL,
    agreed_delivery_date        date          NOT NULL,
    agreed_payment_date         date          NOT NULL,
    agreed_delivery_location_id int           NOT NULL
);

CREATE TABLE IF NOT EXISTS fact_payment (
    payment_record_id bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id        int           NOT NULL,
    created_date      date          NOT NULL,
    created_time      time          NOT NULL,
    last_updated_date date          NOT NULL,
    last_updated_time time          NOT NULL,
    transaction_id    int           NOT NULL,
    counterparty_id   int           NOT NULL,
    payment_amount    numeric(10,2) NOT NULL,
    currency_id       int           NOT NULL,
    payment_type_id   int           NOT NULL,
    paid              boolean       NOT NULL,
    payment_date      date          NOT NULL
);

-- What every table has besides, and what tells the versions of a fact apart

-- No table is altered while a deferred check of it, or a trigger, is still to come.
SET CONSTRAINTS ALL IMMEDIATE;

DO $$
DECLARE
    extended record;
    chained  bigint;
    known    bigint;
    silenced varchar;
    restored varchar;
    has_rows boolean;
    adopted  boolean := false;
BEGIN
    FOR extended IN SELECT * FROM (VALUES
        ('dim_date', NULL, NULL),
        ('dim_currency', NULL, NULL),
        ('dim_payment_type', NULL, NULL),
        ('dim_staff', NULL, NULL),
        ('dim_location', NULL, NULL),
        ('dim_counterparty', NULL, NULL),
        ('dim_design', NULL, NULL),
        ('dim_transaction', NULL, NULL),
        ('fact_sales_order', 'sales_order_id', 'sales_record_id'),
        ('fact_purchase_order', 'purchase_order_id', 'purchase_record_id'),
        ('fact_payment', 'payment_id', 'payment_record_id')) AS tables (name, key, surrogate_key)
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', extended.name) INTO has_rows;
        adopted := adopted OR has_rows;
        -- A constant default does not rewrite the table.
        EXECUTE format('ALTER TABLE %I ADD COLUMN etl_run bigint NOT NULL DEFAULT 0', extended.name);
        IF extended.key IS NULL THEN
            EXECUTE format('ALTER TABLE %I ADD COLUMN inferred boolean NOT NULL DEFAULT false', extended.name);
        ELSE
            EXECUTE format('ALTER TABLE %I ADD COLUMN supersedes bigint', extended.name);
            -- What somebody does on every change is not done: no fact is changed here.
            SELECT string_agg(format('DISABLE TRIGGER %I', tgname), ', '),
                   string_agg(format('ENABLE %s TRIGGER %I', CASE tgenabled WHEN 'A' THEN 'ALWAYS' END, tgname), ', ')
            INTO silenced, restored
            FROM pg_trigger
            WHERE tgrelid = extended.name::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A');
            IF silenced IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %I %s', extended.name, silenced);
            END IF;
            EXECUTE format('UPDATE %1$I AS version SET supersedes = previous FROM ('
                '   SELECT %3$I AS id, lag(%3$I) OVER (PARTITION BY %2$I ORDER BY %3$I) AS previous FROM %1$I) AS chain'
                ' WHERE version.%3$I = id AND previous IS NOT NULL',
                extended.name, extended.key, extended.surrogate_key);
            EXECUTE format('SELECT count(supersedes), count(*) - count(DISTINCT %I) FROM %I', extended.key, extended.name)
            INTO chained, known;
            IF chained <> known THEN
                RAISE EXCEPTION 'a rule of table % keeps its versions from being told apart; drop it until they are',
                    extended.name USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            IF silenced IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %I %s', extended.name, restored);
            END IF;
            EXECUTE format('CREATE INDEX %I ON %I (%I, %I DESC)',
                extended.name || '_version', extended.name, extended.key, extended.surrogate_key);
            -- A version is superseded once: whoever would fork a history, or double it, is refused.
            EXECUTE format('CREATE UNIQUE INDEX %I ON %I (supersedes) WHERE supersedes IS NOT NULL',
                extended.name || '_supersedes', extended.name);
        END IF;
    END LOOP;
    IF adopted THEN
        INSERT INTO etl_run (run, attempt, extract_attempt, snapshot_time)
        VALUES (0, 'adopted', '', clock_timestamp());
    END IF;
END
$$;

-- References. Adopted facts may refer to rows that are not there: those are made up, as the loader does.

DO $$
DECLARE
    reference     record;
    dimension_key name;
    declared_key  record;
    names         text;
    contents      text;
BEGIN
    FOR reference IN SELECT * FROM (VALUES
        ('fact_sales_order', 'created_date', 'dim_date'),
        ('fact_sales_order', 'last_updated_date', 'dim_date'),
        ('fact_sales_order', 'sales_staff_id', 'dim_staff'),
        ('fact_sales_order', 'counterparty_id', 'dim_counterparty'),
        ('fact_sales_order', 'currency_id', 'dim_currency'),
        ('fact_sales_order', 'design_id', 'dim_design'),
        ('fact_sales_order', 'agreed_payment_date', 'dim_date'),
        ('fact_sales_order', 'agreed_delivery_date', 'dim_date'),
        ('fact_sales_order', 'agreed_delivery_location_id', 'dim_location'),
        ('fact_purchase_order', 'created_date', 'dim_date'),
        ('fact_purchase_order', 'last_updated_date', 'dim_date'),
        ('fact_purchase_order', 'staff_id', 'dim_staff'),
        ('fact_purchase_order', 'counterparty_id', 'dim_counterparty'),
        ('fact_purchase_order', 'currency_id', 'dim_currency'),
        ('fact_purchase_order', 'agreed_delivery_date', 'dim_date'),
        ('fact_purchase_order', 'agreed_payment_date', 'dim_date'),
        ('fact_purchase_order', 'agreed_delivery_location_id', 'dim_location'),
        ('fact_payment', 'created_date', 'dim_date'),
        ('fact_payment', 'last_updated_date', 'dim_date'),
        ('fact_payment', 'transaction_id', 'dim_transaction'),
        ('fact_payment', 'counterparty_id', 'dim_counterparty'),
        ('fact_payment', 'currency_id', 'dim_currency'),
        ('fact_payment', 'payment_type_id', 'dim_payment_type'),
        ('fact_payment', 'payment_date', 'dim_date')) AS declared (fact, key, dimension)
    LOOP
        -- One that is there may be NOT VALID: rows from before it were never checked.
        SELECT conname, convalidated INTO declared_key
        FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
        WHERE contype = 'f' AND conrelid = reference.fact::regclass AND confrelid = reference.dimension::regclass
          AND attname = reference.key
        ORDER BY convalidated DESC
        LIMIT 1;
        CONTINUE WHEN declared_key.convalidated;
        SELECT attname INTO STRICT dimension_key
        FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
        WHERE contype = 'p' AND conrelid = reference.dimension::regclass;
        IF reference.dimension = 'dim_date' THEN
            names := 'date_id, year, month, day, day_of_week, day_name, month_name, quarter';
            -- Without the prefix TM, to_char writes English whatever the server's locale is.
            contents := 'key, extract(year FROM key), extract(month FROM key), extract(day FROM key),'
                ' extract(isodow FROM key), to_char(key, ''FMDay''), to_char(key, ''FMMonth''), extract(quarter FROM key)';
        ELSE
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
                   string_agg(CASE WHEN attname = dimension_key THEN 'key' WHEN attnotnull THEN '''(unknown)''' ELSE 'NULL' END,
                       ', ' ORDER BY attnum)
            INTO names, contents
            FROM pg_attribute
            WHERE attrelid = reference.dimension::regclass AND attnum > 0 AND NOT attisdropped
              AND (attname = dimension_key OR NOT atthasdef AND attidentity = '');
        END IF;
        EXECUTE format('INSERT INTO %1$I (%2$s, inferred) OVERRIDING SYSTEM VALUE SELECT %3$s, true FROM (SELECT DISTINCT %4$I AS key FROM %5$I)'
            ' AS mentioned WHERE key IS NOT NULL AND NOT EXISTS (SELECT FROM %1$I AS known WHERE known.%6$I = key)',
            reference.dimension, names, contents, reference.key, reference.fact, dimension_key);
        IF declared_key.conname IS NULL THEN
            EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (%I) REFERENCES %I',
                reference.fact, reference.key, reference.dimension);
        ELSE
            EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', reference.fact, declared_key.conname);
        END IF;
    END LOOP;
END
$$;
