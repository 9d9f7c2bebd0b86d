package com.terrifictotes.etl.local.demo;

/**
 * How many rows {@link TotesysDataset} writes into each table. Every order has one transaction and one payment, so
 * those two follow; currencies (3) and payment types (4) are always the same.
 *
 * @param salesOrders rows of the table sales_order, at least 200
 * @param purchaseOrders rows of the table purchase_order, at least 100
 * @param designs rows of the table design, at least 60
 * @param addresses rows of the table address: more than there are counterparties, some are delivery locations only
 * @param counterparties rows of the table counterparty, at least 8
 * @param staff rows of the table staff, at least 8
 * @param departments rows of the table department, at least 4
 */
record DatasetSize(
        int salesOrders,
        int purchaseOrders,
        int designs,
        int addresses,
        int counterparties,
        int staff,
        int departments) {
    /** The size of the production database in autumn 2024. */
    static final DatasetSize REAL = new DatasetSize(11_187, 4_649, 473, 30, 20, 20, 8);

    /** The smallest size that still has every awkward value and room for every business day. */
    static final DatasetSize SMALL = new DatasetSize(200, 100, 60, 12, 8, 8, 4);

    DatasetSize {
        requireAtLeast("salesOrders", salesOrders, 200);
        requireAtLeast("purchaseOrders", purchaseOrders, 100);
        requireAtLeast("designs", designs, 60);
        requireAtLeast("counterparties", counterparties, 8);
        requireAtLeast("addresses", addresses, counterparties + 4);
        requireAtLeast("staff", staff, 8);
        requireAtLeast("departments", departments, 4);
    }

    /** {@return the number of orders of both kinds, which is also that of transactions and of payments} */
    int orders() {
        return salesOrders + purchaseOrders;
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s must be at least %d but was %d".formatted(name, least, value));
        }
    }
}
