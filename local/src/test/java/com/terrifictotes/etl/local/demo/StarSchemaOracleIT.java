package com.terrifictotes.etl.local.demo;

import static com.terrifictotes.etl.local.demo.DemoDatabase.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.local.demo.Comparison.Difference;
import com.terrifictotes.etl.local.demo.Comparison.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StarSchemaOracleIT {
    private static final StarSchemaOracle ORACLE = new StarSchemaOracle();

    private static DemoDatabase database;
    private Connection warehouse;

    @BeforeAll
    static void fillAWarehouseWithWhatIsExpected() throws SQLException, IOException {
        database = new DemoDatabase(DatasetSize.SMALL, SEED);
        try (SourceConnections source = SourceConnections.open(database::connect);
                Connection connection = database.connect()) {
            ORACLE.observe(connection);
            for (BusinessDay day : BusinessDays.script()) {
                day.play(source);
                ORACLE.observe(connection);
            }
            createStarSchema(connection);
            for (StarTable table : StarTable.values()) {
                insert(connection, table);
            }
        }
    }

    @BeforeEach
    void beginTransaction() throws SQLException {
        warehouse = database.connect();
        warehouse.setAutoCommit(false);
    }

    @AfterEach
    void rollBack() throws SQLException {
        warehouse.rollback();
        warehouse.close();
    }

    @Test
    void findsNothingInAWarehouseThatHoldsWhatItMust() throws SQLException {
        Comparison comparison = ORACLE.compare(warehouse, "star");
        assertThat(comparison.describe()).contains("dim_staff: 9 rows expected, 9 found, 0 differences");
        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.tables())
                .hasSize(14)
                .allSatisfy(table -> assertThat(table.rowsFound()).isPositive().isEqualTo(table.rowsExpected()));
        assertThat(comparison.tables().stream().map(Comparison.Table::name))
                .endsWith("dim_date", "current_sales_order", "current_purchase_order", "current_payment");
    }

    /** A fault, and the one difference that it must show as in the table it was planted in. */
    record Fault(String sql, Kind kind, List<String> columns, String message) {}

    static List<Fault> faults() {
        return List.of(
                missing("DELETE FROM dim_staff WHERE staff_id = 9", "dim_staff staff_id=9: missing"),
                missing("DELETE FROM fact_payment WHERE payment_id = 12", "fact_payment payment_id=12: missing"),
                missing("DELETE FROM dim_date WHERE date_id = '2000-02-29'", "dim_date date_id=2000-02-29: missing"),
                missing(
                        "DELETE FROM fact_sales_order WHERE sales_record_id = (SELECT max(sales_record_id)"
                                + " FROM fact_sales_order WHERE sales_order_id = 60)",
                        "fact_sales_order sales_order_id=60 version 3 of 3: missing"),
                missing(
                        "DELETE FROM fact_sales_order WHERE sales_order_id = 60 AND unit_price > 100",
                        "fact_sales_order sales_order_id=60 version 2 of 3: missing"),
                surplus("INSERT INTO dim_currency VALUES (4, 'JPY', 'Yen')", "dim_currency currency_id=4: surplus"),
                surplus(
                        "INSERT INTO dim_design SELECT * FROM dim_design WHERE design_id = 3",
                        "dim_design design_id=3 version 2 of 2: surplus"),
                surplus(
                        "INSERT INTO dim_date VALUES ('1999-01-01', 1999, 1, 1, 5, 'Friday', 'January', 1)",
                        "dim_date date_id=1999-01-01: surplus"),
                surplus(
                        "INSERT INTO fact_payment (payment_id) VALUES (12)",
                        "fact_payment payment_id=12 version 2 of 2: surplus"),
                new Fault(
                        "UPDATE fact_sales_order SET sales_record_id = sales_record_id + 1000000 WHERE sales_record_id"
                                + " = (SELECT min(sales_record_id) FROM fact_sales_order WHERE sales_order_id = 61)",
                        Kind.OUT_OF_ORDER,
                        List.of(),
                        "fact_sales_order sales_order_id=61: versions found in the order 2, 1"),
                different(
                        "UPDATE dim_staff SET email_address = upper(email_address) WHERE staff_id = 1",
                        "email_address",
                        "dim_staff staff_id=1: email_address expected 'ada.applewick@terrifictotes.example',"
                                + " found 'ADA.APPLEWICK@TERRIFICTOTES.EXAMPLE'"),
                different(
                        "UPDATE dim_location SET address_line_2 = '' WHERE location_id = 1",
                        "address_line_2",
                        "dim_location location_id=1: address_line_2 expected NULL, found ''"),
                different(
                        "UPDATE dim_location SET address_line_2 = NULL WHERE location_id = 2",
                        "address_line_2",
                        "dim_location location_id=2: address_line_2 expected '', found NULL"),
                different(
                        "UPDATE dim_design SET design_name = replace(design_name, chr(13), '') WHERE design_id = 11",
                        "design_name",
                        "dim_design design_id=11: design_name expected 'typed on Windows\\u{d}\\u{a}two lines',"
                                + " found 'typed on Windows\\u{a}two lines'"),
                different(
                        "UPDATE dim_design SET design_name = left(design_name, 255) WHERE design_id = 41",
                        "design_name",
                        "dim_design design_id=41: design_name expected '%1$s'... (20000 characters),"
                                        .formatted("long ".repeat(12))
                                + " found '%1$s'... (255 characters)".formatted("long ".repeat(12))),
                different(
                        "UPDATE dim_date SET day_of_week = 0 WHERE date_id = '2023-01-01'",
                        "day_of_week",
                        "dim_date date_id=2023-01-01: day_of_week expected 7 (Integer), found 0 (Integer)"),
                different(
                        "UPDATE dim_transaction SET sales_order_id = 0, purchase_order_id = 0 WHERE transaction_id ="
                                + " (SELECT transaction_id FROM dim_transaction WHERE sales_order_id = 1)"
                                + " AND purchase_order_id IS NULL",
                        List.of("sales_order_id", "purchase_order_id"),
                        "dim_transaction transaction_id=4: sales_order_id expected 1 (Integer), found 0 (Integer);"
                                + " purchase_order_id expected NULL, found 0 (Integer)"),
                different(
                        "UPDATE fact_sales_order SET created_time = date_trunc('second', created_time)::time WHERE sales_order_id = 1",
                        "created_time",
                        "fact_sales_order sales_order_id=1: created_time expected 11:19:54.447 (LocalTime),"
                                + " found 11:19:54 (LocalTime)"),
                different(
                        "UPDATE fact_purchase_order SET item_unit_price = 0.0 WHERE item_unit_price = 0",
                        "item_unit_price",
                        "fact_purchase_order purchase_order_id=54: item_unit_price expected 0.00 (BigDecimal),"
                                + " found 0.0 (BigDecimal)"),
                different(
                        "UPDATE fact_payment SET paid = NOT paid WHERE payment_record_id ="
                                + " (SELECT max(payment_record_id) FROM fact_payment WHERE payment_id = 70)",
                        "paid",
                        "fact_payment payment_id=70 version 2 of 2: paid expected true (Boolean),"
                                + " found false (Boolean)"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void findsThePlantedFault(Fault fault) throws SQLException {
        plant(fault.sql());
        Comparison comparison = ORACLE.compare(warehouse, "star");
        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.tables().stream()
                        .filter(table -> !table.name().startsWith("current_"))
                        .flatMap(table -> table.differences().stream()))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.message()).isEqualTo(fault.message());
                    assertThat(difference.kind()).isEqualTo(fault.kind());
                    assertThat(difference.columns()).isEqualTo(fault.columns());
                });
    }

    @Test
    void tellsATextFromADateAndShowsOnlyTheFirstDifferences() throws SQLException {
        plant("ALTER TABLE dim_date ALTER COLUMN date_id TYPE text USING date_id::text");
        Comparison.Table dates = table(ORACLE.compare(warehouse, "star"), "dim_date");
        assertThat(dates.differenceCount()).isEqualTo(dates.rowsExpected());
        assertThat(dates.differences()).hasSize(5);
        assertThat(dates.differences().getFirst().message())
                .isEqualTo("dim_date date_id=0001-01-01: date_id expected 0001-01-01 (LocalDate), found '0001-01-01'");
        assertThat(new Comparison(List.of(dates)).describe())
                .startsWith(
                        "dim_date: %1$d rows expected, %1$d found, %1$d differences\n  dim_date date_id=0001-01-01: "
                                .formatted(dates.rowsExpected()))
                .endsWith("\n  and %d more".formatted(dates.rowsExpected() - 5));
    }

    @Test
    void findsAViewThatShowsAnOldVersion() throws SQLException {
        plant(
                "CREATE OR REPLACE VIEW current_payment AS SELECT DISTINCT ON (payment_id) * FROM fact_payment"
                        + " WHERE payment_id <> 1 AND (payment_id <> 70 OR NOT paid) ORDER BY payment_id, payment_record_id DESC");
        assertThat(table(ORACLE.compare(warehouse, "star"), "current_payment").differences().stream()
                        .map(Difference::message))
                .containsExactly("current_payment payment_id=1: missing", "current_payment payment_id=70: missing");
    }

    @Test
    void failsOnATableOrColumnThatIsNotThere() throws SQLException {
        plant("ALTER TABLE dim_currency RENAME COLUMN currency_name TO name");
        assertThatThrownBy(() -> ORACLE.compare(warehouse, "star"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("currency_name");
    }

    @Test
    void refusesToCompareBeforeItHasSeenTheSource() {
        assertThatThrownBy(() -> new StarSchemaOracle().compare(warehouse, "star"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nothing to compare with: the source has not been observed");
    }

    private static Fault missing(String sql, String message) {
        return new Fault(sql, Kind.MISSING, List.of(), message);
    }

    private static Fault surplus(String sql, String message) {
        return new Fault(sql, Kind.SURPLUS, List.of(), message);
    }

    private static Fault different(String sql, String column, String message) {
        return different(sql, List.of(column), message);
    }

    private static Fault different(String sql, List<String> columns, String message) {
        return new Fault(sql, Kind.DIFFERENT, columns, message);
    }

    private void plant(String sql) throws SQLException {
        try (Statement statement = warehouse.createStatement()) {
            statement.execute("SET LOCAL search_path TO star");
            statement.execute(sql);
        }
    }

    private static Comparison.Table table(Comparison comparison, String name) {
        return comparison.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void createStarSchema(Connection connection) throws SQLException, IOException {
        try (InputStream sql = Objects.requireNonNull(StarSchemaOracleIT.class.getResourceAsStream("star_schema.sql"));
                Statement statement = connection.createStatement()) {
            statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void insert(Connection connection, StarTable table) throws SQLException {
        List<String> columns = ORACLE.columns(table);
        String insert = "INSERT INTO star.%s (%s) VALUES (%s)"
                .formatted(
                        table.tableName(),
                        String.join(", ", columns),
                        String.join(", ", Collections.nCopies(columns.size(), "?")));
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (List<List<@Nullable Object>> versions : ORACLE.expected(table).values()) {
                for (List<@Nullable Object> row : versions) {
                    for (int i = 0; i < row.size(); i++) {
                        statement.setObject(i + 1, row.get(i));
                    }
                    statement.addBatch();
                }
            }
            statement.executeBatch();
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
