-- Every table but the large one, in the size of production. The same rows every time.
INSERT INTO address (address_line_1, address_line_2, district, city, postal_code, country, phone, created_at, last_updated)
SELECT i || ' High Street', CASE WHEN i % 3 = 0 THEN 'Unit ' || i END, CASE WHEN i % 2 = 0 THEN 'Avonshire' END,
       'New Patienceburgh', 'LS' || i % 9 || ' ' || i % 10 || 'QX', 'United Kingdom', '0113 ' || 496000 + i, t, t
FROM generate_series(1, 30) AS i, (VALUES (timestamp '2022-11-03 14:20:49.962')) AS founded (t);
INSERT INTO counterparty (counterparty_legal_name, legal_address_id, commercial_contact, delivery_contact, created_at,
                          last_updated)
SELECT 'Customer ' || i || ' and Sons', i, CASE WHEN i % 4 > 0 THEN 'Micheal Toy' END, 'Mrs. Lucy Runolfsdottir', t, t
FROM generate_series(1, 20) AS i, (VALUES (timestamp '2022-11-03 14:20:51.563')) AS founded (t);
INSERT INTO currency (currency_code, created_at, last_updated)
SELECT code, t, t
FROM unnest(ARRAY['GBP', 'USD', 'EUR']) AS code, (VALUES (timestamp '2022-11-03 14:20:49.962')) AS founded (t);
INSERT INTO department (department_name, location, manager, created_at, last_updated)
SELECT 'Department ' || i, 'Manchester', 'Richard Roma', t, t
FROM generate_series(1, 8) AS i, (VALUES (timestamp '2022-11-03 14:20:49.962')) AS founded (t);
INSERT INTO design (created_at, design_name, file_location, file_name, last_updated)
SELECT t, 'Wooden ' || i, '/home/user/dir', 'wooden-20220717-' || i || '.json', t
FROM generate_series(1, 473) AS i, (VALUES (timestamp '2022-11-03 14:20:49.962')) AS founded (t);
INSERT INTO staff (first_name, last_name, department_id, email_address, created_at, last_updated)
SELECT 'Jeremie', 'Franey ' || i, 1 + i % 8, 'jeremie.franey' || i || '@terrifictotes.example', t, t
FROM generate_series(1, 20) AS i, (VALUES (timestamp '2022-11-03 14:20:51.563')) AS founded (t);
INSERT INTO payment_type (payment_type_name, created_at, last_updated)
SELECT name, t, t
FROM unnest(enum_range(NULL::"PaymentTypeName")) AS name, (VALUES (timestamp '2022-11-03 14:20:49.962')) AS founded (t);
INSERT INTO purchase_order (created_at, last_updated, staff_id, counterparty_id, item_code, item_quantity,
                            item_unit_price, currency_id, agreed_delivery_date, agreed_payment_date,
                            agreed_delivery_location_id)
SELECT t, t, 1 + i % 20, 1 + i * 7 % 20, 'ZDOI5EA-' || i % 900, 1 + i * 31 % 500, (200 + i * 17 % 800) / 100.0,
       1 + i % 3, (t + interval '6 days')::date::text, (t + interval '9 days')::date::text, 1 + i % 30
FROM generate_series(1, 4649) AS i, LATERAL (VALUES (timestamp '2022-11-03 14:20' + i * interval '3 hours')) AS made (t);
INSERT INTO transaction (transaction_type, purchase_order_id, created_at, last_updated)
SELECT 'PURCHASE', purchase_order_id, created_at, created_at FROM purchase_order ORDER BY purchase_order_id;
