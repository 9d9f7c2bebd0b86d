-- Versions with gaps between their numbers, and references that nobody enforced.

INSERT INTO dim_currency VALUES (1, 'GBP', 'Name of GBP');
INSERT INTO dim_staff VALUES (1, 'Grace', 'Hopper', 'Sales', 'Leeds', 'g.hopper@terrifictotes.com'),
    (5, 'Old', 'Hand', 'Sales', NULL, 'o.hand@terrifictotes.com');
INSERT INTO dim_date VALUES ('2026-11-20', 2026, 11, 20, 5, 'Friday', 'November', 4);
INSERT INTO fact_sales_order OVERRIDING SYSTEM VALUE VALUES
    (1, 2, '2026-11-20', '09:58:07.123', '2026-11-20', '09:58:07.123', 1, 1, 19, 3.94, 1, 1, '2026-11-21', '2026-11-22', 1),
    (2, 9, '2020-02-29', '09:00', '2020-02-29', '09:00', 77, 1, 90, 1.00, 1, 1, '2026-11-21', '2026-11-22', 44),
    (4, 2, '2026-11-20', '09:58:07.123', '2026-11-20', '09:58:07.123', 1, 1, 20, 3.94, 1, 1, '2026-11-21', '2026-11-22', 1),
    (7, 8, '2026-11-20', '09:00', '2026-11-20', '09:00', 5, 1, 80, 1.00, 1, 1, '2026-11-21', '2026-11-22', 1);
INSERT INTO fact_purchase_order (purchase_order_id, created_date, created_time, last_updated_date, last_updated_time,
    staff_id, counterparty_id, item_code, item_quantity, item_unit_price, currency_id, agreed_delivery_date,
    agreed_payment_date, agreed_delivery_location_id)
VALUES (1, '2026-11-20', '09:58:07.123', '2026-11-20', '09:58:07.123', 1, 1, 'ZDOI5EA', 5, -0.05, 1, '2026-11-22',
    '2026-11-21', 1);
