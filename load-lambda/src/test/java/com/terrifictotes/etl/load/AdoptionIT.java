package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse that has the eleven tables before the pipeline comes, as others make them. */
final class AdoptionIT {

    private static final String VERSIONS =
            "SELECT sales_record_id, sales_order_id, units_sold, etl_run, supersedes FROM fact_sales_order ORDER BY 1";

    private final Lake lake;
    private final Warehouse warehouse;

    AdoptionIT(@TempDir Path folder) throws IOException {
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"));
        warehouse.execute(resource("star_schema_before.sql"));
    }

    @Test
    void keepsEveryRowAsItIs() throws IOException {
        warehouse.execute(resource("star_schema_before_rows.sql"));
        List<String> before = originalColumns();

        warehouse.load();

        assertThat(originalColumns()).isEqualTo(before);
        assertThat(warehouse.rows("SELECT DISTINCT etl_run FROM fact_sales_order", "SELECT run FROM etl_run"))
                .containsExactly("(0)", "(0)");
    }

    @Test
    void goesOnWithTheVersionsThatAreThere() throws IOException {
        warehouse.execute(resource("star_schema_before_rows.sql"));
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
    void enforcesReferencesThatNobodyEnforcedBefore() throws IOException {
        warehouse.execute("ALTER TABLE fact_sales_order ADD CONSTRAINT made_by_hand"
                + " FOREIGN KEY (currency_id) REFERENCES dim_currency");
        warehouse.execute(resource("star_schema_before_rows.sql"));

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
        warehouse.execute("DROP TABLE fact_payment, dim_transaction, dim_date");
        Runs.first(lake).commit();

        assertThat(warehouse.load().loaded()).containsExactly(1L);
    }

    @Test
    void refusesWhatIsNarrower() {
        warehouse.execute("ALTER TABLE dim_design ALTER design_name TYPE varchar(20)");

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessage("WAREHOUSE_CONTRACT_BROKEN: column public.dim_design.design_name is character varying(20),"
                        + " expected character varying; put it right, or give another schema as WAREHOUSE_SCHEMA;"
                        + " nothing was changed");
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

    private static String resource(String name) throws IOException {
        try (InputStream content = AdoptionIT.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(content, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
