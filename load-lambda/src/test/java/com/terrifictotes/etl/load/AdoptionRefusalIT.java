package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables in which a load would fail some day, or bring wrong numbers: refused by name, and left as they are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdoptionRefusalIT {

    private static final String REMEDY =
            "; put it right, or give another schema as WAREHOUSE_SCHEMA; nothing was changed";

    /** Whatever an adoption could alter. */
    private static final String[] EVERYTHING = {
        "SELECT relname, relkind FROM pg_class WHERE relnamespace = current_schema()::regnamespace ORDER BY 1",
        """
        SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = current_schema()::regnamespace AND attnum > 0 ORDER BY 1, attnum""",
        "SELECT conname, convalidated FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
        "SELECT * FROM fact_sales_order ORDER BY sales_record_id",
        "SELECT * FROM dim_staff ORDER BY staff_id"
    };

    private final Path folder;
    private final Lake lake;
    private final Warehouse database;
    private int forms;

    AdoptionRefusalIT(@TempDir Path folder) {
        this.folder = folder;
        lake = new Lake(folder.resolve("lake"));
        database = new Warehouse(lake, folder.resolve("work"));
        Runs.first(lake).commit();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE dim_design ALTER design_name TYPE varchar(20); CREATE VIEW names AS SELECT design_name FROM dim_design"
                        + " | column $.dim_design.design_name is character varying(20), expected character varying",
                "ALTER TABLE dim_design DROP CONSTRAINT dim_design_pkey, ALTER design_id TYPE varchar(20), ADD PRIMARY KEY (design_id)"
                        + " | column $.dim_design.design_id is character varying(20), expected integer",
                "ALTER TABLE dim_currency ALTER currency_code TYPE char(3)"
                        + " | column $.dim_currency.currency_code is character(3), expected character varying",
                "ALTER TABLE dim_staff ALTER staff_id TYPE smallint"
                        + " | column $.dim_staff.staff_id is smallint, expected integer",
                "ALTER TABLE fact_payment ALTER payment_date TYPE timestamp"
                        + " | column $.fact_payment.payment_date is timestamp without time zone, expected date",
                "ALTER TABLE fact_sales_order ALTER unit_price TYPE numeric(8,2)"
                        + " | column $.fact_sales_order.unit_price is numeric(8,2), expected numeric(10,2)",
                "ALTER TABLE dim_staff DROP location"
                        + " | column $.dim_staff.location does not exist, expected character varying",
                "UPDATE dim_staff SET location = '?' WHERE location IS NULL;"
                        + " ALTER TABLE dim_staff ALTER location SET NOT NULL"
                        + " | column $.dim_staff.location is NOT NULL, expected NULL to be allowed",
                "ALTER TABLE dim_counterparty ADD tier int NOT NULL"
                        + " | column $.dim_counterparty.tier is NOT NULL and unknown to the catalogue, expected it to have"
                        + " a default",
                "ALTER TABLE dim_currency DROP CONSTRAINT dim_currency_pkey, ADD UNIQUE (currency_id)"
                        + " | table $.dim_currency has no primary key, expected currency_id",
                "ALTER TABLE dim_transaction DROP CONSTRAINT dim_transaction_pkey,"
                        + " ADD PRIMARY KEY (transaction_id, transaction_type)"
                        + " | table $.dim_transaction has the primary key transaction_id, transaction_type, expected"
                        + " transaction_id",
                "ALTER TABLE dim_currency ADD UNIQUE (currency_code)"
                        + " | index dim_currency_currency_code_key makes currency_code of $.dim_currency unique, expected"
                        + " only currency_id to be",
                "CREATE UNIQUE INDEX once ON fact_payment (payment_id, last_updated_date)"
                        + " | index once makes payment_id, last_updated_date of $.fact_payment unique, expected only"
                        + " payment_record_id to be",
                "CREATE SEQUENCE sales; ALTER TABLE fact_sales_order ALTER sales_record_id DROP IDENTITY,"
                        + " ALTER sales_record_id SET DEFAULT nextval('sales')"
                        + " | column $.fact_sales_order.sales_record_id is no identity, expected one",
                "ALTER TABLE fact_sales_order ALTER sales_order_id DROP NOT NULL;"
                        + " UPDATE fact_sales_order SET sales_order_id = NULL WHERE sales_order_id = 2"
                        + " | column $.fact_sales_order.sales_order_id is NULL in 2 rows, expected none",
                "ALTER TABLE fact_sales_order ALTER design_id DROP NOT NULL;"
                        + " UPDATE fact_sales_order SET design_id = NULL WHERE sales_record_id = 2"
                        + " | column $.fact_sales_order.design_id is NULL in 1 rows, expected none"
            })
    void namesWhatDoesNotFit(String form, String problem) {
        Warehouse refused = formed(form);
        refuses(refused, problem.replace("$", refused.schema()));
    }

    @Test
    void namesATableWithPartitions() {
        Warehouse refused = formed("ALTER TABLE fact_payment RENAME TO payments_2026;"
                + " CREATE TABLE fact_payment (LIKE payments_2026 INCLUDING DEFAULTS) PARTITION BY RANGE (created_date);"
                + " ALTER TABLE fact_payment ADD PRIMARY KEY (payment_record_id, created_date);"
                + " ALTER SEQUENCE fact_payment_payment_record_id_seq OWNED BY fact_payment.payment_record_id");

        refuses(refused, "$.fact_payment is a partitioned table, expected a table".replace("$", refused.schema()));
    }

    @Test
    void namesEverythingThatDoesNotFit() {
        Warehouse refused = formed(
                "ALTER TABLE dim_payment_type RENAME TO kinds; CREATE VIEW dim_payment_type AS SELECT * FROM kinds;"
                        + " ALTER TABLE dim_staff DROP location, ADD etl_run text;"
                        + " ALTER TABLE dim_design ADD UNIQUE (file_name);"
                        + " ALTER TABLE fact_sales_order DROP CONSTRAINT fact_sales_order_pkey;"
                        + " ALTER TABLE fact_payment ALTER payment_record_id DROP DEFAULT");

        refuses(
                refused,
                ("$.dim_payment_type is a view, expected a table; column $.dim_staff.etl_run exists, expected the name to be"
                                + " free for the loader; column $.dim_staff.location does not exist, expected character"
                                + " varying; index dim_design_file_name_key makes file_name of $.dim_design unique,"
                                + " expected only design_id to be; table $.fact_sales_order has no primary key, expected"
                                + " sales_record_id; column $.fact_payment.payment_record_id is no identity, expected one")
                        .replace("$", refused.schema()));
    }

    @Test
    void refusesARuleThatLetsNoVersionBeToldApart() {
        Warehouse refused = formed("CREATE RULE kept AS ON UPDATE TO fact_sales_order DO INSTEAD NOTHING");
        List<String> before = refused.rows(EVERYTHING);

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(refused::load)
                .withMessage("DATABASE_FAILED: cannot apply migration 1 (star schema) to warehouse schema "
                        + refused.schema()
                        + ": SQLState 55000, a rule of table fact_sales_order keeps its versions from"
                        + " being told apart; drop it until they are");
        assertThat(refused.rows(EVERYTHING)).isEqualTo(before);
    }

    @Test
    void adoptsWhatHasBeenPutRight() {
        Warehouse warehouse = formed("ALTER TABLE dim_design ALTER design_name TYPE char(20)");
        assertThatExceptionOfType(PipelineException.class).isThrownBy(warehouse::load);

        warehouse.execute("ALTER TABLE dim_design ALTER design_name TYPE varchar");

        assertThat(warehouse.load().loaded()).containsExactly(1L);
    }

    @Test
    void refusesADatabaseThatCannotHoldEveryText() throws SQLException {
        Warehouse refused = new Warehouse(
                lake,
                folder.resolve("work"),
                "star",
                TestServers.shared().createTotesysDatabaseWithoutEncoding("warehouse"));

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(refused::load)
                .withMessage("WAREHOUSE_CONTRACT_BROKEN: the database has encoding SQL_ASCII, expected UTF8" + REMEDY);
    }

    @Test
    void namesTheSchemaThatTheRoleMayNotUse() throws SQLException {
        Warehouse refused = database.another("locked_away");
        refused.execute("CREATE SCHEMA locked_away");
        TestRole role = database.database().createRole("stranger");

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> refused.loader(Warehouse.connections(role)).loadPending(Deadline.none()))
                .withMessage("DATABASE_ACCESS_DENIED: cannot apply migration 1 (star schema) to warehouse schema"
                        + " locked_away: SQLState 3F000, no schema has been selected to create in; GRANT USAGE, CREATE on"
                        + " the schema to the role, or migrate it once as its owner");
    }

    /** A lock that is waited for keeps every reader waiting behind it, here for an hour. */
    @Test
    @Timeout(60)
    void doesNotQueueBehindAReader() throws SQLException {
        Warehouse read = formed("SELECT");
        try (Connection reader = database.database().connect();
                Statement query = reader.createStatement()) {
            reader.setAutoCommit(false);
            query.execute("SELECT FROM " + read.schema() + ".fact_payment");

            assertThatExceptionOfType(PipelineException.class)
                    .isThrownBy(() -> read.loader(
                                    Warehouse.connections(database.database().owner()),
                                    Migration.all(),
                                    Metrics.none(),
                                    Duration.ofHours(1))
                            .loadPending(Deadline.none()))
                    .withMessageContaining("DATABASE_BUSY: cannot apply migration 1 (star schema) to warehouse schema "
                            + read.schema() + ": SQLState 55P03");
        }

        assertThat(read.load().loaded()).containsExactly(1L);
    }

    private Warehouse formed(String form) {
        forms++;
        Warehouse formed = database.another("form" + forms);
        formed.execute("CREATE SCHEMA " + formed.schema());
        formed.execute(TablesBefore.TABLES);
        formed.execute(TablesBefore.ROWS);
        formed.execute(form);
        return formed;
    }

    private static void refuses(Warehouse warehouse, String problems) {
        List<String> before = warehouse.rows(EVERYTHING);

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessage("WAREHOUSE_CONTRACT_BROKEN: " + problems + REMEDY);
        assertThat(warehouse.rows(EVERYTHING)).isEqualTo(before);
    }
}
