package com.terrifictotes.etl.local.demo;

import static com.terrifictotes.etl.local.demo.InventedWords.pick;

import com.terrifictotes.etl.local.demo.OrderBook.Order;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * An invented Totesys database: the real schema and the real number of rows, values made up by this code alone. The
 * same size and seed give the same rows, on every machine and whatever the clock says.
 *
 * <p>Most of it is ordinary, with the skew of real life: few designs sell most, orders come before Christmas. Among
 * that lie the values that break pipelines: {@link AwkwardTexts} in every text column of a dimension (each of them
 * at least once as a design's name), NULL beside the empty string, the ends of the calendar and of {@code numeric(10,2)}.
 */
final class TotesysDataset {
    /** The tables of business data, a referenced table before those that refer to it. */
    static final List<String> TABLES = List.of(
            "address",
            "counterparty",
            "currency",
            "department",
            "design",
            "staff",
            "payment_type",
            "sales_order",
            "purchase_order",
            "transaction",
            "payment");

    private static final LocalDateTime EPOCH = OrderBook.FIRST_DAY.atTime(7, 20, 49, 962_000_000);

    private final DatasetSize size;
    private final SplittableRandom random;
    private final OrderBook orderBook;

    private TotesysDataset(DatasetSize size, long seed) {
        this.size = size;
        this.random = new SplittableRandom(seed);
        this.orderBook = new OrderBook(random.split());
    }

    /**
     * Fills the empty tables of the Totesys schema in one transaction and leaves the sequences where later inserts
     * expect them.
     *
     * @param connection one of pgjdbc, or a wrapper of one
     * @return the number of rows in all tables together
     * @throws SQLException if the tables are not there, or not empty; nothing is written then
     */
    static long fill(Connection connection, DatasetSize size, long seed) throws SQLException {
        return Transactions.inOne(connection, () -> {
            long rows = 0;
            for (CopyText table : new TotesysDataset(size, seed).tables()) {
                rows += table.copyInto(connection);
            }
            adjustSequences(connection);
            return rows;
        });
    }

    /** {@return all tables' rows, a referenced table before those that refer to it} */
    private List<CopyText> tables() {
        List<CopyText> tables = new ArrayList<>(List.of(
                housekeeping(), addresses(), counterparties(), currencies(), departments(), designs(), staff()));
        tables.add(paymentTypes());
        List<Deal> deals = new ArrayList<>(size.orders());
        tables.add(salesOrders(deals));
        tables.add(purchaseOrders(deals));
        tables.addAll(transactionsAndPayments(deals));
        return tables;
    }

    private static CopyText housekeeping() {
        var rows = new CopyText("_prisma_migrations", "id, checksum, migration_name, started_at");
        rows.add("1b0c7a52-0000-4000-8000-000000000001", "c0ffee", "20221103140000_initial", "2022-11-03T14:00:00Z");
        return rows;
    }

    private CopyText addresses() {
        var rows = new CopyText(
                "address",
                "address_line_1, address_line_2, district, city, postal_code, country, phone, created_at, last_updated");
        for (int i = 0; i < size.addresses(); i++) {
            String street = "%d %s Road".formatted(1 + random.nextInt(300), pick(random, InventedWords.STREETS));
            rows.add(
                    i % 3 == 2 ? AwkwardTexts.at(i) : street,
                    nullThenEmptyThen(i, i % 4 == 2 ? "Unit " + i : AwkwardTexts.at(i + 13)),
                    nullThenEmptyThen(i + 2, i % 4 == 0 ? "Avonshire" : AwkwardTexts.at(i + 20)),
                    i == 5 ? AwkwardTexts.at(8) : pick(random, InventedWords.CITIES),
                    "%c%c%d %d%c%c".formatted(letter(), letter(), digit(), digit(), letter(), letter()),
                    pick(random, InventedWords.COUNTRIES),
                    "%04d %06d".formatted(random.nextInt(10_000), random.nextInt(1_000_000)),
                    EPOCH,
                    EPOCH);
        }
        return rows;
    }

    private CopyText counterparties() {
        var rows = new CopyText(
                "counterparty",
                "counterparty_legal_name, legal_address_id, commercial_contact, delivery_contact, created_at, last_updated");
        for (int i = 0; i < size.counterparties(); i++) {
            String name = pick(random, InventedWords.COMPANY_WORDS) + " " + pick(random, InventedWords.COMPANY_FORMS);
            rows.add(
                    i % 5 == 3 ? AwkwardTexts.at(i) : name,
                    // One address is the legal address of two; the last ones of the table are nobody's.
                    i == 1 ? 1 : i + 1,
                    nullThenEmptyThen(i, fullName(i)),
                    nullThenEmptyThen(i + 1, AwkwardTexts.at(i + 9)),
                    EPOCH,
                    EPOCH);
        }
        return rows;
    }

    private static CopyText currencies() {
        var rows = new CopyText("currency", "currency_code, created_at, last_updated");
        List.of("GBP", "USD", "EUR").forEach(code -> rows.add(code, EPOCH, EPOCH));
        return rows;
    }

    private CopyText departments() {
        var rows = new CopyText("department", "department_name, location, manager, created_at, last_updated");
        for (int i = 0; i < size.departments(); i++) {
            List<String> names = InventedWords.DEPARTMENTS;
            rows.add(
                    i < names.size() ? names.get(i) : "Department " + (i + 1),
                    nullThenEmptyThen(i + 3, pick(random, InventedWords.CITIES)),
                    nullThenEmptyThen(i, fullName(i + 50)),
                    EPOCH,
                    EPOCH);
        }
        return rows;
    }

    private CopyText designs() {
        var rows = new CopyText("design", "created_at, design_name, file_location, file_name, last_updated");
        for (int i = 0; i < size.designs(); i++) {
            String name =
                    pick(random, InventedWords.DESIGN_ADJECTIVES) + " " + pick(random, InventedWords.DESIGN_NOUNS);
            String file = "%s-%06x.json".formatted(name.replace(' ', '-').toLowerCase(Locale.ROOT), i * 7_919);
            rows.add(
                    EPOCH,
                    i < AwkwardTexts.ALL.size() ? AwkwardTexts.at(i) : name,
                    i % 11 == 4 ? AwkwardTexts.at(i / 11) : "/designs/" + i % 7,
                    i % 13 == 6 ? AwkwardTexts.at(i / 13 + 7) : file,
                    i % 10 == 9 ? orderBook.later(EPOCH, 700) : EPOCH);
        }
        return rows;
    }

    private CopyText staff() {
        var rows =
                new CopyText("staff", "first_name, last_name, department_id, email_address, created_at, last_updated");
        for (int i = 0; i < size.staff(); i++) {
            String first = InventedWords.FIRST_NAMES.get(i % InventedWords.FIRST_NAMES.size());
            String last = InventedWords.LAST_NAMES.get(i % InventedWords.LAST_NAMES.size());
            String email = "%s.%s@terrifictotes.example".formatted(first, last).toLowerCase(Locale.ROOT);
            rows.add(
                    i % 7 == 5 ? AwkwardTexts.at(i + 14) : first,
                    last,
                    1 + i % size.departments(),
                    email,
                    EPOCH,
                    EPOCH);
        }
        return rows;
    }

    private static CopyText paymentTypes() {
        var rows = new CopyText("payment_type", "payment_type_name, created_at, last_updated");
        List.of("SALES_RECEIPT", "SALES_REFUND", "PURCHASE_PAYMENT", "PURCHASE_REFUND")
                .forEach(name -> rows.add(name, EPOCH, EPOCH));
        return rows;
    }

    /** An order of either kind with the two columns that its payment repeats. */
    private record Deal(boolean sale, Order order, int counterpartyId, int currencyId) {}

    private CopyText salesOrders(List<Deal> deals) {
        var rows = new CopyText(
                "sales_order",
                "created_at, last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price, currency_id,"
                        + " agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id");
        for (Order order : orderBook.orders(size.salesOrders())) {
            var deal = new Deal(true, order, anyOf(size.counterparties()), currency());
            deals.add(deal);
            rows.add(
                    order.createdAt(),
                    order.lastUpdated(),
                    popularDesign(),
                    anyOf(size.staff()),
                    deal.counterpartyId(),
                    order.units(),
                    order.price(),
                    deal.currencyId(),
                    order.deliveryDate(),
                    order.paymentDate(),
                    anyOf(size.addresses()));
        }
        return rows;
    }

    private CopyText purchaseOrders(List<Deal> deals) {
        var rows = new CopyText(
                "purchase_order",
                "created_at, last_updated, staff_id, counterparty_id, item_code, item_quantity, item_unit_price,"
                        + " currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id");
        for (Order order : orderBook.orders(size.purchaseOrders())) {
            var deal = new Deal(false, order, anyOf(size.counterparties()), currency());
            deals.add(deal);
            String itemCode = pick(random, InventedWords.MATERIALS) + "-" + (1_000 + random.nextInt(9_000));
            rows.add(
                    order.createdAt(),
                    order.lastUpdated(),
                    anyOf(size.staff()),
                    deal.counterpartyId(),
                    order.id() <= AwkwardTexts.ALL.size() ? AwkwardTexts.at(order.id()) : itemCode,
                    order.units(),
                    order.price(),
                    deal.currencyId(),
                    order.deliveryDate(),
                    order.paymentDate(),
                    anyOf(size.addresses()));
        }
        return rows;
    }

    private List<CopyText> transactionsAndPayments(List<Deal> deals) {
        var transactions = new CopyText(
                "transaction", "transaction_type, sales_order_id, purchase_order_id, created_at, last_updated");
        var payments = new CopyText(
                "payment",
                "created_at, last_updated, transaction_id, counterparty_id, payment_amount, currency_id,"
                        + " payment_type_id, paid, payment_date, company_ac_number, counterparty_ac_number");
        deals.sort(Comparator.comparing(deal -> deal.order().createdAt()));
        int transactionId = 0;
        for (Deal deal : deals) {
            transactionId++;
            Order order = deal.order();
            boolean due = LocalDate.parse(order.paymentDate()).isBefore(OrderBook.LAST_DAY.minusDays(30));
            boolean paid = due && random.nextInt(100) < 85;
            boolean refund = random.nextInt(100) < 2;
            transactions.add(
                    deal.sale() ? "SALE" : "PURCHASE",
                    deal.sale() ? order.id() : null,
                    deal.sale() ? null : order.id(),
                    order.createdAt(),
                    order.createdAt());
            payments.add(
                    order.createdAt(),
                    paid ? orderBook.later(order.createdAt(), 30) : order.createdAt(),
                    transactionId,
                    deal.counterpartyId(),
                    order.amount(),
                    deal.currencyId(),
                    (deal.sale() ? 1 : 3) + (refund ? 1 : 0),
                    paid,
                    order.paymentDate(),
                    accountNumber(),
                    accountNumber());
        }
        return List.of(transactions, payments);
    }

    private static void adjustSequences(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("SELECT setval(pg_get_serial_sequence('%1$s', '%1$s_id'), max(%1$s_id)) FROM %1$s"
                        .formatted(table));
            }
        }
    }

    /** {@return NULL, the empty string, and twice the text, in turn} */
    private static @Nullable String nullThenEmptyThen(int index, String text) {
        return switch (index % 4) {
            case 0 -> null;
            case 1 -> "";
            default -> text;
        };
    }

    private static String fullName(int index) {
        return InventedWords.FIRST_NAMES.get(index % InventedWords.FIRST_NAMES.size())
                + " "
                + InventedWords.LAST_NAMES.get(index * 7 % InventedWords.LAST_NAMES.size());
    }

    private int anyOf(int count) {
        return 1 + random.nextInt(count);
    }

    /** Cubing favours low numbers (the first tenth gets almost half); multiplying by a prime scatters them. */
    private int popularDesign() {
        double draw = random.nextDouble();
        long rank = (long) (draw * draw * draw * size.designs());
        return (int) (rank * 7_919 % size.designs()) + 1;
    }

    /** {@return mostly pounds, some dollars, fewer euros} */
    private int currency() {
        int draw = random.nextInt(10);
        return draw < 6 ? 1 : draw < 9 ? 2 : 3;
    }

    private int accountNumber() {
        return 10_000_000 + random.nextInt(90_000_000);
    }

    private char letter() {
        return (char) ('A' + random.nextInt(26));
    }

    private int digit() {
        return random.nextInt(10);
    }
}
