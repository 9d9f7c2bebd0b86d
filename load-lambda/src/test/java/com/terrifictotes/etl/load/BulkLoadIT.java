package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads that drop what they build again: nobody can tell afterwards. */
final class BulkLoadIT {

    /** So many that it is worth it. */
    private static final int MANY = 12_000;

    /** Whatever the server knows of constraints and indexes. */
    private static final String CHECKS = """
            SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""";

    private static final String INDEXES = """
            SELECT indexrelid::regclass::text, indisvalid, pg_get_indexdef(indexrelid)
            FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
            WHERE relnamespace = 'public'::regnamespace ORDER BY 1""";

    /** What changes when constraints are made again, and only then. */
    private static final String MADE =
            "SELECT min(oid::bigint) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'fact_sales_order'::regclass";

    private static final String CHAIN = """
            SELECT count(*), count(DISTINCT sales_order_id), count(DISTINCT supersedes), min(sales_record_id),
                   max(sales_record_id)
            FROM fact_sales_order""";

    private final Lake lake;
    private final Warehouse warehouse;

    BulkLoadIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
    }

    @Test
    void leavesEveryConstraintAndIndexAsItWas() {
        warehouse.load();
        warehouse.execute("CREATE INDEX of_an_analyst ON fact_sales_order (agreed_delivery_date) WHERE units_sold > 5");
        List<String> before = warehouse.rows(CHECKS, INDEXES);
        String made = warehouse.text(MADE);
        Runs.first(lake).commit();
        firstSales(2);
        changedSales(3);

        assertThat(warehouse.load().loaded()).containsExactly(1L, 2L, 3L);

        assertThat(warehouse.rows(CHECKS, INDEXES)).isEqualTo(before);
        assertThat(warehouse.text(MADE)).isNotEqualTo(made);
        assertThat(warehouse.rows(CHAIN)).containsExactly("(20002,12001,8001,1,20002)");
        assertThat(warehouse.rows("SELECT count(*), sum(units_sold) FROM current_sales_order"))
                .containsExactly("(12001,20020)");
    }

    @Test
    void bringsTheSameRowsAsALoaderThatOwnsNothing() throws SQLException {
        Warehouse plain = warehouse.another("plain");
        plain.load();
        String made = plain.text(MADE);
        TestRole role = warehouse
                .database()
                .createRole(
                        "loader",
                        "USAGE ON SCHEMA plain",
                        "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plain",
                        "USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA plain");
        Runs.first(lake).commit();
        firstSales(2);
        changedSales(3);
        laterSales(4);

        warehouse.load();
        load(plain, role);

        assertThat(plain.text(MADE)).isEqualTo(made);
        assertThat(plain.content()).isEqualTo(warehouse.content());
    }

    @Test
    void dropsNothingThatItMayNotMakeAgain() throws SQLException {
        Runs.first(lake).commit();
        warehouse.load();
        String made = warehouse.text(MADE);
        TestRole role = warehouse
                .database()
                .createRole(
                        "loader",
                        "CREATE ON SCHEMA public",
                        "SELECT, INSERT, UPDATE, DELETE, REFERENCES ON ALL TABLES IN SCHEMA public",
                        "USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public");
        try (Connection superuser = warehouse.database().connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("ALTER TABLE fact_sales_order OWNER TO " + role.username() + ";"
                    + " REVOKE CREATE ON SCHEMA public FROM " + role.username());
        }
        firstSales(2);

        assertThat(load(warehouse, role).loaded()).containsExactly(2L);
        assertThat(warehouse.text(MADE)).isEqualTo(made);

        warehouse.execute("GRANT CREATE ON SCHEMA public TO " + role.username());
        changedSales(3);
        assertThat(load(warehouse, role).loaded()).containsExactly(3L);
        assertThat(warehouse.text(MADE)).isNotEqualTo(made);
    }

    @Test
    void waitsForNobodyWhoReads() throws SQLException {
        Runs.first(lake).commit();
        warehouse.load();
        String made = warehouse.text(MADE);
        firstSales(2);
        try (Connection analyst = warehouse.database().connect();
                Statement query = analyst.createStatement()) {
            analyst.setAutoCommit(false);
            query.execute("SELECT count(*) FROM dim_staff");

            assertThat(warehouse.load().loaded()).containsExactly(2L);
        }
        assertThat(warehouse.text(MADE)).isEqualTo(made);
        assertThat(warehouse.rows("SELECT count(*) FROM fact_sales_order")).containsExactly("(" + (MANY + 2) + ")");
    }

    @Test
    void losesNothingWhenItFails() {
        warehouse.load();
        List<String> before = warehouse.rows(CHECKS, INDEXES, MADE);
        warehouse.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;"
                + " CREATE TRIGGER refuse AFTER INSERT ON fact_payment EXECUTE FUNCTION refuse()");
        lake.run(1)
                .with(
                        "fact_sales_order",
                        0,
                        IntStream.range(0, MANY).mapToObj(id -> Row.sale(id, 1)).toList())
                .with("fact_payment", Row.payment(1, true))
                .commit();

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessageStartingWith(
                        "DATABASE_UNAVAILABLE: cannot load run 1 into public.fact_payment: SQLState 53100");
        assertThat(warehouse.rows(CHECKS, INDEXES, MADE)).isEqualTo(before);
        assertThat(warehouse.rows("SELECT 1 FROM fact_sales_order", "SELECT run FROM etl_run"))
                .isEmpty();

        warehouse.execute("DROP TRIGGER refuse ON fact_payment");
        assertThat(warehouse.load().loaded()).containsExactly(1L);
        assertThat(warehouse.rows("SELECT min(sales_record_id), max(sales_record_id), count(*) FROM fact_sales_order"))
                .containsExactly("(1," + MANY + "," + MANY + ")");
    }

    /** The table could not be altered again while a trigger waits for the end of the transaction. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION fine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
                        + " CREATE CONSTRAINT TRIGGER later AFTER INSERT ON fact_sales_order"
                        + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fine()",
                "ALTER TABLE fact_sales_order"
                        + " ALTER CONSTRAINT fact_sales_order_design_id_fkey DEFERRABLE INITIALLY DEFERRED;"
                        + " COMMENT ON CONSTRAINT fact_sales_order_design_id_fkey ON fact_sales_order IS 'kept'"
            })
    void letsNothingWaitForTheEnd(String later) {
        warehouse.load();
        warehouse.execute(later);
        List<String> before = warehouse.rows(CHECKS, INDEXES);
        String made = warehouse.text(MADE);
        firstSales(1);

        assertThat(warehouse.load().loaded()).containsExactly(1L);

        assertThat(warehouse.rows(CHECKS, INDEXES)).isEqualTo(before);
        assertThat(warehouse.text(MADE)).isNotEqualTo(made);
    }

    @Test
    void checksNewRowsAgainstWhatIsNotValid() {
        warehouse.load();
        warehouse.execute("CREATE TABLE approved (units int PRIMARY KEY);"
                + " ALTER TABLE fact_sales_order ADD CONSTRAINT approval FOREIGN KEY (units_sold) REFERENCES approved"
                + " NOT VALID");
        List<String> before = warehouse.rows(CHECKS, INDEXES);
        firstSales(1);

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessage("DATABASE_FAILED: cannot load run 1 into public.fact_sales_order: SQLState 23503, schema"
                        + " public, table fact_sales_order, constraint approval");

        warehouse.execute("INSERT INTO approved VALUES (1)");
        assertThat(warehouse.load().loaded()).containsExactly(1L);
        assertThat(warehouse.rows(CHECKS, INDEXES)).isEqualTo(before);
    }

    @Test
    void takesTheOrdinaryWayWhereNothingMayBeDropped() {
        warehouse.load();
        List<String> before = warehouse.rows(CHECKS, INDEXES, MADE);
        warehouse.executeAsSuperuser("CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'nothing is dropped here'; END $$;"
                + " CREATE EVENT TRIGGER guard ON ddl_command_start WHEN TAG IN ('DROP INDEX')"
                + " EXECUTE FUNCTION guard()");
        firstSales(1);

        assertThat(warehouse.load().loaded()).containsExactly(1L);

        assertThat(warehouse.rows(CHECKS, INDEXES, MADE)).isEqualTo(before);
        assertThat(warehouse.rows(CHAIN)).containsExactly("(12000,12000,0,1,12000)");
    }

    @Test
    void keepsNobodyWaitingWhileObjectsAreFetched() throws Exception {
        Runs.first(lake).commit();
        warehouse.load();
        sales(lake.run(2), 3, id -> 1)
                .with("fact_payment", Row.payment(1, true))
                .commit();
        Faults faults = TestServers.shared().requireLoopback().faults();
        faults.next(Operation.GET_OBJECT, "data/fact_payment", new Fault.Delay(Duration.ofSeconds(1)));
        CompletableFuture<LoadAnswer> load = CompletableFuture.supplyAsync(warehouse::load);
        while (faults.waiting() > 0) {
            Thread.sleep(10);
        }

        try (Connection analyst = warehouse.database().connect();
                Statement query = analyst.createStatement()) {
            query.execute("SET lock_timeout TO '500ms'; SELECT count(*) FROM fact_sales_order, dim_staff");
        }

        assertThat(load.isDone()).isFalse();
        assertThat(load.get().loaded()).containsExactly(2L);
    }

    private static LoadAnswer load(Warehouse into, TestRole role) {
        return into.loader(Warehouse.connections(role), Migration.all(), Metrics.none(), Warehouse.LOCK_TIMEOUT)
                .loadPending(Deadline.none());
    }

    private void firstSales(int run) {
        sales(run, 3, id -> 1);
    }

    /** Every third one stays as it was. */
    private void changedSales(int run) {
        sales(run, 3, id -> id % 3 == 0 ? 1 : 2);
    }

    /** None of which was there before. */
    private void laterSales(int run) {
        sales(run, MANY + 3, id -> 3);
    }

    private void sales(int run, int first, IntUnaryOperator unitsSold) {
        sales(lake.run(run), first, unitsSold).commit();
    }

    private static Lake.Run sales(Lake.Run run, int first, IntUnaryOperator unitsSold) {
        return run.with(
                "fact_sales_order",
                0,
                IntStream.range(first, first + MANY)
                        .mapToObj(id -> Row.sale(id, unitsSold.applyAsInt(id)))
                        .toList());
    }
}
