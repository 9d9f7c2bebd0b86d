package com.terrifictotes.etl.local.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A Totesys full of {@link HostileTexts}, and of numbers, times and days at the ends of their ranges. */
final class HostileDataset {

    private static final List<Integer> NUMBERS =
            List.of(0, 1, -1, 9, 10, -10, 99_999_999, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1);
    private static final List<BigDecimal> AMOUNTS = amounts(
            "0",
            "-0.00",
            "0.01",
            "-0.01",
            "0.10",
            "1",
            "-1.00",
            "9.99",
            "10.00",
            "99999999.99",
            "-99999999.99",
            "-0.5");
    private static final List<LocalDate> DAYS = days(
            "0001-01-01",
            "0001-12-31",
            "1582-10-04",
            "1582-10-15",
            "1900-02-28",
            "1969-12-31",
            "1970-01-01",
            "2000-02-29",
            "2024-02-29",
            "2024-12-30",
            "9999-12-31");
    private static final List<LocalDateTime> TIMES = times(
            "0001-01-01T00:00:00",
            "1969-12-31T23:59:59.999",
            "1970-01-01T00:00:00.001",
            "2022-11-03T14:20:49.962",
            "2024-04-07T02:30:00",
            "2024-10-27T01:30:00.1",
            "9999-12-31T23:59:59.999");
    private static final List<LocalDateTime> FINE_TIMES = times(
            "0001-01-01T00:00:00.000001",
            "1969-12-31T23:59:59.999999",
            "2024-02-29T12:00:00.12345",
            "9999-12-31T23:59:59.999999");

    /** More decimals than Totesys has, and labels that need quotes; in transactions of their own, before any row. */
    private static final List<String> TYPES = List.of(
            "ALTER TABLE purchase_order ALTER created_at TYPE timestamp(6), ALTER last_updated TYPE timestamp(6)",
            "ALTER TYPE \"TransactionType\" ADD VALUE 'it''s \"odd\", isn''t it'",
            "ALTER TYPE \"PaymentTypeName\" ADD VALUE E'\\\\. \\r\\n \u00E9'");

    /** NULL and the empty text change places, and texts change by what careless code trims. */
    private static final String CHANGES = """
            UPDATE address SET district = CASE WHEN district IS NULL THEN '' WHEN district = '' THEN NULL
                ELSE district || E'\\r' END, address_line_2 = NULL WHERE address_id % 2 = 0;
            UPDATE department SET department_name = department_name || ' ', location = manager WHERE department_id % 3 = 0;
            UPDATE design SET design_name = file_name, file_name = design_name WHERE design_id % 3 = 0;
            UPDATE purchase_order SET item_code = item_code || '"', item_unit_price = -item_unit_price
                WHERE purchase_order_id % 2 = 0;
            UPDATE currency SET currency_code = reverse(currency_code);
            UPDATE payment SET paid = NOT paid WHERE payment_id % 5 = 0;
            """;

    private final HostileTexts texts;
    private final Random random;
    private final int rows;

    HostileDataset(long seed) {
        texts = new HostileTexts(seed);
        random = new Random(seed);
        rows = texts.shuffled().size();
    }

    /** Fills an empty Totesys, in one transaction but for its types. */
    void fill(Connection connection) throws SQLException {
        for (String type : TYPES) {
            execute(connection, type);
        }
        connection.setAutoCommit(false);
        fillDimensions(connection);
        fillFacts(connection);
        connection.commit();
    }

    /** Changes what {@link #fill} wrote. */
    void change(Connection connection) throws SQLException {
        execute(connection, CHANGES);
    }

    private void fillDimensions(Connection connection) throws SQLException {
        insert(
                connection,
                "department",
                "department_id, department_name, location, manager",
                keys(),
                mandatory(),
                optional(),
                optional());
        insert(
                connection,
                "staff",
                "staff_id, first_name, last_name, department_id, email_address",
                keys(),
                mandatory(),
                mandatory(),
                keys(),
                mandatory());
        insert(
                connection,
                "address",
                "address_id, address_line_1, address_line_2, district, city, postal_code, country, phone",
                keys(),
                mandatory(),
                optional(),
                optional(),
                mandatory(),
                mandatory(),
                mandatory(),
                mandatory());
        insert(
                connection,
                "counterparty",
                "counterparty_id, counterparty_legal_name, legal_address_id, commercial_contact, delivery_contact",
                keys(),
                mandatory(),
                keys(),
                optional(),
                optional());
        insert(
                connection,
                "design",
                "design_id, design_name, file_location, file_name",
                keys(),
                mandatory(),
                mandatory(),
                mandatory());
        insertExtremeKeys(connection);
        List<String> codes = texts.upTo(3);
        insert(connection, "currency", "currency_id, currency_code", numbered(codes.size()), codes);
    }

