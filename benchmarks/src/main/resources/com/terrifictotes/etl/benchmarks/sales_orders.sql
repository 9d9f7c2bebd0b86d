-- Sales orders with the keys from the first parameter to the second, in the order of their keys. The same rows every time,
-- but without a pattern that a compression could find: every value is a hash of the key.
INSERT INTO sales_order (created_at, last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,
                         currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
SELECT t, CASE WHEN later % 17 = 0 THEN t + later % 1000000007 * interval '1 millisecond' ELSE t END, 1 + design % 473,
       1 + staff % 20, 1 + counterparty % 20, 1000 + units % 99000, (200 + price % 300) / 100.0, 1 + currency % 3,
       (t + delivery % 12 * interval '1 day')::date::text, (t + payment % 28 * interval '1 day')::date::text,
       1 + location % 30
FROM generate_series(?, ?) AS i,
     LATERAL (VALUES (hashint8extended(i, 1) & 2147483647, hashint8extended(i, 2) & 2147483647, hashint8extended(i, 3) & 2147483647,
                      hashint8extended(i, 4) & 2147483647, hashint8extended(i, 5) & 2147483647, hashint8extended(i, 6) & 2147483647,
                      hashint8extended(i, 7) & 2147483647, hashint8extended(i, 8) & 2147483647, hashint8extended(i, 9) & 2147483647,
                      hashint8extended(i, 10) & 2147483647, hashint8extended(i, 11) & 2147483647))
       AS hashed (jitter, later, design, staff, counterparty, units, price, currency, delivery, payment, location),
     LATERAL (VALUES (timestamp '2022-11-03 14:20:52.186'
                      + i * interval '3.217 seconds' + jitter % 3000 * interval '1 millisecond')) AS moment (t)
