package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.Row.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadStageIT {

    private static final String SALES =
            "SELECT sales_record_id, sales_order_id, units_sold, etl_run, supersedes FROM fact_sales_order ORDER BY 1";

    private final Path workFolder;
    private final Lake lake;
    private final Warehouse warehouse;

    LoadStageIT(@TempDir Path folder) {
        workFolder = folder.resolve("work");
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, workFolder);
    }

    @AfterEach
    void leavesNoFiles() {
        if (Files.exists(workFolder)) {
            assertThat(workFolder).isEmptyDirectory();
        }
    }

    @Test
    void withoutPublishingTheLogOfLoadedRunsStaysAsItIs() {
        Runs.first(lake).commit();

        assertThat(warehouse.loader().withoutPublishing().loadPending(Deadline.none()))
                .isEqualTo(new LoadAnswer(List.of(1L), 0, false, null));

        assertThat(lake.logs().loaded().tail()).isZero();
        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(), 0, false, null));
        assertThat(lake.logs().loaded().tail()).isEqualTo(1);
    }

    @Test
    void loadsAllElevenTablesOfTheFirstRun() {
        Runs.first(lake).commit();

        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(1L), 0, false, null));

        assertThat(warehouse.rows("SELECT * FROM fact_sales_order ORDER BY sales_record_id"))
                .containsExactly(
                        "(1,2,2026-11-20,09:58:07.123,2026-11-20,09:58:07.123,1,1,20,3.94,1,1,2026-11-21,2026-11-22,1,1,)",
                        "(2,3,2026-11-20,09:58:07.123,2026-11-20,09:58:07.123,1,1,30,3.94,1,1,2026-11-21,2026-11-22,1,1,)");
        assertThat(warehouse.rows("SELECT * FROM fact_purchase_order"))
                .containsExactly("(1,1,2026-11-20,09:58:07.123,2026-11-20,09:58:07.123,1,1,ZDOI5EA,5,-0.05,1,"
                        + "2026-11-22,2026-11-21,1,1,)");
        assertThat(warehouse.rows("SELECT * FROM fact_payment"))
                .containsExactly("(1,1,2026-11-20,09:58:07.123,2026-11-20,09:58:07.123,1,1,99999999.99,1,1,f,"
                        + "2026-11-23,1,)");
        assertThat(warehouse.rows("SELECT * FROM dim_date ORDER BY date_id LIMIT 1"))
                .containsExactly("(2026-11-20,2026,11,20,5,Friday,November,4,1,f)");
        assertThat(warehouse.rows("SELECT * FROM dim_location"))
                .containsExactly("(1,\"1 High Street\",,,Leeds,\"LS1 1AA\",England,\"0113 496 0000\",1,f)");
        assertThat(warehouse.rows("SELECT * FROM dim_transaction")).containsExactly("(1,SALE,2,,1,f)");
        assertThat(warehouse.rows("SELECT table_name, rows_read, inserted, updated, unchanged, inferred, quarantined"
                        + " FROM etl_run_table WHERE table_name LIKE 'fact%' ORDER BY table_name"))
                .containsExactly(
                        "(fact_payment,1,1,0,0,0,0)",
                        "(fact_purchase_order,1,1,0,0,0,0)",
                        "(fact_sales_order,2,2,0,0,0,0)");
        assertThat(lake.logs().loaded().read(1).tables())
                .hasSize(11)
                .contains(new TableLoad("fact_sales_order", 2, 2, 0, 0, 0, 0));
    }

    @Test
    void hasNothingToDoWhenNothingIsPending() {
        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(), 0, false, null));
        Runs.first(lake).commit();
        LoadStage loader = warehouse.loader();
        loader.loadPending(Deadline.none());

        assertThat(loader.loadPending(Deadline.none())).isEqualTo(new LoadAnswer(List.of(), 0, false, null));
    }

    @Test
    void keepsEveryVersionOfAFactAndTheLatestOfADimension() {
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        lake.run(3)
                .with("dim_staff", Row.staff(1, "Grace"))
                .with("fact_sales_order", Row.sale(2, 20))
                .commit();

        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(1L, 2L, 3L), 0, false, null));

        assertThat(warehouse.rows(SALES))
                .containsExactly("(1,2,20,1,)", "(2,3,30,1,)", "(3,2,21,2,1)", "(4,4,40,2,)", "(5,2,20,3,3)");
        assertThat(warehouse.rows("SELECT sales_record_id, sales_order_id FROM current_sales_order ORDER BY 2"))
                .containsExactly("(5,2)", "(2,3)", "(4,4)");
        assertThat(warehouse.rows("SELECT payment_record_id, paid FROM current_payment"))
                .containsExactly("(2,t)");
        assertThat(warehouse.rows("SELECT staff_id, first_name, etl_run FROM dim_staff ORDER BY 1"))
                .containsExactly("(1,Grace,3)", "(2,Alan,2)");
        assertThat(warehouse.rows("SELECT table_name, rows_read, inserted, updated, unchanged, inferred"
                        + " FROM etl_run_table WHERE run = 2 ORDER BY table_name"))
                .containsExactly(
                        "(dim_date,3,0,0,3,0)",
                        "(dim_design,1,0,0,1,1)",
                        "(dim_staff,2,1,1,0,0)",
                        "(fact_payment,1,1,0,0,0)",
                        "(fact_sales_order,3,2,0,1,0)");
    }

    @Test
    void makesUpMissingMembersUntilTheyArrive() {
        Row sale = Row.sale(1, 10)
                .with("agreed_payment_date", LocalDate.of(2024, 2, 29))
                .with("agreed_delivery_date", DAY.plusDays(2));
        lake.run(1)
                .with("fact_sales_order", sale, sale.with("sales_order_id", 2))
                .commit();
        warehouse.load();

        assertThat(warehouse.rows("SELECT * FROM dim_staff"))
                .containsExactly("(1,\"(unknown)\",\"(unknown)\",\"(unknown)\",,\"(unknown)\",1,t)");
        assertThat(warehouse.rows("SELECT * FROM dim_date ORDER BY date_id"))
                .containsExactly(
                        "(2024-02-29,2024,2,29,4,Thursday,February,1,1,t)",
                        "(2026-11-20,2026,11,20,5,Friday,November,4,1,t)",
                        "(2026-11-22,2026,11,22,7,Sunday,November,4,1,t)");
        assertThat(warehouse.rows(
                        "SELECT table_name, rows_read, inferred FROM etl_run_table ORDER BY table_name COLLATE \"C\""))
                .containsExactly(
                        "(dim_counterparty,0,1)",
                        "(dim_currency,0,1)",
                        "(dim_date,0,3)",
                        "(dim_design,0,1)",
                        "(dim_location,0,1)",
                        "(dim_staff,0,1)",
                        "(fact_sales_order,2,0)");

        lake.run(2)
                .with("dim_date", Row.day(DAY))
                .with("dim_staff", Row.staff(1, "Grace"))
                .commit();
        warehouse.load();

        assertThat(warehouse.rows("SELECT staff_id, first_name, etl_run, inferred FROM dim_staff"))
                .containsExactly("(1,Grace,2,f)");
        assertThat(warehouse.rows("SELECT date_id, etl_run FROM dim_date WHERE NOT inferred"))
                .containsExactly("(2026-11-20,2)");
        assertThat(warehouse.rows("SELECT table_name, inserted, updated FROM etl_run_table WHERE run = 2 ORDER BY 1"))
                .containsExactly("(dim_date,0,1)", "(dim_staff,0,1)");
    }

    @Test
    void takesTheLaterOfSeveralRowsWithOneKey() {
        Runs.first(lake)
                .with("dim_staff", Row.staff(1, "Grace"), Row.staff(1, "Ada"))
                .with("fact_sales_order", Row.sale(3, 31))
                .with("dim_date", 5, List.of(Row.day(DAY)))
                .commit();
        warehouse.load();

        assertThat(warehouse.rows("SELECT first_name FROM dim_staff")).containsExactly("(Ada)");
        assertThat(warehouse.rows(SALES)).containsExactly("(1,2,20,1,)", "(2,3,31,1,)");
        assertThat(warehouse.rows("SELECT table_name, rows_read, inserted, updated, unchanged, quarantined"
                        + " FROM etl_run_table WHERE unchanged > 0 ORDER BY table_name"))
                .containsExactly("(dim_date,5,4,0,1,5)", "(dim_staff,3,1,0,2,0)", "(fact_sales_order,3,2,0,1,0)");
    }

    @Test
    void keepsNastyTextAndTellsNullFromEmpty() {
        List<String> nasty =
                List.of("", "\\N", "\\", "a\tb\r\nc\\d", "\\.", "NULL", "\"',;", "İıß€🎈", " x ", "\u0001");
        Lake.Run run = lake.run(1);
        for (int i = 0; i < nasty.size(); i++) {
            run.with("dim_location", Row.location(i, nasty.get(i)).with("district", nasty.get(i)));
        }
        run.with("dim_location", Row.location(nasty.size(), "x")).commit();
        warehouse.load();

        for (int i = 0; i < nasty.size(); i++) {
            assertThat(warehouse.text("SELECT city FROM dim_location WHERE location_id = " + i))
                    .isEqualTo(nasty.get(i));
        }
        assertThat(warehouse.rows("SELECT location_id FROM dim_location WHERE district IS NULL"))
                .containsExactly("(10)");
        assertThat(warehouse.rows("SELECT location_id FROM dim_location WHERE district = ''"))
                .containsExactly("(0)");
    }

    @Test
    void waitsForMissingObjectsAndTouchesNothing() {
        Lake.Run run = lake.run(1)
                .with("dim_staff", Row.staff(1, "Grace"))
                .without("dim_currency")
                .commit();
        String missing = run.lastLocation();

        assertThat(warehouse.load())
                .isEqualTo(new LoadAnswer(
                        List.of(), 1, true, "run 1 waits for 1 of its 2 Parquet objects; the first is " + missing));
        assertThat(warehouse.content()).isEmpty();

        run.complete(1, Row.currency(1, "GBP"));
        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(1L), 0, false, null));
    }

    @Test
    void leavesTheRestToTheNextInvocationWhenTimeIsShort() {
        Runs.first(lake).commit();
        Runs.second(lake).commit();

        assertThat(warehouse.loader().loadPending(new Deadline(() -> Duration.ofSeconds(30))))
                .isEqualTo(new LoadAnswer(List.of(1L), 1, true, null));
    }

    @Test
    void writesTheManifestThatAStoppedLoadLeftOut() {
        Runs.first(lake).commit();
        TestServers.shared()
                .requireLoopback()
                .faults()
                .next(Operation.PUT_OBJECT, "runs/", new Fault.Refuse(403, "AccessDenied"));
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessageStartingWith("AWS_ACCESS_DENIED: ");
        assertThat(lake.logs().loaded().tail()).isZero();
        assertThat(warehouse.rows("SELECT run FROM etl_run")).containsExactly("(1)");

        assertThat(warehouse.load()).isEqualTo(new LoadAnswer(List.of(), 0, false, null));

        LoadManifest written = lake.logs().loaded().read(1);
        new Warehouse(lake, workFolder).load();
        assertThat(lake.logs().loaded().read(1)).isEqualTo(written);
        assertThat(written.tables()).hasSize(11).contains(new TableLoad("fact_sales_order", 2, 2, 0, 0, 0, 0));
    }

    @Test
    void rebuildsAWarehouseFromTheLog() {
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        warehouse.load();
        Warehouse rebuilt = new Warehouse(lake, workFolder);

        assertThat(rebuilt.load()).isEqualTo(new LoadAnswer(List.of(1L, 2L), 0, false, null));

        assertThat(rebuilt.content()).isEqualTo(warehouse.content());
    }

    @Test
    void livesInASchemaOfItsOwn() {
        Warehouse elsewhere = new Warehouse(lake, workFolder, "star_2026");
        Runs.first(lake).commit();
        Runs.second(lake).commit();
        elsewhere.load();
        warehouse.load();

        assertThat(elsewhere.content()).isEqualTo(warehouse.content());
        assertThat(elsewhere.rows("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"))
                .containsExactly("(0)");
    }

    @Test
    void refusesATableThatTheCatalogueDoesNotHave() {
        Runs.first(lake).commit();
        lake.run(2)
                .with("dim_staff", Row.staff(1, "Ada"))
                .with("dim_weather", new byte[1])
                .commit();

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(warehouse::load)
                .withMessageStartingWith("UNKNOWN_TABLE: \"dim_weather\" is not a target table of the catalogue;");
        assertThat(warehouse.rows("SELECT staff_id, first_name, etl_run FROM dim_staff"))
                .containsExactly("(1,Grace,1)");
        assertThat(lake.logs().loaded().tail()).isOne();
    }

    @Test
    void noticesThatTheWarehouseBelongsToAnotherLog() {
        Runs.first(lake).commit();
        warehouse.load();
        Lake other = new Lake(workFolder.resolveSibling("other"));
        LoadStage loader = new Warehouse(other, workFolder)
                .loader(Warehouse.connections(warehouse.database().owner()));

        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> loader.loadPending(Deadline.none()))
                .withMessage(
                        "RUN_LOG_CORRUPT: warehouse schema public has been loaded up to run 1 from another log: the"
                                + " log in the ingestion bucket ends with run 0; give the function the buckets that the"
                                + " warehouse was loaded from, or an empty schema");
    }

    @Test
    void noticesThatARunIsFromAnotherLog() {
        Runs.first(lake).commit();
        LoadStage warm = warehouse.loader();
        warm.loadPending(Deadline.none());
        Runs.second(lake).commit();
        warehouse.execute("UPDATE etl_run SET extract_attempt = 'elsewhere'");
        List<String> before = warehouse.content();

        for (LoadStage loader : List.of(warm, warehouse.loader())) {
            assertThatExceptionOfType(PipelineException.class)
                    .isThrownBy(() -> loader.loadPending(Deadline.none()))
                    .withMessage("RUN_LOG_CORRUPT: warehouse schema public has been loaded up to run 1 from another"
                            + " log: " + lake.logs().committed().locate(1) + " is of attempt attempt1, in the ledger it"
                            + " is elsewhere; give the function the buckets that the warehouse was loaded from, or an"
                            + " empty schema");
        }
        assertThat(warehouse.content()).isEqualTo(before);
    }

    @Test
    void readsNoManifestWhenNothingHappened() {
        Runs.first(lake).commit();
        LoadStage loader = warehouse.loader();
        loader.loadPending(Deadline.none());
        Faults faults = TestServers.shared().requireLoopback().faults();
        faults.next(Operation.GET_OBJECT, "runs/", Fault.slowDown());

        loader.loadPending(Deadline.none());

        assertThat(faults.waiting()).isOne();
        faults.clear();
    }

    @Test
    void reportsFigures() {
        Runs.first(lake).commit();
        warehouse.load();
        Runs.second(lake)
                .with("dim_currency", 3, List.of(Row.currency(1, "GBP")))
                .commit();

        assertThat(figuresOfALoad())
                .containsEntry("ROWS_INSERTED fact_sales_order", 2L)
                .containsEntry("ROWS_UPDATED dim_staff", 1L)
                .containsEntry("INFERRED_MEMBERS dim_design", 1L)
                .containsEntry("ROWS_QUARANTINED dim_currency", 3L)
                .doesNotContainKey("ROWS_QUARANTINED dim_staff")
                .containsEntry("RUNS_PENDING", 0L)
                .containsEntry("HEARTBEAT", 1L)
                .containsKeys("FRESHNESS", "DURATION");
    }

    @Test
    void reportsNoHeartbeatWhileARunIsPending() {
        lake.run(1).without("dim_staff").commit();

        assertThat(figuresOfALoad()).containsEntry("RUNS_PENDING", 1L).doesNotContainKey("HEARTBEAT");
    }

    @Test
    void reportsWhatWasQuarantinedInARunWhoseLoadWasStopped() {
        lake.run(1).with("dim_currency", 3, List.of(Row.currency(1, "GBP"))).commit();
        Figures stopped = new Figures();
        TestServers.shared()
                .requireLoopback()
                .faults()
                .next(Operation.PUT_OBJECT, "runs/", new Fault.Refuse(403, "AccessDenied"));
        assertThatExceptionOfType(PipelineException.class).isThrownBy(() -> loadWith(stopped));
        Figures next = new Figures();
        loadWith(next);

        assertThat(List.of(stopped.values(), next.values()))
                .allSatisfy(figures -> assertThat(figures).containsEntry("ROWS_QUARANTINED dim_currency", 3L));
    }

    private Map<String, Long> figuresOfALoad() {
        Figures figures = new Figures();
        loadWith(figures);
        return figures.values();
    }

    private void loadWith(Metrics metrics) {
        warehouse
                .loader(
                        Warehouse.connections(warehouse.database().owner()),
                        Migration.all(),
                        metrics,
                        Warehouse.LOCK_TIMEOUT)
                .loadPending(Deadline.none());
    }
}
