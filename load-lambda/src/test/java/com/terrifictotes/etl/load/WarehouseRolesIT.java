package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.testsupport.TestRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roles of docs/warehouse.md, made by the SQL that stands there: they can do what they are for, and no more. */
final class WarehouseRolesIT {

    private static final String PASSWORD = "secret-" + UUID.randomUUID();
    private static final Document DOCUMENT = Document.read("warehouse.md");

    /** Roles belong to the whole server, which other tests use as well. */
    private final String suffix = "_" + UUID.randomUUID().toString().substring(0, 8);

    private final Lake lake;
    private final Warehouse warehouse;

    WarehouseRolesIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"), "star");
    }

    @Test
    void loaderMayMigrateAndLoadAndAnalystsMayReadWhatItMakes() throws SQLException {
        executeAsSuperuser(DOCUMENT.sql("A loader that migrates"));
        executeAsSuperuser(DOCUMENT.sql("Analysts"));
        Runs.first(lake).commit();
        Runs.second(lake).commit();

        load("warehouse_loader");

        try (Connection analyst = role("quicksight").connect()) {
            assertThat(value(analyst, "SELECT revenue FROM revenue_total")).isEqualTo("358.54");
            assertThat(value(analyst, "SELECT max(run) FROM etl_run")).isEqualTo("2");
            assertThat(value(analyst, "SHOW enable_parallel_hash")).isEqualTo("off");
            for (String forbidden : List.of(
                    "UPDATE dim_staff SET first_name = ''",
                    "DELETE FROM fact_sales_order",
                    "CREATE TABLE note (text text)")) {
                refused(analyst, "SET transaction_read_only TO off; " + forbidden);
            }
        }
    }

    @Test
    void loaderThatMayOnlyLoadLoads() throws SQLException {
        List<String> sql = DOCUMENT.sql("A loader that only loads");
        executeAsSuperuser(sql.subList(0, 1));
        load("warehouse_owner");
        execute(role("warehouse_owner"), sql.subList(1, 2));
        Runs.first(lake).commit();
        Runs.second(lake).commit();

        load("warehouse_loader");

        TestRole loader = role("warehouse_loader");
        try (Connection connection = loader.connect()) {
            connection.setSchema("star");
            assertThat(value(connection, "SELECT count(*) FROM fact_sales_order"))
                    .isEqualTo("4");
            for (String forbidden : List.of(
                    "UPDATE fact_sales_order SET units_sold = 0",
                    "DELETE FROM fact_payment",
                    "TRUNCATE dim_staff",
                    "UPDATE schema_migration SET checksum = ''",
                    "CREATE TABLE star.note (text text)",
                    "ALTER TABLE dim_staff ADD note text")) {
                refused(connection, forbidden);
            }
        }
    }

    private void load(String role) {
        LoadStage loader = warehouse.loader(
                Warehouse.connections(role(role)), Migration.all(), Metrics.none(), Warehouse.LOCK_TIMEOUT);
        assertThat(loader.loadPending(Deadline.none()).pending()).isZero();
    }

    private TestRole role(String name) {
        TestRole owner = warehouse.database().owner();
        return new TestRole(owner.host(), owner.port(), owner.database(), name + suffix, PASSWORD);
    }

    private void executeAsSuperuser(List<String> statements) throws SQLException {
        try (Connection connection = warehouse.database().connectAsSuperuser()) {
            execute(connection, statements);
        }
    }

    private void execute(TestRole role, List<String> statements) throws SQLException {
        try (Connection connection = role.connect()) {
            execute(connection, statements);
        }
    }

    /** Executes SQL of the document, with names of this test and a real password. */
    private void execute(Connection connection, List<String> statements) throws SQLException {
        assertThat(statements).isNotEmpty();
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql.replaceAll("\\b(warehouse_\\w+|quicksight)\\b", "$1" + suffix)
                        .replace(
                                "DATABASE warehouse",
                                "DATABASE " + warehouse.database().name())
                        .replace("'…'", "'" + PASSWORD + "'"));
            }
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void refused(Connection connection, String sql) {
        assertThatExceptionOfType(SQLException.class)
                .as(sql)
                .isThrownBy(() -> value(connection, sql))
                .satisfies(refusal -> assertThat(refusal.getSQLState()).isIn("42501"));
    }
}
