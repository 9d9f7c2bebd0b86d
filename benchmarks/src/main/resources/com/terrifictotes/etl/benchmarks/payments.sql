-- Transactions of the first sales orders, as many as production has, and the payment of every transaction.
INSERT INTO transaction (transaction_type, sales_order_id, created_at, last_updated)
SELECT 'SALE', sales_order_id, created_at, created_at
FROM sales_order WHERE sales_order_id <= 11187 ORDER BY sales_order_id;
INSERT INTO payment (created_at, last_updated, transaction_id, counterparty_id, payment_amount, currency_id,
                     payment_type_id, paid, payment_date, company_ac_number, counterparty_ac_number)
SELECT created_at, last_updated, transaction_id, 1 + transaction_id % 20, 1234.56 + transaction_id, 1 + transaction_id % 3,
       CASE transaction_type WHEN 'SALE' THEN 1 ELSE 3 END, transaction_id % 7 > 0,
       (created_at + interval '9 days')::date::text, 10000000 + transaction_id * 5, 90000000 - transaction_id * 3
FROM transaction ORDER BY transaction_id;
