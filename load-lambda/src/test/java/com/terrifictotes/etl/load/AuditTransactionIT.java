package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.load.AuditedSource.BITS;
import static com.terrifictotes.etl.load.AuditedSource.LAST;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.TableAudit;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warehouse is compared with what runs say of the source, and becomes what the source is. */
final class AuditTransactionIT {

    private static final String[] ALL = Totesys.CATALOGUE.targets().stream()
            .filter(table -> table.sourceTable().isPresent())
            .map(TargetTable::name)
            .toArray(String[]::new);

    /** What a function that is about to be stopped has left: it begins one run. */
    private static final Deadline ONE_RUN = new Deadline(() -> Duration.ofSeconds(30));

    private final Lake lake;
    private final Path workFolder;
    private final Warehouse warehouse;
    private final AuditedSource source;
    private int runs;

    AuditTransactionIT(@TempDir Path folder) {
        workFolder = folder.resolve("work");
        lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, workFolder);
        source = new AuditedSource(warehouse);
    }

    @Test
    void equalTablesAreVerified() {
        first().saying(source.whole(ALL)).commit();

        Figures figures = load(new LoadAnswer(List.of(1L), 0, false, null));

        assertThat(audit(1).differing()).isEmpty();
        assertThat(audit(1).tables())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ALL)
                        .map(table -> whole(table, 0, 0, 0, 0, snapshot(1)))
                        .toList());
        assertThat(figures.values())
                .containsEntry("AUDIT_DIFFERENCES", 0L)
                .containsEntry("DELETES_HELD_BACK", 0L)
                .doesNotContainKeys("ROWS_DELETED", "AUDIT_DIFFERENCES dim_staff");
        assertThat(warehouse.rows("SELECT table_name, differing_ranges, rows_held_back FROM audit_status JOIN etl_run"
                        + " ON verified_through = snapshot_time AND audited_at = snapshot_time"))
                .hasSize(10)
                .contains("(dim_staff,0,0)");
        assertThat(warehouse.rows("SELECT table_name, rows_compared FROM etl_audit WHERE rows_compared <> 1"))
                .containsExactly("(fact_sales_order,2)");

        bring(next(), "dim_staff", Row.staff(2, "Alan")).commit();
        assertThat(load(new LoadAnswer(List.of(2L), 0, false, null)).values())
                .as("nothing was audited")
                .doesNotContainKeys("AUDIT_DIFFERENCES", "DELETES_HELD_BACK");
        assertThat(lake.logs().loaded().read(2).audit()).isNull();
    }

    /** A run that had to wait for its audit would keep all later ones from the warehouse. */
    @Test
    void whatCannotBeComparedInTimeIsLeftToTheNextAudit() throws Exception {
        first().commit();
        warehouse.load();
        next().saying(source.whole("dim_staff")).commit();
        try (Connection slow = warehouse.database().connect();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("LOCK TABLE deleted_record");

            assertThat(warehouse.loader().loadPending(new Deadline(() -> Duration.ofSeconds(61))))
                    .isEqualTo(new LoadAnswer(List.of(2L), 0, false, null));
        }
        assertThat(warehouse.rows("SELECT run FROM etl_audit")).isEmpty();

        next().saying(source.whole("dim_staff")).commit();
        load(new LoadAnswer(List.of(3L), 0, false, null));
        assertThat(audit(3).tables()).containsExactly(whole("dim_staff", 0, 0, 0, 0, snapshot(3)));
    }

    @Test
    void differenceIsAskedForUntilItIsReadAgain() {
        first().commit();
        warehouse.load();
        warehouse.execute("UPDATE dim_staff SET first_name = 'Nobody'; DELETE FROM fact_payment;"
                + " UPDATE dim_currency SET currency_name = 'Its name is not compared'");
        next().saying(source.whole(ALL)).commit();
        TestServers.shared()
                .requireLoopback()
                .faults()
                .next(Operation.PUT_OBJECT, "runs/", new Fault.Refuse(403, "AccessDenied"));
        assertThatExceptionOfType(PipelineException.class).isThrownBy(warehouse::load);
        assertThat(lake.logs().loaded().tail()).isEqualTo(1);

        load(new LoadAnswer(List.of(), 0, false, null));
        DifferentRange staff = new DifferentRange("dim_staff", 0, LAST);
        DifferentRange payments = new DifferentRange("fact_payment", 0, LAST);
        WarehouseAudit left = audit(2);
        assertThat(left.differing()).containsExactly(staff, payments);
        assertThat(left.tables())
                .hasSize(10)
                .contains(
                        whole("dim_staff", 0, 0, 0, 0, null),
                        whole("fact_payment", 0, 0, 0, 0, null),
                        whole("dim_currency", 0, 0, 0, 0, snapshot(2)));

        next().saying(source.whole(ALL)).commit();
        load(new LoadAnswer(List.of(3L), 0, true, null));
        assertThat(audit(3).differing()).isEqualTo(left.differing());
        load(new LoadAnswer(List.of(), 0, false, null));

        bring(next(), "dim_design", Row.design(2, "Canvas")).commit();
        load(new LoadAnswer(List.of(4L), 0, true, null));
        assertThat(audit(4)).isEqualTo(new WarehouseAudit(List.of(), List.of(staff, payments)));

        source.put("dim_staff", Row.staff(2, "Alan"));
        source.readAgain(next().with("dim_staff", Row.staff(2, "Alan")), List.of(staff))
                .commit();
        Figures figures = load(new LoadAnswer(List.of(5L), 0, true, null));
        assertThat(audit(5))
                .as("the change of Alan is no repair")
                .isEqualTo(
                        new WarehouseAudit(List.of(ranges("dim_staff", 1, 1, 0, 0, snapshot(3))), List.of(payments)));
        assertThat(figures.values())
                .containsEntry("AUDIT_DIFFERENCES dim_staff", 1L)
                .doesNotContainKey("AUDIT_DIFFERENCES");

        source.readAgain(next(), List.of(payments), source.figures("dim_staff", BITS, false))
                .commit();
        figures = load(new LoadAnswer(List.of(6L), 0, false, null));
        assertThat(audit(6))
                .isEqualTo(new WarehouseAudit(
                        List.of(
                                whole("dim_staff", 0, 0, 0, 0, snapshot(6)),
                                ranges("fact_payment", 1, 1, 0, 0, snapshot(3))),
                        List.of()));
        assertThat(figures.values())
                .containsEntry("AUDIT_DIFFERENCES fact_payment", 1L)
                .containsEntry("DELETES_HELD_BACK", 0L)
                .doesNotContainKey("AUDIT_DIFFERENCES");

        next().saying(source.whole(ALL)).commit();
        load(new LoadAnswer(List.of(7L), 0, false, null));
        assertThat(audit(7).tables()).hasSize(10).allMatch(table -> snapshot(7).equals(table.verifiedThrough()));
    }

    /** A row of each of two tables is not brought; of one of them, the transformation says so. */
    @Test
    void whatReadingAgainDoesNotExplainIsToldByEveryAuditAndAskedForOnce() {
        first().commit();
        source.put("dim_design", Row.design(5, "Never brought"));
        source.lose("dim_design", 5);
        source.put("dim_staff", Row.staff(5, "Not representable"));
        source.quarantine("dim_staff", 5);
        next().saying(source.whole("dim_design", "dim_staff", "dim_location")).commit();
        load(new LoadAnswer(List.of(1L, 2L), 0, true, null));
        source.readAgain(next(), audit(2).differing()).commit();

        Figures figures = load(new LoadAnswer(List.of(3L), 0, false, null));
        assertThat(audit(3))
                .isEqualTo(new WarehouseAudit(
                        List.of(ranges("dim_design", 1, 0, 0, 0, null), ranges("dim_staff", 0, 0, 0, 0, snapshot(2))),
                        List.of()));
        assertThat(figures.values()).containsEntry("AUDIT_DIFFERENCES dim_design", 1L);
        for (long run = 4; run <= 5; run++) {
            next().saying(source.whole("dim_design", "dim_staff", "dim_location"))
                    .commit();
            figures = load(new LoadAnswer(List.of(run), 0, false, null));
            assertThat(audit(run))
                    .isEqualTo(new WarehouseAudit(
                            List.of(
                                    whole("dim_design", 1, 0, 0, 0, null),
                                    whole("dim_location", 0, 0, 0, 0, snapshot(run)),
                                    whole("dim_staff", 0, 0, 0, 0, snapshot(run))),
                            List.of()));
            assertThat(figures.values())
                    .containsEntry("AUDIT_DIFFERENCES dim_design", 1L)
                    .containsEntry("DELETES_HELD_BACK", 0L)
                    .doesNotContainKey("AUDIT_DIFFERENCES");
        }
        assertThat(warehouse.rows("SELECT table_name, run, state, row_difference FROM etl_audit_range ORDER BY 1"))
                .containsExactly("(dim_design,2,unexplained,1)", "(dim_staff,2,quarantined,1)");

        source.put("dim_design", Row.design(6, "Another one"));
        source.lose("dim_design", 6);
        source.put("dim_staff", Row.staff(5, "Corrected"));
        next().saying(source.whole("dim_design", "dim_staff")).commit();
        load(new LoadAnswer(List.of(6L), 0, true, null));
        assertThat(audit(6).differing()).isEqualTo(audit(2).differing());
        assertThat(audit(6).tables())
                .as("what happened since is another difference")
                .containsExactly(whole("dim_design", 0, 0, 0, 0, null), whole("dim_staff", 0, 0, 0, 0, null));

        source.readAgain(
                        next(),
                        audit(6).differing(),
                        source.figures("dim_design", BITS, false),
                        source.figures("dim_staff", BITS, false))
                .commit();
        load(new LoadAnswer(List.of(7L), 0, false, null));
        assertThat(audit(7).tables())
                .as("found twice in a run, it is one difference")
                .containsExactly(whole("dim_design", 1, 0, 0, 0, null), whole("dim_staff", 1, 1, 0, 0, snapshot(7)));
    }

    @Test
    void massDeletionsAreHeldBackUntilTheyAreAccepted() {
        Lake.Run first = next();
        bring(first, "dim_design", rows(20, key -> Row.design(key, "Wooden")));
        bring(first, "dim_staff", rows(19, key -> Row.staff(key, "Grace")));
        bring(first, "dim_currency", rows(3, key -> Row.currency(key, "EUR")));
        bring(first, "dim_payment_type", rows(3, key -> Row.paymentType(key, "SALES_RECEIPT")));
        bring(first, "dim_location", rows(1, key -> Row.location(key, "Leeds")));
        bring(first, "dim_counterparty", rows(30, key -> Row.counterparty(key, "Fahey and Sons")));
        first.commit();
        source.remove("dim_design", 1, 20);
        source.remove("dim_staff", 1, 19);
        source.remove("dim_currency", 2);
        source.remove("dim_payment_type", 1, 2);
        source.remove("dim_location", 1);
        source.remove("dim_counterparty", 1, 2, 3, 4);
        next().saying(new SourceAudit(
                        Stream.of(
                                        "dim_design",
                                        "dim_staff",
                                        "dim_currency",
                                        "dim_payment_type",
                                        "dim_location",
                                        "dim_counterparty")
                                .map(table -> source.figures(table, BITS, table.equals("dim_counterparty")))
                                .toList(),
                        List.of(),
                        List.of()))
                .commit();

        Figures figures = load(new LoadAnswer(List.of(1L, 2L), 0, true, null));
        assertThat(audit(2).tables())
                .contains(whole("dim_staff", 0, 0, 0, 2, null), whole("dim_payment_type", 0, 0, 0, 2, null));
        assertThat(audit(2).differing())
                .extracting(DifferentRange::target)
                .containsExactly("dim_counterparty", "dim_currency", "dim_design", "dim_location");
        assertThat(figures.values())
                .containsEntry("DELETES_HELD_BACK dim_staff", 2L)
                .containsEntry("DELETES_HELD_BACK dim_payment_type", 2L)
                .containsEntry("AUDIT_DIFFERENCES", 0L)
                .doesNotContainKey("DELETES_HELD_BACK");

        source.readAgain(next(), audit(2).differing()).commit();
        figures = load(new LoadAnswer(List.of(3L), 0, false, null));
        assertThat(audit(3).tables())
                .containsExactly(
                        ranges("dim_counterparty", 0, 0, 4, 0, snapshot(2)),
                        ranges("dim_currency", 0, 0, 1, 0, snapshot(2)),
                        ranges("dim_design", 0, 0, 2, 0, snapshot(2)),
                        ranges("dim_location", 0, 0, 1, 0, snapshot(2)));
        assertThat(figures.values())
                .containsEntry("ROWS_DELETED dim_counterparty", 4L)
                .containsEntry("ROWS_DELETED dim_design", 2L);
        assertThat(gone())
                .containsExactly(
                        "(dim_counterparty,1,3)",
                        "(dim_counterparty,2,3)",
                        "(dim_counterparty,3,3)",
                        "(dim_counterparty,4,3)",
                        "(dim_currency,2,3)",
                        "(dim_design,1,3)",
                        "(dim_design,20,3)",
                        "(dim_location,1,3)");

        next().saying(source.whole("dim_design", "dim_staff", "dim_payment_type"))
                .commit();
        load(new LoadAnswer(List.of(4L), 0, false, null));
        assertThat(audit(4).tables())
                .containsExactly(
                        whole("dim_design", 0, 0, 0, 0, snapshot(4)),
                        whole("dim_payment_type", 0, 0, 0, 2, null),
                        whole("dim_staff", 0, 0, 0, 2, null));
        next().saying(new SourceAudit(
                        List.of(
                                source.figures("dim_staff", BITS, true),
                                source.figures("dim_payment_type", BITS, false)),
                        List.of(),
                        List.of()))
                .commit();
        load(new LoadAnswer(List.of(5L), 0, true, null));
        assertThat(audit(5).differing()).containsExactly(new DifferentRange("dim_staff", 0, LAST));

        source.readAgain(next(), audit(5).differing()).commit();
        load(new LoadAnswer(List.of(6L), 0, false, null));
        assertThat(audit(6).tables()).containsExactly(ranges("dim_staff", 0, 0, 2, 0, snapshot(5)));
        assertThat(warehouse.rows("SELECT table_name, rows_held_back, differing_ranges FROM audit_status"
                        + " WHERE rows_held_back > 0 OR differing_ranges > 0"))
                .containsExactly("(dim_payment_type,2,1)");
    }

    /** The audit alone would believe each of them. */
    @Test
    void deletionsThatAddUpSinceAnAuditAreHeldBack() {
        int second = 1 << BITS;
        bring(next(), "dim_design", rows(10, key -> Row.design(key, "Wooden")))
                .with("dim_design", rows(10, key -> Row.design(second + key, "Wooden")))
                .commit();
        source.put("dim_design", rows(10, key -> Row.design(second + key, "Wooden")));
        source.remove("dim_design", 1, second + 1);
        next().saying(source.whole("dim_design")).commit();
        load(new LoadAnswer(List.of(1L, 2L), 0, true, null));
        DifferentRange low = new DifferentRange("dim_design", 0, LAST);
        DifferentRange high = new DifferentRange("dim_design", second, second + LAST);
        assertThat(audit(2).differing()).containsExactly(low, high);

        source.remove("dim_design", 2);
        source.readAgain(next(), List.of(low)).commit();
        load(new LoadAnswer(List.of(3L), 0, true, null));
        assertThat(audit(3))
                .isEqualTo(new WarehouseAudit(List.of(ranges("dim_design", 0, 0, 2, 0, null)), List.of(high)));

        source.put("dim_design", Row.design(second + 2, "Repaired, however many rows are gone"));
        source.readAgain(next(), List.of(high)).commit();
        Figures figures = load(new LoadAnswer(List.of(4L), 0, false, null));
        assertThat(audit(4).tables()).containsExactly(ranges("dim_design", 1, 1, 0, 1, null));
        assertThat(figures.values())
                .containsEntry("DELETES_HELD_BACK dim_design", 1L)
                .doesNotContainKey("ROWS_DELETED dim_design");
        assertThat(gone()).as("what was believed before as well").isEmpty();
        assertThat(warehouse.text("SELECT design_name FROM dim_design WHERE design_id = " + (second + 2)))
                .isEqualTo("Repaired, however many rows are gone");
        assertThat(warehouse.rows("SELECT first_key, state, rows_gone FROM etl_audit_range"))
                .containsExactly("(" + second + ",\"held back\",1)");

        next().saying(source.whole("dim_design")).commit();
        load(new LoadAnswer(List.of(5L), 0, false, null));
        assertThat(audit(5)).isEqualTo(new WarehouseAudit(List.of(whole("dim_design", 0, 0, 0, 3, null)), List.of()));

        next().saying(new SourceAudit(List.of(source.figures("dim_design", BITS, true)), List.of(), List.of()))
                .commit();
        // An audit that says nothing of it takes nothing back.
        next().saying(source.whole("dim_design")).commit();
        source.readAgain(next(), List.of(low, high)).commit();
        load(new LoadAnswer(List.of(6L, 7L, 8L), 0, false, null));
        assertThat(audit(8).tables()).containsExactly(ranges("dim_design", 0, 0, 3, 0, snapshot(7)));
        assertThat(gone())
                .containsExactly("(dim_design,1,8)", "(dim_design,2,8)", "(dim_design," + (second + 1) + ",8)");
    }

    @Test
    void deletionsThatAreHeldBackWaitForAPersonHoweverTheTableGrows() {
        bring(next(), "dim_design", rows(10, key -> Row.design(key, "Wooden"))).commit();
        source.remove("dim_design", 1, 2);
        next().saying(source.whole("dim_design")).commit();
        load(new LoadAnswer(List.of(1L, 2L), 0, false, null));
        assertThat(audit(2).tables()).containsExactly(whole("dim_design", 0, 0, 0, 2, null));

        bring(next(), "dim_design", rows(10, key -> Row.design((1 << BITS) + key, "Granite")))
                .saying(source.whole("dim_design"))
                .commit();
        load(new LoadAnswer(List.of(3L), 0, false, null));
        assertThat(audit(3)).isEqualTo(new WarehouseAudit(List.of(whole("dim_design", 0, 0, 0, 2, null)), List.of()));
        source.put("dim_design", Row.design(1, "Wooden"));
        next().with("dim_design", Row.design(1, "Wooden"))
                .saying(source.whole("dim_design"))
                .commit();
        load(new LoadAnswer(List.of(4L), 0, false, null));
        assertThat(audit(4).tables()).containsExactly(whole("dim_design", 0, 0, 0, 1, null));

        next().saying(new SourceAudit(List.of(source.figures("dim_design", BITS, true)), List.of(), List.of()))
                .commit();
        load(new LoadAnswer(List.of(5L), 0, true, null));
        source.readAgain(next(), audit(5).differing()).commit();
        load(new LoadAnswer(List.of(6L), 0, false, null));
        assertThat(audit(6).tables()).containsExactly(ranges("dim_design", 0, 0, 1, 0, snapshot(5)));
    }

    /** Beside what differs, be it left out of an audit: nobody may take it for gone. */
    @Test
    void whatAnAuditLeavesOutIsToldAsLongAsItIsOpen() {
        first().commit();
        bring(next(), "dim_staff", rows(3, key -> Row.staff(key, "Grace"))).commit();
        source.remove("dim_staff", 1, 2);
        source.put("dim_design", Row.design(5, "Never brought"));
        source.lose("dim_design", 5);
        next().saying(source.whole("dim_design", "dim_staff")).commit();
        load(new LoadAnswer(List.of(1L, 2L, 3L), 0, true, null));
        source.readAgain(next(), audit(3).differing()).commit();
        load(new LoadAnswer(List.of(4L), 0, false, null));

        next().saying(source.whole("dim_location")).commit();
        Figures figures = load(new LoadAnswer(List.of(5L), 0, false, null));

        assertThat(audit(5).tables())
                .containsExactly(
                        ranges("dim_design", 1, 0, 0, 0, null),
                        whole("dim_location", 0, 0, 0, 0, snapshot(5)),
                        ranges("dim_staff", 0, 0, 0, 2, null));
        assertThat(figures.values())
                .containsEntry("AUDIT_DIFFERENCES dim_design", 1L)
                .containsEntry("DELETES_HELD_BACK dim_staff", 2L)
                .containsEntry("AUDIT_AGE", 4 * 300L)
                .doesNotContainKeys("AUDIT_DIFFERENCES", "DELETES_HELD_BACK");
    }

    /** By the clock of the source, for while that cannot be read there is nothing to compare. */
    @Test
    void runsTellHowMuchOlderTheOldestAuditIs() {
        first().commit();
        assertThat(load(new LoadAnswer(List.of(1L), 0, false, null)).values()).containsEntry("AUDIT_AGE", 0L);
        bring(next(), "dim_staff", Row.staff(2, "Alan")).commit();
        assertThat(load(new LoadAnswer(List.of(2L), 0, false, null)).values()).containsEntry("AUDIT_AGE", 300L);

        next().saying(source.whole(ALL)).commit();
        assertThat(load(new LoadAnswer(List.of(3L), 0, false, null)).values()).containsEntry("AUDIT_AGE", 0L);
        assertThat(load(new LoadAnswer(List.of(), 0, false, null)).values())
                .as("nothing new")
                .containsEntry("AUDIT_AGE", 0L);
        String[] others =
                Arrays.stream(ALL).filter(table -> !table.equals("dim_design")).toArray(String[]::new);
        next().saying(source.whole(others)).commit();
        assertThat(load(new LoadAnswer(List.of(4L), 0, false, null)).values())
                .as("a table was left out")
                .containsEntry("AUDIT_AGE", 300L);

        source.remove("dim_staff", 2);
        next().saying(source.whole(ALL)).commit();
        assertThat(load(new LoadAnswer(List.of(5L), 0, true, null)).values())
                .as("what is asked for is not concluded")
                .containsEntry("AUDIT_AGE", 300L);
        source.readAgain(next(), audit(5).differing()).commit();
        assertThat(load(new LoadAnswer(List.of(6L), 0, false, null)).values()).containsEntry("AUDIT_AGE", 300L);
    }

    @Test
    void rowsAreGoneUntilTheyComeBackAndMembersThatWereMadeUpAreNeither() {
        bring(next(), "fact_sales_order", rows(20, key -> Row.sale(key, key)))
                .saying(source.whole(ALL))
                .commit();
        load(new LoadAnswer(List.of(1L), 0, false, null));
        assertThat(warehouse.rows("SELECT staff_id FROM dim_staff WHERE inferred"))
                .containsExactly("(1)");
        assertThat(audit(1).tables()).hasSize(10).allMatch(table -> snapshot(1).equals(table.verifiedThrough()));

        DifferentRange staff = new DifferentRange("dim_staff", 0, LAST);
        DifferentRange sales = new DifferentRange("fact_sales_order", 0, LAST);
        source.remove("fact_sales_order", 3, 4);
        source.readAgain(next(), List.of(staff, sales)).commit();
        load(new LoadAnswer(List.of(2L), 0, false, null));
        assertThat(audit(2).tables())
                .as("nobody asked, so it says nothing of the rest of the table")
                .containsExactly(ranges("dim_staff", 0, 0, 0, 0, null), ranges("fact_sales_order", 0, 0, 2, 0, null));
        assertThat(gone()).containsExactly("(fact_sales_order,3,2)", "(fact_sales_order,4,2)");
        assertThat(warehouse.rows("SELECT sales_order_id FROM current_sales_order WHERE sales_order_id < 6 ORDER BY 1"))
                .containsExactly("(1)", "(2)", "(5)");
        assertThat(warehouse.rows("SELECT FROM fact_sales_order")).hasSize(20);

        bring(next(), "fact_sales_order", Row.sale(3, 3)).commit();
        source.put("fact_sales_order", Row.sale(4, 44));
        source.put("dim_staff", Row.staff(1, "Grace"));
        source.readAgain(next(), List.of(staff, sales)).commit();
        load(new LoadAnswer(List.of(3L, 4L), 0, false, null));
        assertThat(audit(4).tables())
                .containsExactly(ranges("dim_staff", 1, 1, 0, 0, null), ranges("fact_sales_order", 1, 1, 0, 0, null));
        assertThat(gone()).isEmpty();
        assertThat(warehouse.rows("SELECT sales_order_id, units_sold FROM current_sales_order"
                        + " WHERE sales_order_id < 6 ORDER BY 1"))
                .containsExactly("(1,1)", "(2,2)", "(3,3)", "(4,44)", "(5,5)");

        source.remove("fact_sales_order", 1);
        source.readAgain(next(), List.of(sales)).commit();
        next().saying(source.whole(ALL)).commit();
        load(new LoadAnswer(List.of(5L, 6L), 0, false, null));
        assertThat(gone()).containsExactly("(fact_sales_order,1,5)");
        assertThat(audit(6).tables()).hasSize(10).allMatch(table -> snapshot(6).equals(table.verifiedThrough()));

        Warehouse rebuilt = warehouse.another("rebuilt");
        rebuilt.load();
        assertThat(content(rebuilt)).isEqualTo(content(warehouse));
    }

    @Test
    void oneRunIsNotAskedToReadMoreThanItCanAndRangesMayGrow() {
        bring(next(), "dim_design", Row.design(1, "Wooden")).commit();
        source.put("dim_design", rows(70, key -> Row.design(key << BITS, "Missing")));
        next().saying(source.whole("dim_design")).commit();
        load(new LoadAnswer(List.of(1L, 2L), 0, true, null));

        assertThat(audit(2).differing())
                .hasSize(64)
                .startsWith(new DifferentRange("dim_design", 1 << BITS, (2 << BITS) - 1))
                .endsWith(new DifferentRange("dim_design", 64 << BITS, (65 << BITS) - 1));
        assertThat(warehouse.rows("SELECT FROM etl_audit_range")).hasSize(70);

        int wider = BITS + 6;
        next().saying(new SourceAudit(List.of(source.figures("dim_design", wider, false)), List.of(), List.of()))
                .commit();
        load(new LoadAnswer(List.of(3L), 0, true, null));
        assertThat(audit(3).differing())
                .containsExactly(
                        new DifferentRange("dim_design", 0, (1 << wider) - 1),
                        new DifferentRange("dim_design", 1 << wider, (2 << wider) - 1));
        assertThat(warehouse.rows("SELECT FROM etl_audit_range")).hasSize(2);
    }

    /** At each statement of one that repairs, finds what is gone, and audits a whole table besides. */
    @Test
    void loadThatIsKilledAtAnyStepOrRunsBesideAnotherEndsAsIfNothingHadHappened() throws Exception {
        first().with("fact_sales_order", Row.sale(4, 40), Row.sale(5, 50)).commit();
        source.put("fact_sales_order", Row.sale(4, 40));
        next().saying(source.whole(ALL)).commit();
        Warehouse undisturbed = warehouse.another("undisturbed");
        for (Warehouse each : List.of(warehouse, undisturbed)) {
            each.loader().loadPending(ONE_RUN);
            each.execute("UPDATE dim_staff SET first_name = 'Nobody'");
            each.load();
        }
        int first = stepsOfALoadWithoutWork();
        source.put("dim_currency", Row.currency(2, "USD"));
        List<DifferentRange> asked = audit(2).differing();
        assertThat(asked).extracting(DifferentRange::target).containsExactly("dim_staff", "fact_sales_order");
        source.readAgain(next(), asked, source.figures("dim_currency", BITS, false))
                .commit();
        List<String> before = content(warehouse);

        int deaths = 0;
        for (int step = first; hasNoRun(3); step++) {
            MortalConnections connections = new MortalConnections(warehouse.database(), step);
            assertThatExceptionOfType(PipelineException.class)
                    .isThrownBy(() -> warehouse.loader(connections).loadPending(Deadline.none()));
            deaths++;
            if (deaths % 10 == 0) {
                assertThat(content(warehouse)).as("killed at step " + step).isEqualTo(before);
            }
        }
        assertThat(deaths).isGreaterThan(50);
        warehouse.load();
        undisturbed.load();

        assertThat(content(warehouse)).isEqualTo(content(undisturbed)).isNotEqualTo(before);
        assertThat(gone()).containsExactly("(fact_sales_order,5,3)");
        assertThat(audit(3).differing()).containsExactly(new DifferentRange("dim_currency", 0, LAST));

        source.readAgain(next(), audit(3).differing(), source.figures("dim_staff", BITS, false))
                .commit();
        next().saying(source.whole(ALL)).commit();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<LoadAnswer> one = threads.submit(warehouse::load);
            Future<LoadAnswer> other = threads.submit(warehouse::load);
            assertThat(Stream.of(one.get(), other.get()).flatMap(answer -> answer.loaded().stream()))
                    .containsExactlyInAnyOrder(4L, 5L);
        }
        undisturbed.load();
        assertThat(content(warehouse)).isEqualTo(content(undisturbed));
        assertThat(audit(5).tables()).hasSize(10).allMatch(table -> snapshot(5).equals(table.verifiedThrough()));
    }

    /** Those of the next load that has work come after them. */
    private int stepsOfALoadWithoutWork() {
        MortalConnections connections = new MortalConnections(warehouse.database(), Integer.MAX_VALUE);
        warehouse.loader(connections).loadPending(Deadline.none());
        return connections.steps();
    }

    private boolean hasNoRun(long run) {
        return warehouse.rows("SELECT FROM etl_run WHERE run = " + run).isEmpty();
    }

    private Lake.Run next() {
        return lake.run(++runs);
    }

    /** One row of each table, and two of the sales. */
    private Lake.Run first() {
        source.put("dim_currency", Row.currency(1, "GBP"));
        source.put("dim_payment_type", Row.paymentType(1, "SALES_RECEIPT"));
        source.put("dim_staff", Row.staff(1, "Grace"));
        source.put("dim_location", Row.location(1, "Leeds"));
        source.put("dim_counterparty", Row.counterparty(1, "Fahey and Sons"));
        source.put("dim_design", Row.design(1, "Wooden"));
        source.put("dim_transaction", Row.transaction(1, 2));
        source.put("fact_sales_order", Row.sale(3, 30), Row.sale(2, 20));
        source.put("fact_purchase_order", Row.purchase(1, "ZDOI5EA"));
        source.put("fact_payment", Row.payment(1, false));
        runs = 1;
        return Runs.first(lake);
    }

    /** Rows that the source has and the run brings. */
    private Lake.Run bring(Lake.Run run, String table, Row... rows) {
        source.put(table, rows);
        return run.with(table, rows);
    }

    private static Row[] rows(int count, IntFunction<Row> row) {
        return IntStream.rangeClosed(1, count).mapToObj(row).toArray(Row[]::new);
    }

    private Figures load(LoadAnswer expected) {
        Figures figures = new Figures();
        assertThat(warehouse
                        .loader(
                                Warehouse.connections(warehouse.database().owner()),
                                Migration.all(),
                                figures,
                                Warehouse.LOCK_TIMEOUT)
                        .loadPending(Deadline.none()))
                .isEqualTo(expected);
        return figures;
    }

    private WarehouseAudit audit(long run) {
        return requireNonNull(lake.logs().loaded().read(run).audit(), "nothing was compared");
    }

    private List<String> gone() {
        return warehouse.rows("SELECT table_name, record_key, run FROM deleted_record ORDER BY 1, 2");
    }

    private static Instant snapshot(long run) {
        return Lake.SNAPSHOT.plusSeconds(300 * run);
    }

    private static TableAudit whole(
            String table, long differences, long repaired, long deleted, long heldBack, @Nullable Instant verified) {
        return new TableAudit(table, true, differences, repaired, deleted, heldBack, verified);
    }

    private static TableAudit ranges(
            String table, long differences, long repaired, long deleted, long heldBack, @Nullable Instant verified) {
        return new TableAudit(table, false, differences, repaired, deleted, heldBack, verified);
    }

    private static List<String> content(Warehouse of) {
        List<String> content = new ArrayList<>(of.content());
        content.addAll(of.rows(
                "SELECT 'deleted_record', * FROM deleted_record ORDER BY table_name, record_key",
                "SELECT 'etl_audit', * FROM etl_audit ORDER BY run, table_name",
                "SELECT 'etl_audit_range', * FROM etl_audit_range ORDER BY table_name, first_key",
                "SELECT 'current_sales_order', * FROM current_sales_order ORDER BY sales_order_id",
                "SELECT 'current_purchase_order', * FROM current_purchase_order ORDER BY purchase_order_id",
                "SELECT 'current_payment', * FROM current_payment ORDER BY payment_id"));
        return content;
    }
}
