package com.terrifictotes.etl.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A run of all eleven tables in three batches: several objects in a unit and several units of a table, rows that cannot be
 * represented in each of them, and parents in objects of their own.
 */
final class SampleRun {

    private static final int FACTS = 12_000;
    private static final int DIMENSIONS = 3_000;
    private static final String TIMES = ",2022-11-03 14:20:49.962,2022-11-04 08:00:00";

    private final TestRun run;

    private SampleRun(TestRun run) {
        this.run = run;
    }

    /** Writes and commits the run. */
    static void commit(TestRun run) {
        SampleRun sample = new SampleRun(run);
        sample.dimensions();
        run.endBatch();
        sample.facts(1);
        run.endBatch();
        sample.facts(2);
        run.commit();
    }

    private void dimensions() {
        run.unit(
                "dim_currency",
                objects(
                        1,
                        3,
                        "currency",
                        "currency_id,currency_code,created_at,last_updated",
                        i -> i + "," + List.of("GBP", "USD", "zzz").get(i - 1) + TIMES));
        run.unit(
                "dim_payment_type",
                objects(
                        1,
                        4,
                        "payment_type",
                        "payment_type_id,payment_type_name,created_at,last_updated",
                        i -> i + ",SALES_" + i + TIMES));
        String[] departments = objects(
                2,
                40,
                "department",
                "department_id,department_name,location,manager,created_at,last_updated",
                i -> i + ",\"Sales, " + i + "\"," + (i % 3 == 0 ? "" : "Leeds") + ",\"\"" + TIMES);
        String[] staff = objects(
                2,
                DIMENSIONS,
                "staff",
                "staff_id,first_name,last_name,department_id,email_address,created_at,last_updated",
                i -> i + ",Ada " + i + ",\"O\"\"Brien\r\n\"," + (i % 100 == 0 ? 999 : 1 + i % 40)
                        + ",i\u0131@example.com" + TIMES);
        run.unit("dim_staff", join(staff, departments));
        String[] addresses = objects(
                2,
                DIMENSIONS,
                "address",
                CsvSamples.ADDRESS.header(),
                i -> CsvSamples.ADDRESS.record(
                        i, i % 7 == 0 ? "district" : "city", i % 500 == 0 ? "" : "\uD83D\uDC5C " + i));
        run.unit("dim_location", addresses);
        run.unit(
                "dim_counterparty",
                join(
                        objects(
                                2,
                                DIMENSIONS,
                                "counterparty",
                                CsvSamples.COUNTERPARTY.header(),
                                i -> CsvSamples.COUNTERPARTY.record(
                                        i, "legal_address_id", Integer.toString(1 + i * 7919 % DIMENSIONS))),
                        addresses));
        run.unit(
                "dim_design",
                objects(
                        2,
                        DIMENSIONS,
                        "design",
                        CsvSamples.DESIGN.header(),
                        i -> CsvSamples.DESIGN.record(
                                i, "file_name", i % 300 == 0 ? "" : "design-" + i % 50 + ".json")));
        run.unit(
                "dim_transaction",
                objects(
                        2,
                        DIMENSIONS,
                        "transaction",
                        "transaction_id,transaction_type,sales_order_id,purchase_order_id,created_at,last_updated",
                        i -> i + (i % 2 == 0 ? ",SALE," + i + "," : ",PURCHASE,," + (i % 999 == 0 ? "x" : i)) + TIMES));
    }

    private void facts(int batch) {
        String[] sales = objects(
                3,
                FACTS,
                "sales_order",
                CsvSamples.SALES_ORDER.header(),
                i -> CsvSamples.SALES_ORDER.record(
                        i * batch,
                        "agreed_delivery_date",
                        i % 997 == 0
                                ? "2023-02-30"
                                : "20" + two(i % 30) + "-" + two(1 + i % 12) + "-" + two(1 + i % 28)));
        String[] purchases = objects(
                2,
                FACTS,
                "purchase_order",
                CsvSamples.PURCHASE_ORDER.header(),
                i -> CsvSamples.PURCHASE_ORDER.record(
                        i * batch, "item_unit_price", i % 991 == 0 ? "NaN" : i * 31 % 99_999 + "." + two(i % 100)));
        String[] payments = objects(
                2,
                FACTS,
                "payment",
                CsvSamples.PAYMENT.header(),
                i -> CsvSamples.PAYMENT.record(i * batch, "paid", i % 983 == 0 ? "\"\"" : i % 2 == 0 ? "t" : "f"));
        run.unit("fact_sales_order", sales[0], sales[1]);
        run.unit("fact_sales_order", sales[2]);
        run.unit("fact_purchase_order", purchases);
        run.unit("fact_payment", payments[0]);
        run.unit("fact_payment", payments[1]);
        run.unit("dim_date", join(sales, join(purchases, payments)));
    }

    private static String two(int number) {
        return (number < 10 ? "0" : "") + number;
    }

    /** The keys of that many objects with rows from 1 on. */
    private String[] objects(int count, int rows, String table, String header, IntFunction<String> record) {
        List<String> keys = new ArrayList<>();
        for (int object = 0; object < count; object++) {
            keys.add(run.csv(
                    table,
                    header,
                    IntStream.rangeClosed(object * rows / count + 1, (object + 1) * rows / count)
                            .mapToObj(record)
                            .toArray(String[]::new)));
        }
        return keys.toArray(String[]::new);
    }

    private static String[] join(String[] first, String[] second) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(second));
        return all.toArray(String[]::new);
    }
}
