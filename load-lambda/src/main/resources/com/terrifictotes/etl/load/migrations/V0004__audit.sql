-- What comparisons with Totesys have found, and which rows are gone there.

-- Deletions

CREATE TABLE deleted_record (
    table_name varchar NOT NULL,
    record_key bigint  NOT NULL,
    run        bigint  NOT NULL REFERENCES etl_run,
    PRIMARY KEY (table_name, record_key)
);

COMMENT ON TABLE  deleted_record IS 'Rows that are gone from Totesys. Their versions stay in the facts, and dimension rows stay for the facts that refer to them; the current views leave them out. A row that comes back is taken off this list.';
COMMENT ON COLUMN deleted_record.table_name IS 'The warehouse table.';
COMMENT ON COLUMN deleted_record.record_key IS 'The key that the row had in Totesys: sales_order_id, staff_id …';
COMMENT ON COLUMN deleted_record.run        IS 'The run that found it gone; its snapshot_time in etl_run says when.';

-- Audits

CREATE TABLE etl_audit (
    run              bigint  NOT NULL REFERENCES etl_run,
    table_name       varchar NOT NULL,
    whole            boolean NOT NULL,
    rows_compared    bigint  NOT NULL,
    differences      bigint  NOT NULL,
    repaired         bigint  NOT NULL,
    deleted          bigint  NOT NULL,
    held_back        bigint  NOT NULL,
    verified_through timestamptz,
    PRIMARY KEY (run, table_name)
);

CREATE TABLE etl_audit_range (
    table_name          varchar NOT NULL,
    first_key           bigint  NOT NULL,
    last_key            bigint  NOT NULL,
    run                 bigint  NOT NULL REFERENCES etl_run,
    state               varchar NOT NULL CHECK (state IN ('asked', 'quarantined', 'unexplained', 'held back')),
    accepts_deletions   boolean NOT NULL,
    row_difference      bigint  NOT NULL,
    checksum_difference numeric NOT NULL,
    rows_gone           bigint  NOT NULL,
    PRIMARY KEY (table_name, first_key)
);

COMMENT ON TABLE  etl_audit IS 'One row for each table that a run has compared with Totesys, by number of rows and checksum of every range of keys.';
COMMENT ON COLUMN etl_audit.run              IS 'The run whose snapshot the table was compared with.';
COMMENT ON COLUMN etl_audit.table_name       IS 'The warehouse table.';
COMMENT ON COLUMN etl_audit.whole            IS 'True: the whole table was compared. False: ranges in which the comparison before had found a difference, read again.';
COMMENT ON COLUMN etl_audit.rows_compared    IS 'Rows that Totesys has in what was compared.';
COMMENT ON COLUMN etl_audit.differences      IS 'Ranges in which the warehouse was not what the runs had said, put right or not. What is gone, or in quarantine, is no difference.';
COMMENT ON COLUMN etl_audit.repaired         IS 'Rows that were missing or other than in Totesys, and are as there now.';
COMMENT ON COLUMN etl_audit.deleted          IS 'Rows that are gone from Totesys and stand in deleted_record now.';
COMMENT ON COLUMN etl_audit.held_back        IS 'Rows that are gone from Totesys, too many to believe it: nothing was done until a person decides.';
COMMENT ON COLUMN etl_audit.verified_through IS 'Up to this moment, by the clock of Totesys, the table is known to be what Totesys was, but for rows in quarantine. NULL: not known yet.';

COMMENT ON TABLE  etl_audit_range IS 'Ranges of keys in which a table differs from Totesys.';
COMMENT ON COLUMN etl_audit_range.table_name          IS 'The warehouse table.';
COMMENT ON COLUMN etl_audit_range.first_key           IS 'The smallest key that belongs to the range.';
COMMENT ON COLUMN etl_audit_range.last_key            IS 'The largest key that belongs to the range.';
COMMENT ON COLUMN etl_audit_range.run                 IS 'The run that found the difference.';
COMMENT ON COLUMN etl_audit_range.state               IS 'asked: Totesys is to be read again there. quarantined: the rows that differ are in quarantine. unexplained: reading again did not help. held back: too many rows are gone.';
COMMENT ON COLUMN etl_audit_range.accepts_deletions   IS 'Whether a person has said that however many rows are gone, they are meant to be.';
COMMENT ON COLUMN etl_audit_range.row_difference      IS 'How many rows Totesys has more than the warehouse.';
COMMENT ON COLUMN etl_audit_range.checksum_difference IS 'How much larger the sum of checksums is in Totesys. While both differences are the same, nothing has happened in the range, and it is not read again.';
COMMENT ON COLUMN etl_audit_range.rows_gone           IS 'Rows that are held back.';

