package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.testsupport.TestRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a warehouse does to a load: it is full, read-only, locked, or lets the loader do less than before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WarehouseTroubleIT {

    private static final String HOLDER =
            "; the next tick tries again; if it lasts, pg_locks and pg_stat_activity say who holds it";

    private final Warehouse warehouse;
    private final Setback setback;
    private final TestRole owner;

    WarehouseTroubleIT(@TempDir Path folder) {
        Lake lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
        setback = new Setback(folder, lake, warehouse);
        owner = warehouse.database().owner();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT ON schema_migration    | E | read the migrations of warehouse schema public | table schema_migration",
                "SELECT ON etl_run             | E | read the ledger of warehouse schema public | table etl_run",
                "INSERT ON etl_run             | E | load run E into warehouse schema public    | table etl_run",
                "INSERT ON etl_run_table       | E | load run E into warehouse schema public    | table etl_run_table",
                "SELECT ON dim_currency        | L | load run L into public.dim_currency        | table dim_currency",
                "UPDATE ON dim_currency        | L | load run L into public.dim_currency        | table dim_currency",
                "INSERT ON dim_location        | L | load run L into public.dim_location        | table dim_location",
                "INSERT ON fact_purchase_order | L | load run L into public.fact_purchase_order | table fact_purchase_order",
                "SELECT ON fact_purchase_order | L | load run L into public.fact_purchase_order | table fact_purchase_order",
                "UPDATE ON SEQUENCE fact_purchase_order_purchase_record_id_seq | L | load run L into public.fact_purchase_order | sequence fact_purchase_order_purchase_record_id_seq"
            })
    void namesThePrivilegeThatIsMissing(String privilege, String run, String action, String object) {
        setback.commitTwo();
        warehouse.execute("REVOKE " + privilege + " FROM CURRENT_USER");

        setback.stopsAt(run.equals("E") ? setback.early() : setback.late())
                .hasMessage("DATABASE_ACCESS_DENIED: cannot "
                        + action.replace("run E", "run " + setback.early()).replace("run L", "run " + setback.late())
                        + ": SQLState 42501, permission denied for " + object + "; give the role what it lacks");

        warehouse.execute("GRANT " + privilege + " TO CURRENT_USER");
        setback.isOvercome();
    }

    @Test
    void namesTheSchemaThatMayNotBeUsed() {
        setback.commitTwo();
        warehouse.executeAsSuperuser(
                "ALTER SCHEMA public OWNER TO postgres; REVOKE ALL ON SCHEMA public FROM PUBLIC, " + owner.username());

        setback.stopsAt(setback.early())
                .hasMessage("DATABASE_ACCESS_DENIED: cannot read the migrations of warehouse schema public: SQLState"
                        + " 42501, permission denied for schema public; give the role what it lacks");

        warehouse.executeAsSuperuser("GRANT USAGE, CREATE ON SCHEMA public TO " + owner.username());
        setback.isOvercome();
    }

    @Test
    void saysThatTheRoleMayMakeNoTemporaryTables() {
        setback.commitTwo();
        warehouse.execute("REVOKE TEMPORARY ON DATABASE " + owner.database() + " FROM PUBLIC, CURRENT_USER");

        setback.stopsAt(setback.early())
                .hasMessageStartingWith("DATABASE_ACCESS_DENIED: cannot load run " + setback.early() + " into ")
                .hasMessageEndingWith(": SQLState 42501, permission denied to create temporary tables in database \""
                        + owner.database() + "\"; give the role what it lacks");

        warehouse.execute("GRANT TEMPORARY ON DATABASE " + owner.database() + " TO CURRENT_USER");
        setback.isOvercome();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER ROLE $ PASSWORD 'rotated' | ALTER ROLE $ PASSWORD '#' | DATABASE_LOGIN_REFUSED | 28P01, password authentication failed for user \"$\"; check username, password and sslmode of the secret",
                "ALTER ROLE $ NOLOGIN | ALTER ROLE $ LOGIN | DATABASE_LOGIN_REFUSED | 28000, role \"$\" is not permitted to log in; check username, password and sslmode of the secret",
                "ALTER ROLE $ CONNECTION LIMIT 0 | ALTER ROLE $ CONNECTION LIMIT -1 | DATABASE_UNAVAILABLE | 53300, too many connections for role \"$\"; end sessions that nobody needs, or allow more",
                "REVOKE CONNECT ON DATABASE $ FROM PUBLIC, $ | GRANT CONNECT ON DATABASE $ TO $ | DATABASE_ACCESS_DENIED | 42501, permission denied for database \"$\"; give the role what it lacks"
            })
    void namesTheDatabaseThatLetsNobodyIn(String shut, String open, String code, String reason) {
        setback.commitTwo();
        LoadStage loader = warehouse.loader(new Database(secret -> owner.secretJson(), "warehouse", "load")::connect);
        warehouse.executeAsSuperuser(shut.replace("$", owner.username()));

        setback.stopsAt(setback.early(), loader)
                .hasMessage(code + ": cannot connect to " + owner.host() + ":" + owner.port() + "/" + owner.database()
                        + " (secret warehouse): SQLState " + reason.replace("$", owner.username()));

        warehouse.executeAsSuperuser(open.replace("$", owner.username()).replace("#", owner.password()));
        setback.isOvercomeBy(loader);
    }

    @Test
    void namesTheDatabaseThatDoesNotExist() {
        setback.commitTwo();
        TestRole elsewhere = new TestRole(owner.host(), owner.port(), "nowhere", owner.username(), owner.password());
        AtomicReference<String> secret = new AtomicReference<>(elsewhere.secretJson());
        LoadStage loader = warehouse.loader(new Database(name -> secret.get(), "warehouse", "load")::connect);

        setback.stopsAt(setback.early(), loader)
                .hasMessage("SECRET_INVALID: cannot connect to " + owner.host() + ":" + owner.port()
                        + "/nowhere (secret warehouse): SQLState 3D000, database \"nowhere\" does not exist; check"
                        + " dbname of the secret");

        secret.set(owner.secretJson());
        setback.isOvercomeBy(loader);
    }

    @Test
    void saysThatTheWarehouseIsReadOnly() {
        setback.commitTwo();
        warehouse.execute("ALTER ROLE CURRENT_USER SET default_transaction_read_only = on");

        setback.stopsAt(setback.early())
                .hasMessage("DATABASE_ACCESS_DENIED: cannot load run " + setback.early()
                        + " into warehouse schema public: SQLState 25006,"
                        + " cannot execute INSERT in a read-only transaction; the secret must lead to the primary, and"
                        + " default_transaction_read_only be off");

        warehouse.executeAsSuperuser("ALTER ROLE " + owner.username() + " RESET default_transaction_read_only");
        setback.isOvercome();
    }

    @Test
    void saysThatTheDiskIsFull() {
        setback.commitTwo();
        warehouse.execute("CREATE FUNCTION extend() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION"
                + " 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$;"
                + " CREATE TRIGGER extend BEFORE INSERT ON fact_purchase_order FOR EACH ROW EXECUTE FUNCTION extend()");

        setback.stopsAt(setback.late())
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_UNAVAILABLE: cannot load run " + setback.late()
                        + " into public.fact_purchase_order: SQLState 53100,"
                        + " could not extend file: No space left on device; make room on the server's disk");

        warehouse.execute("DROP TRIGGER extend ON fact_purchase_order");
        setback.isOvercome();
    }

    /** What does not fit into the memory for a sort goes to the disk, of which the role may be given little. */
    @Test
    void namesTheLimitThatIsReached() {
        Row[] sales = IntStream.range(0, 1_500).mapToObj(id -> Row.sale(id, 7)).toArray(Row[]::new);
        setback.commitTwo(run -> run.with("fact_sales_order", sales));
        warehouse.executeAsSuperuser("ALTER ROLE " + owner.username() + " SET work_mem = '64kB'; ALTER ROLE "
                + owner.username() + " SET temp_file_limit = '8kB'");

        setback.stopsAt(setback.late())
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_UNAVAILABLE: cannot load run " + setback.late()
                        + " into public.fact_sales_order: SQLState 53400,"
                        + " temporary file size exceeds temp_file_limit (8kB); raise that limit");

        warehouse.executeAsSuperuser("ALTER ROLE " + owner.username() + " RESET ALL");
        setback.isOvercome();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOCK TABLE dim_currency IN SHARE MODE                              | dim_currency",
                "LOCK TABLE fact_purchase_order                                     | fact_purchase_order",
                "LOCK TABLE dim_location IN SHARE MODE                              | dim_location",
                "UPDATE dim_currency SET currency_name = 'mine'                     | dim_currency",
                "SELECT * FROM dim_currency WHERE currency_id = 1 FOR SHARE         | dim_currency"
            })
    void namesTheTableThatSomebodyHasLocked(String lock, String table) throws SQLException {
        setback.commitTwo();
        try (Connection somebody = warehouse.database().connect();
                Statement statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            statement.execute(lock);

            setback.stopsAt(setback.late(), impatientLoader())
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessage("DATABASE_BUSY: cannot load run " + setback.late() + " into public." + table
                            + ": SQLState 55P03, canceling statement due to lock timeout" + HOLDER);
        }
        setback.isOvercome();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pg_cancel_backend    | DATABASE_BUSY        | 57014, canceling statement due to user request",
                "pg_terminate_backend | DATABASE_UNAVAILABLE | 57P01, terminating connection due to administrator command"
            })
    void saysThatSomebodyEndedTheStatement(String function, String code, String reason) throws Exception {
        setback.commitTwo();
        try (Interruption interruption = new Interruption(warehouse, "fact_purchase_order")) {
            PipelineException failure = interruption.of(
                    process -> warehouse.executeAsSuperuser("SELECT " + function + "(" + process + ")"));

            setback.stoppedAt(setback.late(), failure)
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessage(code + ": cannot load run " + setback.late()
                            + " into public.fact_purchase_order: SQLState " + reason + "; the next tick tries again");
        }
        setback.isOvercome();
    }

    private LoadStage impatientLoader() {
        return warehouse.loader(Warehouse.connections(owner), Migration.all(), Metrics.none(), Duration.ofMillis(200));
    }
}
