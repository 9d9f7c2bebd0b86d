package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.testsupport.TestRole;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations, the contract with the tables, and the privileges of the role. */
final class WarehouseSchemaIT {

    /** What uses the tables' columns: it must go before they may be changed by hand. */
    private static final String DROP_VIEWS = "DROP VIEW current_sales_order, current_purchase_order, current_payment,"
            + " sales_order_history, purchase_order_history, payment_history CASCADE; ";

    private static final int VERSION = Migration.all().size();
    private static final int NEXT_VERSION = VERSION + 1;

    private final Lake lake;
    private final Warehouse warehouse;

    WarehouseSchemaIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
    }

    @Test
    void appliesANewMigrationToAWarehouseThatHasData() {
        Runs.first(lake).commit();
        warehouse.load();
        Migration added = new Migration(NEXT_VERSION, "note", "ALTER TABLE dim_staff ADD note varchar; SELECT 1");
        List<Migration> migrations =
                Stream.concat(Migration.all().stream(), Stream.of(added)).toList();

        warehouse.loader(migrations).loadPending(Deadline.none());

        assertThat(warehouse.rows("SELECT version, description FROM schema_migration ORDER BY version"))
                .startsWith("(1,\"star schema\")")
                .endsWith("(" + NEXT_VERSION + ",note)")
                .hasSize(NEXT_VERSION);
        assertThat(warehouse.rows("SELECT * FROM dim_staff"))
                .containsExactly("(1,Grace,Hopper,Sales,Leeds,g.hopper@terrifictotes.com,1,f,)");
    }

    @Test
    void appliesAMigrationWhollyOrNotAtAll() {
        Migration broken = new Migration(1, "broken", "CREATE TABLE half (id int); SELECT * FROM nowhere");

        refused(List.of(broken))
                .hasMessageStartingWith("DATABASE_FAILED: cannot apply migration 1 (broken) to warehouse schema public:"
                        + " SQLState 42P01");

        assertThat(warehouse.rows("SELECT relname FROM pg_class WHERE relname IN ('half', 'schema_migration')"))
                .isEmpty();
    }

    @Test
    void refusesASchemaThatIsNewer() {
        warehouse.load();
        warehouse.execute("INSERT INTO schema_migration VALUES (" + NEXT_VERSION + ", 'from next year', 'abc')");

        refused(Migration.all())
                .hasMessage("WAREHOUSE_CONTRACT_BROKEN: warehouse schema public has version " + NEXT_VERSION
                        + "; this loader knows versions up to " + VERSION
                        + "; deploy the loader that made it, or a newer one");
    }

    @Test
    void refusesASchemaThatBecomesNewerUnderAWarmLoader() {
        LoadStage loader = warehouse.loader();
        loader.loadPending(Deadline.none());
        warehouse.execute("INSERT INTO schema_migration VALUES (" + NEXT_VERSION + ", 'from next year', 'abc')");

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> loader.loadPending(Deadline.none()))
                .withMessageStartingWith(
                        "WAREHOUSE_CONTRACT_BROKEN: warehouse schema public has version " + NEXT_VERSION + ";");
    }

    @Test
    void refusesAMigrationThatWasChangedAfterwards() {
        warehouse.loader().loadPending(Deadline.none());
        Migration original = Migration.all().getFirst();
        Migration changed = new Migration(1, original.description(), original.sql() + "\n");

        List<Migration> migrations = Stream.concat(
                        Stream.of(changed), Migration.all().stream().skip(1))
                .toList();

        refused(migrations)
                .hasMessage(
                        "WAREHOUSE_CONTRACT_BROKEN: migration 1 (star schema) of warehouse schema public was applied"
                                + " with checksum " + original.checksum() + "; this loader has one with checksum "
                                + changed.checksum()
                                + "; put its file back as it was, and what is new into a migration of its"
                                + " own");
    }

    @Test
    void refusesAHistoryWithAGap() {
        warehouse.loader().loadPending(Deadline.none());
        warehouse.execute("DELETE FROM schema_migration WHERE version = 1");

        refused(Migration.all())
                .hasMessage("WAREHOUSE_CONTRACT_BROKEN: warehouse schema public has migration 2 and not 1; restore the"
                        + " rows of public.schema_migration");
    }

    @Test
    void wantsMigrationsInOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Migrator(
                        List.of(new Migration(2, "second", "SELECT 1")), new WarehouseContract(Totesys.CATALOGUE)))
                .withMessage("migration 1 is missing or out of order; found 2");
    }

    @Test
    void tellsEverythingThatDoesNotFitTheCatalogue() {
        warehouse.load();
        warehouse.execute(DROP_VIEWS + "DROP TABLE fact_payment;"
                + " ALTER TABLE dim_staff DROP location, ALTER last_name TYPE char(9), ADD note int NOT NULL;"
                + " ALTER TABLE dim_location ALTER district SET NOT NULL;"
                + " ALTER TABLE dim_design DROP inferred;"
                + " ALTER TABLE fact_sales_order ALTER unit_price TYPE numeric(10,1),"
                + " ALTER sales_record_id DROP IDENTITY, ALTER units_sold TYPE bigint");

        refused(Migration.all())
                .hasMessage("WAREHOUSE_CONTRACT_BROKEN: column public.dim_staff.last_name is character(9), expected"
                        + " character varying; column public.dim_staff.location does not exist, expected character"
                        + " varying; column public.dim_staff.note is NOT NULL and unknown to the catalogue, expected it to"
                        + " have a default; column public.dim_location.district is NOT NULL, expected NULL to be allowed;"
                        + " column public.dim_design.inferred does not exist, expected boolean; column"
                        + " public.fact_sales_order.unit_price is numeric(10,1), expected numeric(10,2); column"
                        + " public.fact_sales_order.sales_record_id is no identity, expected one; table"
                        + " public.fact_payment does not exist; put back what was changed by hand, or add a migration for"
                        + " what is new");
    }

    @Test
    void wantsTextWithoutALimit() {
        warehouse.load();
        warehouse.execute(DROP_VIEWS + "ALTER TABLE dim_staff ALTER first_name TYPE varchar(3);"
                + " ALTER TABLE dim_design ALTER design_name TYPE varchar[] USING ARRAY[design_name]");

        refused(Migration.all())
                .hasMessage("WAREHOUSE_CONTRACT_BROKEN: column public.dim_staff.first_name is character varying(3),"
                        + " expected character varying; column public.dim_design.design_name is character varying[],"
                        + " expected character varying; put back what was changed by hand, or add a migration for what"
                        + " is new");
    }

    @Test
    void letsAnalystsExtendTables() {
        warehouse.load();
        warehouse.execute("ALTER TABLE dim_staff ADD note varchar, ADD seen int NOT NULL DEFAULT 0,"
                + " ALTER email_address TYPE text");
        Runs.first(lake).commit();

        assertThat(warehouse.load().loaded()).containsExactly(1L);
    }

    @Test
    void namesThePrivilegeThatTheRoleLacks() throws SQLException {
        warehouse.load();
        Runs.first(lake).commit();
        TestRole role = warehouse
                .database()
                .createRole(
                        "loader",
                        "SELECT ON schema_migration",
                        "SELECT, INSERT, UPDATE ON etl_run",
                        "SELECT, INSERT, UPDATE ON dim_date");

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> warehouse
                        .loader(Warehouse.connections(role), Migration.all(), Metrics.none(), Warehouse.LOCK_TIMEOUT)
                        .loadPending(Deadline.none()))
                .withMessage("DATABASE_ACCESS_DENIED: cannot load run 1 into public.dim_currency: SQLState 42501,"
                        + " permission denied for table dim_currency; give the role what it lacks");
        assertThat(warehouse.rows("SELECT run FROM etl_run")).isEmpty();
    }

    @Test
    void enforcesTheReferencesOfTheCatalogue() {
        Warehouse elsewhere = warehouse.another("star");
        elsewhere.load();
        long references = Totesys.CATALOGUE.targets().stream()
                .flatMap(table -> table.columns().stream())
                .filter(column -> column.references().isPresent())
                .count();

        assertThat(elsewhere.rows("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
                        + " AND connamespace = 'star'::regnamespace AND confrelid::regclass::text LIKE 'dim%'"))
                .containsExactly("(" + references + ")");
    }

    @Test
    void refusesTheNameOfNoSchema() {
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> new WarehouseSchema("pg_temp"))
                .withMessage("CONFIGURATION_INVALID: WAREHOUSE_SCHEMA is \"pg_temp\"; expected the name of a schema:"
                        + " lower-case letters, digits and underscores, at most 63, not one of PostgreSQL's own");
        assertThatExceptionOfType(PipelineException.class).isThrownBy(() -> new WarehouseSchema("a\"; DROP"));
        assertThat(new WarehouseSchema("user").quoted()).isEqualTo("\"user\"");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(List<Migration> migrations) {
        return assertThatThrownBy(() -> warehouse.loader(migrations).loadPending(Deadline.none()))
                .isInstanceOf(PipelineException.class);
    }
}