CREATE VIEW audit_status AS
SELECT table_name, verified_through, audited_at, differing_ranges, rows_held_back
FROM (
    SELECT table_name, max(verified_through) AS verified_through, max(snapshot_time) FILTER (WHERE whole) AS audited_at
    FROM etl_audit
    JOIN etl_run USING (run)
    GROUP BY table_name) AS audited
CROSS JOIN LATERAL (
    SELECT count(*) AS differing_ranges, coalesce(sum(rows_gone), 0)::bigint AS rows_held_back
    FROM etl_audit_range AS differing
    WHERE differing.table_name = audited.table_name AND state <> 'quarantined') AS open;

COMMENT ON VIEW   audit_status IS 'How far each table is known to be what Totesys is.';
COMMENT ON COLUMN audit_status.table_name       IS 'The warehouse table.';
COMMENT ON COLUMN audit_status.verified_through IS 'Up to this moment, by the clock of Totesys, the table is known to be what Totesys was, but for rows in quarantine.';
COMMENT ON COLUMN audit_status.audited_at       IS 'When the whole table was last compared: the moment of the snapshot, by the clock of Totesys.';
COMMENT ON COLUMN audit_status.differing_ranges IS 'Ranges of keys that differ for another reason than quarantine.';
COMMENT ON COLUMN audit_status.rows_held_back   IS 'Rows that are gone from Totesys, too many to believe it.';

-- The current views, without what is gone

CREATE OR REPLACE VIEW current_sales_order AS
SELECT sales_record_id, sales_order_id, created_date, created_time, last_updated_date, last_updated_time,
       sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id, agreed_payment_date,
       agreed_delivery_date, agreed_delivery_location_id, etl_run
FROM fact_sales_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_sales_order AS newer
    WHERE newer.supersedes = version.sales_record_id AND newer.supersedes IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM deleted_record
    WHERE table_name = 'fact_sales_order' AND record_key = version.sales_order_id);

CREATE OR REPLACE VIEW current_purchase_order AS
SELECT purchase_record_id, purchase_order_id, created_date, created_time, last_updated_date, last_updated_time,
       staff_id, counterparty_id, item_code, item_quantity, item_unit_price, currency_id, agreed_delivery_date,
       agreed_payment_date, agreed_delivery_location_id, etl_run
FROM fact_purchase_order AS version
WHERE NOT EXISTS (
    SELECT FROM fact_purchase_order AS newer
    WHERE newer.supersedes = version.purchase_record_id AND newer.supersedes IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM deleted_record
    WHERE table_name = 'fact_purchase_order' AND record_key = version.purchase_order_id);

CREATE OR REPLACE VIEW current_payment AS
SELECT payment_record_id, payment_id, created_date, created_time, last_updated_date, last_updated_time,
       transaction_id, counterparty_id, payment_amount, currency_id, payment_type_id, paid, payment_date,
       etl_run
FROM fact_payment AS version
WHERE NOT EXISTS (
    SELECT FROM fact_payment AS newer
    WHERE newer.supersedes = version.payment_record_id AND newer.supersedes IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM deleted_record
    WHERE table_name = 'fact_payment' AND record_key = version.payment_id);

COMMENT ON VIEW current_sales_order IS 'The latest version of each sale that Totesys has.';
COMMENT ON VIEW current_purchase_order IS 'The latest version of each purchase that Totesys has.';
COMMENT ON VIEW current_payment IS 'The latest version of each payment that Totesys has.';
