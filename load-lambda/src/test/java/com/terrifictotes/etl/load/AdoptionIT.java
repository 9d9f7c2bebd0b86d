package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.Row.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse that has the eleven tables before the pipeline comes, as others make them. */
final class AdoptionIT {

    private static final String VERSIONS =
            "SELECT sales_record_id, sales_order_id, units_sold, etl_run, supersedes FROM fact_sales_order ORDER BY 1";

    private final Lake lake;
    private final Warehouse warehouse;

    AdoptionIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
        warehouse.execute(TablesBefore.TABLES);
    }

    @Test
    void keepsEveryRowAsItIs() {
        warehouse.execute(TablesBefore.ROWS);
        List<String> before = originalColumns();

        warehouse.load();

        assertThat(originalColumns()).isEqualTo(before);
        assertThat(warehouse.rows("SELECT DISTINCT etl_run FROM fact_sales_order", "SELECT run FROM etl_run"))
                .containsExactly("(0)", "(0)");
    }

    @Test
    void goesOnWithTheVersionsThatAreThere() {
        warehouse.execute(TablesBefore.ROWS);
        Runs.first(lake).commit();

        assertThat(warehouse.load().loaded()).containsExactly(1L);

        assertThat(warehouse.rows(VERSIONS))
                .containsExactly("(1,2,19,0,)", "(2,9,90,0,)", "(4,2,20,0,1)", "(7,8,80,0,)", "(8,3,30,1,)");
        assertThat(warehouse.rows("SELECT sales_record_id FROM current_sales_order ORDER BY 1"))
                .containsExactly("(2)", "(4)", "(7)", "(8)");
        assertThat(warehouse.rows("SELECT staff_id, first_name, etl_run, inferred FROM dim_staff ORDER BY 1"))
                .containsExactly("(1,Grace,0,f)", "(5,Old,0,f)", "(77,\"(unknown)\",0,t)");
        assertThat(warehouse.rows("SELECT table_name, inserted, updated, unchanged FROM etl_run_table"
                        + " WHERE table_name IN ('fact_sales_order', 'dim_staff') ORDER BY 1"))
                .containsExactly("(dim_staff,0,0,1)", "(fact_sales_order,1,0,1)");
    }

    @Test
    void enforcesReferencesThatNobodyEnforcedBefore() {
        warehouse.execute("ALTER TABLE fact_sales_order ADD CONSTRAINT made_by_hand"
                + " FOREIGN KEY (currency_id) REFERENCES dim_currency");
        warehouse.execute(TablesBefore.ROWS);

        warehouse.load();

        assertThat(warehouse.rows("SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated"
                        + " AND conrelid = 'fact_sales_order'::regclass ORDER BY 1"))
                .hasSize(9)
                .contains("(made_by_hand)", "(fact_sales_order_design_id_fkey)");
        assertThat(warehouse.rows("SELECT * FROM dim_date WHERE inferred ORDER BY 1 LIMIT 1"))
                .containsExactly("(2020-02-29,2020,2,29,6,Saturday,February,1,0,t)");
        assertThat(warehouse.rows("SELECT * FROM dim_location WHERE inferred AND location_id = 44"))
                .containsExactly("(44,\"(unknown)\",,,\"(unknown)\",\"(unknown)\",\"(unknown)\",\"(unknown)\",0,t)");
    }

    @Test
    void takesTablesWithoutRowsForNew() {
        Runs.first(lake).commit();
        Warehouse fresh = warehouse.another("fresh");

        warehouse.load();
        fresh.load();

        assertThat(warehouse.content()).isEqualTo(fresh.content());
        assertThat(warehouse.rows("SELECT run FROM etl_run")).containsExactly("(1)");
    }

    @Test
    void takesSomeOfTheTables() {
        warehouse.execute(TablesBefore.ROWS);
        warehouse.execute("DROP TABLE fact_payment, dim_transaction, dim_design");
        List<String> before = warehouse.rows("SELECT * FROM dim_staff ORDER BY 1");
        Runs.first(lake).commit();

        assertThat(warehouse.load().loaded()).containsExactly(1L);

        assertThat(warehouse.rows(VERSIONS)).hasSize(5).contains("(4,2,20,0,1)", "(8,3,30,1,)");
        assertThat(warehouse.rows("SELECT staff_id, first_name, last_name, department_name, location, email_address"
                        + " FROM dim_staff WHERE NOT inferred ORDER BY 1"))
                .isEqualTo(before);
        assertThat(warehouse.rows(
                        "SELECT payment_record_id, payment_id, transaction_id, etl_run FROM fact_payment",
                        "SELECT transaction_id, transaction_type, etl_run, inferred FROM dim_transaction",
                        "SELECT design_id, design_name, etl_run, inferred FROM dim_design"))
                .containsExactly("(1,1,1,1)", "(1,SALE,1,f)", "(1,Wooden,1,f)");
        assertThat(warehouse.structure()).hasSameSizeAs(structureOfANewOne());
    }

    /** A calendar by {@code to_char} has names that are padded with blanks: a day would have two names. */
    @Test
    void correctsACalendarThatDiffers() {
        warehouse.execute("INSERT INTO dim_date SELECT d, extract(year FROM d), extract(month FROM d),"
                + " extract(day FROM d), extract(isodow FROM d), to_char(d, 'Day'), to_char(d, 'Month'),"
                + " extract(quarter FROM d) FROM (VALUES (date '2026-11-20'), (date '2026-11-27')) AS days (d)");
        Runs.first(lake).commit();
        lake.run(2)
                .with("dim_date", Row.day(DAY.plusDays(7)))
                .with("fact_sales_order", Row.sale(9, 1).with("created_date", DAY.plusDays(7)))
                .commit();

        warehouse.load();

        assertThat(warehouse.rows(
                        "SELECT date_id, day_name, month_name, etl_run FROM dim_date WHERE day_of_week = 5 ORDER BY 1"))
                .containsExactly("(2026-11-20,Friday,November,1)", "(2026-11-27,Friday,November,2)");
        assertThat(warehouse.rows("SELECT day_name, sales FROM revenue_by_day_name"))
                .containsExactly("(Friday,3)");
    }

    private List<String> structureOfANewOne() {
        Warehouse fresh = warehouse.another("fresh");
        fresh.load();
        return fresh.structure();
    }

    @Test
    void acceptsWhatIsUnknownButNotNeededAndWhatCannotBeViolated() {
        warehouse.execute(TablesBefore.ROWS);
        warehouse.execute("ALTER TABLE fact_sales_order ALTER units_sold DROP NOT NULL;"
                + " UPDATE fact_sales_order SET units_sold = NULL WHERE sales_record_id = 1;"
                + " ALTER TABLE dim_date ADD UNIQUE (year, month, day);"
                + " CREATE UNIQUE INDEX ON fact_sales_order (sales_order_id, sales_record_id)");
        Runs.first(lake).commit();

        assertThat(warehouse.load().loaded()).containsExactly(1L);
    }

    private List<String> originalColumns() {
        return warehouse.rows(Totesys.CATALOGUE.targets().stream()
                .map(AdoptionIT::originalColumns)
                .toArray(String[]::new));
    }

    private static String originalColumns(TargetTable table) {
        String columns = table.columns().stream().map(TargetColumn::name).collect(Collectors.joining(", "));
        boolean fact = table.kind() == TargetTable.Kind.FACT;
        return "SELECT " + columns + (fact ? ", " + table.requireSurrogateKey() : "") + " FROM " + table.name()
                + (fact ? "" : " WHERE to_jsonb(" + table.name() + ") -> 'inferred' IS DISTINCT FROM 'true'")
                + " ORDER BY 1";
    }
}