    private void fillFacts(Connection connection) throws SQLException {
        execute(connection, """
                INSERT INTO payment_type SELECT row_number() OVER (), label, now(), now()
                    FROM unnest(enum_range(NULL::"PaymentTypeName")) AS label
                """);
        insert(
                connection,
                "purchase_order",
                "purchase_order_id, created_at, last_updated, staff_id, counterparty_id, item_code, item_quantity,"
                        + " item_unit_price, currency_id, agreed_delivery_date, agreed_payment_date,"
                        + " agreed_delivery_location_id",
                keys(),
                any(FINE_TIMES),
                any(FINE_TIMES),
                keys(),
                keys(),
                mandatory(),
                any(NUMBERS),
                any(AMOUNTS),
                ones(),
                any(DAYS),
                any(DAYS),
                keys());
        insert(
                connection,
                "sales_order",
                "sales_order_id, created_at, last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,"
                        + " currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id",
                keys(),
                any(TIMES),
                any(TIMES),
                keys(),
                keys(),
                keys(),
                any(NUMBERS),
                any(AMOUNTS),
                ones(),
                any(DAYS),
                any(DAYS),
                keys());
        execute(connection, """
                INSERT INTO transaction SELECT key, (enum_range(NULL::"TransactionType"))[1 + key %% 3],
                    CASE WHEN key %% 2 = 0 THEN key END, CASE WHEN key %% 3 = 0 THEN key END, now(), now()
                    FROM generate_series(1, %d) AS key
                """.formatted(rows));
        insert(
                connection,
                "payment",
                "payment_id, created_at, last_updated, transaction_id, counterparty_id, payment_amount, currency_id,"
                        + " payment_type_id, paid, payment_date, company_ac_number, counterparty_ac_number",
                keys(),
                any(TIMES),
                any(TIMES),
                keys(),
                keys(),
                any(AMOUNTS),
                ones(),
                ones(),
                any(List.of(true, false)),
                any(DAYS),
                any(NUMBERS),
                any(NUMBERS));
    }

    /** The first and the last key there is, with texts of a mebibyte. */
    private void insertExtremeKeys(Connection connection) throws SQLException {
        List<String> huge = texts.huge();
        insert(
                connection,
                "design",
                "design_id, design_name, file_location, file_name",
                List.of(Integer.MIN_VALUE, Integer.MAX_VALUE),
                huge.subList(0, 2),
                huge.subList(1, 3),
                huge.subList(2, 4));
        insert(
                connection,
                "address",
                "address_id, address_line_1, district, city, postal_code, country, phone",
                List.of(Integer.MIN_VALUE, Integer.MAX_VALUE),
                huge.subList(3, 5),
                huge.subList(0, 2),
                List.of("", " "),
                huge.subList(1, 3),
                List.of(",", "\""),
                List.of("\r", "\n"));
        insert(
                connection,
                "counterparty",
                "counterparty_id, counterparty_legal_name, legal_address_id",
                List.of(Integer.MIN_VALUE, Integer.MAX_VALUE),
                huge.subList(2, 4),
                List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    private List<Integer> keys() {
        return numbered(rows);
    }

    private static List<Integer> numbered(int count) {
        return IntStream.rangeClosed(1, count).boxed().toList();
    }

    private List<Integer> ones() {
        return IntStream.range(0, rows).map(i -> 1).boxed().toList();
    }

    private List<String> mandatory() {
        return texts.shuffled();
    }

    private List<@Nullable String> optional() {
        return texts.shuffled().stream()
                .map(text -> random.nextInt(5) == 0 ? null : text)
                .collect(Collectors.<@Nullable String>toList());
    }

    private <T> List<T> any(List<T> values) {
        return IntStream.range(0, rows)
                .mapToObj(i -> values.get(random.nextInt(values.size())))
                .toList();
    }

    /** Each list holds the values of one column; the driver sends them beside the statement, so nothing is escaped. */
    private static void insert(Connection connection, String table, String names, List<?>... columns)
            throws SQLException {
        String places = Arrays.stream(columns).map(column -> "?").collect(Collectors.joining(", "));
        // The last_updated of a table that is not told is now.
        boolean told = names.contains("last_updated");
        String sql = "INSERT INTO %s (%s%s) VALUES (%s%s)"
                .formatted(table, names, told ? "" : ", last_updated", places, told ? "" : ", now()");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int row = 0; row < columns[0].size(); row++) {
                for (int i = 0; i < columns.length; i++) {
                    set(statement, i + 1, columns[i].get(row));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.VARCHAR);
            case String text -> statement.setString(index, text);
            // The dates of orders and payments are texts.
            case LocalDate day -> statement.setString(index, day.toString());
            default -> statement.setObject(index, value);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<BigDecimal> amounts(String... texts) {
        return List.of(texts).stream().map(BigDecimal::new).toList();
    }

    private static List<LocalDate> days(String... texts) {
        return List.of(texts).stream().map(LocalDate::parse).toList();
    }

    private static List<LocalDateTime> times(String... texts) {
        return List.of(texts).stream().map(LocalDateTime::parse).toList();
    }
}
