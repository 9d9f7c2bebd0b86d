package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same rows in tables of many forms: adopted, and loaded into, they end the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdoptedFormsIT {

    private static final String FUNCTIONS = """
            CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'facts are never changed'; END $$;
            CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN new.last_updated_date := date '2001-01-01'; RETURN new; END $$;""";

    private static final String TRIGGERS =
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'fact_sales_order'::regclass";

    private final Warehouse database;
    private final List<String> ordinary;
    private int forms;

    AdoptedFormsIT(@TempDir Path folder) {
        Lake lake = new Lake(folder.resolve("lake"));
        database = new Warehouse(lake, folder.resolve("work"));
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        ordinary = content(adopted("SELECT"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE fact_sales_order ALTER sales_record_id TYPE bigint, ALTER unit_price TYPE numeric,"
                        + " ALTER units_sold TYPE bigint, ALTER sales_staff_id TYPE bigint",
                "ALTER TABLE dim_staff ALTER staff_id TYPE bigint, ALTER first_name TYPE text, ALTER location TYPE text",
                "ALTER TABLE dim_date ALTER year TYPE bigint, ALTER month TYPE bigint, ALTER quarter TYPE bigint",
                "ALTER TABLE fact_purchase_order ALTER item_code TYPE varchar COLLATE \"C\"",
                "ALTER TABLE dim_currency ADD code varchar; UPDATE dim_currency SET code = currency_code;"
                        + " ALTER TABLE dim_currency DROP currency_code; ALTER TABLE dim_currency RENAME code TO currency_code;"
                        + " ALTER TABLE dim_currency ALTER currency_code SET NOT NULL",
                "ALTER TABLE dim_currency ALTER currency_code TYPE varchar(3), ALTER currency_name TYPE varchar(20) COLLATE \"C\";"
                        + " CREATE INDEX ON dim_currency (currency_name); ALTER TABLE dim_staff ALTER last_name TYPE varchar(6)",
                "ALTER TABLE dim_staff ADD note varchar, ADD seen int NOT NULL DEFAULT 7",
                "ALTER TABLE fact_sales_order ADD UNIQUE (sales_order_id, sales_record_id)",
                "CREATE VIEW mine AS SELECT * FROM fact_sales_order JOIN dim_staff ON staff_id = sales_staff_id",
                "ALTER TABLE dim_staff ALTER staff_id ADD GENERATED ALWAYS AS IDENTITY",
                "CREATE SEQUENCE staff_ids OWNED BY dim_staff.staff_id;"
                        + " ALTER TABLE dim_staff ALTER staff_id SET DEFAULT nextval('staff_ids')"
            })
    void endsLikeAnOrdinaryOne(String form) {
        assertThat(content(adopted(form))).isEqualTo(ordinary);
    }

    /** No fact is changed, so nothing is done that somebody does on every change. */
    @ParameterizedTest
    @CsvSource({
        "BEFORE UPDATE OR DELETE, forbid, ENABLE,         O",
        "BEFORE UPDATE OR DELETE, skip,   ENABLE,         O",
        "BEFORE UPDATE,           stamp,  ENABLE,         O",
        "BEFORE UPDATE,           stamp,  ENABLE ALWAYS,  A",
        "BEFORE UPDATE,           stamp,  ENABLE REPLICA, R",
        "BEFORE UPDATE,           stamp,  DISABLE,        D"
    })
    void setsOffNoTriggerAndLeavesItAsItWas(String event, String function, String enabled, String state) {
        Warehouse adopted = adopted(FUNCTIONS + " CREATE TRIGGER guard " + event
                + " ON fact_sales_order FOR EACH ROW EXECUTE FUNCTION " + function + "();"
                + " ALTER TABLE fact_sales_order " + enabled + " TRIGGER guard");

        assertThat(content(adopted)).isEqualTo(ordinary);
        assertThat(adopted.rows(TRIGGERS)).containsExactly("(guard," + state + ")");
    }

    /** A table cannot be altered while it has events that wait for the end of the transaction. */
    @Test
    void letsNoTriggerWaitForTheEnd() {
        Warehouse adopted = adopted(FUNCTIONS + " CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON fact_sales_order"
                + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION skip()");

        assertThat(content(adopted)).isEqualTo(ordinary);
        assertThat(adopted.rows(TRIGGERS)).containsExactly("(later,O)");
    }

    @Test
    void makesReferencesValidThatWereOnlyForNewRows() {
        Warehouse adopted = adopted("ALTER TABLE fact_sales_order ADD CONSTRAINT for_new_rows"
                + " FOREIGN KEY (sales_staff_id) REFERENCES dim_staff NOT VALID");

        assertThat(adopted.rows("SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated"
                        + " AND conrelid = 'fact_sales_order'::regclass"
                        + " AND conkey = ARRAY[(SELECT attnum FROM pg_attribute"
                        + " WHERE attrelid = conrelid AND attname = 'sales_staff_id')]"))
                .containsExactly("(for_new_rows)");
        assertThat(content(adopted)).isEqualTo(ordinary);
    }

    private Warehouse adopted(String form) {
        forms++;
        Warehouse adopted = database.another("form" + forms);
        adopted.execute("CREATE SCHEMA " + adopted.schema());
        adopted.execute(TablesBefore.TABLES);
        adopted.execute(TablesBefore.ROWS);
        adopted.execute(form);
        adopted.load();
        return adopted;
    }

    private static List<String> content(Warehouse adopted) {
        return adopted.rows(Totesys.CATALOGUE.targets().stream()
                .map(AdoptedFormsIT::content)
                .toArray(String[]::new));
    }

    private static String content(TargetTable table) {
        String columns = table.columns().stream().map(TargetColumn::name).collect(Collectors.joining(", "));
        boolean fact = table.kind() == TargetTable.Kind.FACT;
        String own = fact ? table.requireSurrogateKey() + ", supersedes" : "inferred";
        return "SELECT '" + table.name() + "', " + columns + ", " + own + ", etl_run FROM " + table.name()
                + " ORDER BY " + (fact ? table.requireSurrogateKey() : table.key());
    }
}
