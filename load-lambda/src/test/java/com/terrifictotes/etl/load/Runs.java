package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.Row.DAY;

/** The runs that several tests start from. */
final class Runs {

    private Runs() {}

    /** One row of each table, and two of the sales. */
    static Lake.Run first(Lake lake) {
        return lake.run(1)
                .with(
                        "dim_date",
                        Row.day(DAY),
                        Row.day(DAY.plusDays(1)),
                        Row.day(DAY.plusDays(2)),
                        Row.day(DAY.plusDays(3)))
                .with("dim_currency", Row.currency(1, "GBP"))
                .with("dim_payment_type", Row.paymentType(1, "SALES_RECEIPT"))
                .with("dim_staff", Row.staff(1, "Grace"))
                .with("dim_location", Row.location(1, "Leeds"))
                .with("dim_counterparty", Row.counterparty(1, "Fahey and Sons"))
                .with("dim_design", Row.design(1, "Wooden"))
                .with("dim_transaction", Row.transaction(1, 2))
                .with("fact_sales_order", Row.sale(3, 30), Row.sale(2, 20))
                .with("fact_purchase_order", Row.purchase(1, "ZDOI5EA"))
                .with("fact_payment", Row.payment(1, false));
    }

    /** A row of each kind changes, one stays, one is new, and a member is missing. */
    static Lake.Run second(Lake lake) {
        return lake.run(2)
                .with("dim_date", Row.day(DAY), Row.day(DAY.plusDays(1)), Row.day(DAY.plusDays(2)))
                .with("dim_staff", Row.staff(1, "Ada"), Row.staff(2, "Alan"))
                .with("dim_design", Row.design(1, "Wooden"))
                .with(
                        "fact_sales_order",
                        Row.sale(2, 21),
                        Row.sale(3, 30),
                        Row.sale(4, 40).with("design_id", 7))
                .with("fact_payment", Row.payment(1, true));
    }
}
