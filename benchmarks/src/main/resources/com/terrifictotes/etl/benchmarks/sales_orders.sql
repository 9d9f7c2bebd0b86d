-- Sales orders with the keys from the first parameter to the second, in the order of their keys. The same rows every time.
INSERT INTO sales_order (created_at, last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,
                         currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
SELECT t, CASE WHEN i % 17 = 0 THEN t + interval '3 days 1.234 seconds' ELSE t END, 1 + i * 7919 % 473, 1 + i * 31 % 20,
       1 + i * 17 % 20, 1000 + i * 7907 % 99000, (200 + i * 104729 % 300) / 100.0, 1 + i * 13 % 3,
       (t + i % 12 * interval '1 day')::date::text, (t + i % 28 * interval '1 day')::date::text, 1 + i * 11 % 30
FROM generate_series(?, ?) AS i, LATERAL (VALUES (timestamp '2022-11-03 14:20:52.186' + i * interval '3.217 seconds')) AS made (t)
