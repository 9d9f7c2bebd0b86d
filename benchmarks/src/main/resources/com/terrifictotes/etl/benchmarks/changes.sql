-- Corrects sales orders; the parameters are the number of all of them, and the first and the last change. A large prime lies
-- between one key and the next, so they are all over the table, and no key comes twice before every other one has.
UPDATE sales_order
SET units_sold = units_sold + 1, last_updated = last_updated + interval '1 second'
WHERE sales_order_id IN (SELECT 1 + change * 1000003 % all_of_them.number
                         FROM (VALUES (?)) AS all_of_them (number), generate_series(?, ?) AS change)
