package com.terrifictotes.etl.extract;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.SourceColumn;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.SourceType;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeFigures;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeReading;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.ExtractAnswer.HeldBack;
import com.terrifictotes.etl.loopback.LoopbackContext;
import com.terrifictotes.etl.loopback.TotesysSchema;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an extraction says of the source, for the warehouse to be compared with. */
class AuditReadingIT {

    private static final int ALL_BITS = 10;
    private static final long LAST = (1 << ALL_BITS) - 1;

    private static final DifferentRange STAFF = new DifferentRange("dim_staff", 0, LAST);
    private static final DifferentRange COUNTERPARTIES = new DifferentRange("dim_counterparty", 0, LAST);
    private static final DifferentRange DESIGNS = new DifferentRange("dim_design", 0, LAST);
    private static final DifferentRange SALES = new DifferentRange("fact_sales_order", 0, LAST);

    @Test
    void tableThatTakesTooLongIsLeftToTheNextAuditAndStopsNothing() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("CREATE FUNCTION public.trim_scale(numeric) RETURNS numeric LANGUAGE sql"
                + " AS 'SELECT $1 FROM pg_sleep(30)'");
        try (Connection superuser = fixture.source.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("ALTER ROLE " + fixture.reader.username() + " SET search_path TO public, pg_catalog");
        }

        ExtractAnswer answer =
                fixture.stage().extract(ExtractRequest.audit(), new Deadline(() -> Duration.ofSeconds(2)));

        assertThat(answer.run()).isOne();
        assertThat(answer.heldBack()).isEmpty();
        assertThat(fixture.said(1).tables())
                .extracting(TableFigures::target)
                .contains("dim_staff", "dim_transaction")
                .doesNotContain("fact_sales_order", "fact_purchase_order", "fact_payment");
        assertThat(fixture.keys(1, "payment")).hasSize(1);
    }

    @Test
    void auditCommitsARunWithTheFiguresOfEveryTableEvenIfNothingChanged() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        assertThat(fixture.audit().run()).isEqualTo(1);
        assertThat(fixture.audit().run()).isEqualTo(2);
        assertThat(fixture.tick().run()).isNull();

        assertThat(fixture.tables(1)).hasSize(11);
        assertThat(fixture.tables(2)).isEmpty();
        assertThat(fixture.manifest(2).batches()).isEmpty();
        assertThat(fixture.said(2).tables())
                .extracting(TableFigures::target, table -> range(table).rows())
                .containsExactly(
                        tuple("dim_currency", 1L),
                        tuple("dim_payment_type", 1L),
                        tuple("dim_staff", 3L),
                        tuple("dim_location", 3L),
                        tuple("dim_counterparty", 3L),
                        tuple("dim_design", 1L),
                        tuple("dim_transaction", 1L),
                        tuple("fact_sales_order", 2L),
                        tuple("fact_purchase_order", 1L),
                        tuple("fact_payment", 1L));
        assertThat(fixture.said(2).tables()).allSatisfy(table -> {
            assertThat(table.rangeBits()).isEqualTo(ALL_BITS);
            assertThat(table.acceptsDeletions()).isFalse();
            assertThat(range(table).first()).isZero();
            assertThat(range(table).last()).isEqualTo(LAST);
        });
        assertThat(fixture.said(2)).as("the same snapshot but for its time").isEqualTo(fixture.said(1));
        assertThat(fixture.said(2).ranges()).isEmpty();
        assertThat(fixture.said(2).objects()).isEmpty();

        invoke(
                new ExtractHandler(fixture.stage()),
                "{\"mode\":\"audit\",\"acceptDeletions\":[\"fact_payment\",\"dim_staff\"]}");
        assertThat(fixture.said(3).tables().stream()
                        .filter(TableFigures::acceptsDeletions)
                        .map(TableFigures::target))
                .containsExactly("dim_staff", "fact_payment");
    }

    @Test
    void rangesAreOfAThousandKeysOrWiderWhereKeysAreSparse() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("""
                INSERT INTO design (design_id, design_name, file_location, file_name, last_updated)
                SELECT key, '', '', '', now()
                FROM unnest('{-1025, -1024, -1, 0, 1023, 1024}'::int[]) key;
                INSERT INTO payment_type (payment_type_id, payment_type_name, last_updated)
                VALUES (2000000000, 'SALES_REFUND', now());
                INSERT INTO department (department_id, department_name, last_updated) VALUES (0, '', now());
                INSERT INTO staff (staff_id, first_name, last_name, department_id, email_address, last_updated)
                SELECT key, '', '', 0, '', now() FROM unnest('{-2147483648, 2147483647}'::int[]) key;
                INSERT INTO currency (currency_id, currency_code, last_updated)
                SELECT 1024 * i, 'EUR', now() FROM generate_series(1, 1024) i;
                DELETE FROM payment; DELETE FROM transaction""");

        fixture.audit();

        SourceAudit said = fixture.said(1);
        assertThat(table(said, "dim_design").ranges())
                .extracting(RangeFigures::first, RangeFigures::last, RangeFigures::rows)
                .containsExactly(
                        tuple(-2_048L, -1_025L, 1L),
                        tuple(-1_024L, -1L, 2L),
                        tuple(0L, 1_023L, 3L),
                        tuple(1_024L, 2_047L, 1L));
        assertThat(table(said, "dim_payment_type"))
                .returns(21, TableFigures::rangeBits)
                .extracting(TableFigures::ranges, list(RangeFigures.class))
                .extracting(RangeFigures::first, RangeFigures::last, RangeFigures::rows)
                .containsExactly(tuple(0L, 2_097_151L, 1L), tuple(1_998_585_856L, 2_000_683_007L, 1L));
        assertThat(table(said, "dim_staff"))
                .returns(22, TableFigures::rangeBits)
                .extracting(TableFigures::ranges, list(RangeFigures.class))
                .extracting(RangeFigures::first, RangeFigures::last, RangeFigures::rows)
                .containsExactly(
                        tuple(-2_147_483_648L, -2_143_289_345L, 1L),
                        tuple(0L, 4_194_303L, 3L),
                        tuple(2_143_289_344L, 2_147_483_647L, 1L));
        // Its keys begin at the end of a range: with 10 bits there would be one range too many.
        assertThat(table(said, "dim_currency").rangeBits()).isEqualTo(11);
        assertThat(table(said, "dim_currency").ranges()).hasSize(513);
        assertThat(table(said, "dim_transaction"))
                .isEqualTo(new TableFigures("dim_transaction", ALL_BITS, false, List.of()));
    }

    /** Every column in turn, each changed in all rows; those of tables that do not travel together at the same time. */
    @Test
    void checksumIsAnotherOneExactlyIfSomethingChangesThatTheWarehouseHolds() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        withoutReferencesAndEnums(fixture.source);
        fixture.tick();
        Map<String, TableWalk> complete = complete(fixture);
        Map<Set<String>, Deque<Change>> changes = new LinkedHashMap<>();
        for (SourceTable table : Totesys.CATALOGUE.sources()) {
            changes.computeIfAbsent(Set.copyOf(Totesys.CATALOGUE.companions(table.name())), set -> new ArrayDeque<>())
                    .addAll(Change.of(table));
        }
        assertThat(changes).hasSize(9);
        try (Connection connection = fixture.source.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            Map<String, TableFigures> before = figures(connection, complete);
            assertThat(before).hasSize(10);
            while (!changes.isEmpty()) {
                List<Change> now =
                        changes.values().stream().map(Deque::removeFirst).toList();
                changes.values().removeIf(Deque::isEmpty);
                Set<String> expected = new TreeSet<>();
                for (Change change : now) {
                    statement.execute(change.update());
                    expected.addAll(change.holders());
                }

                assertThat(different(before, figures(connection, complete)))
                        .as(now.toString())
                        .isEqualTo(expected);
                connection.rollback();
            }
        }
    }

    @Test
    void checksumIsTheSameForTheSameValuesInOtherTypes() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.audit();
        fixture.source.execute("""
                ALTER TABLE sales_order ALTER unit_price TYPE numeric USING unit_price * 1.00000;
                ALTER TABLE payment ALTER payment_amount TYPE numeric(9,1);
                ALTER TABLE currency ALTER currency_code TYPE text;
                ALTER TABLE transaction ALTER transaction_type TYPE varchar(20);
                ALTER TABLE payment ALTER last_updated TYPE timestamp(6);
                ALTER TABLE design ADD colour text DEFAULT 'red'""");

        fixture.audit();

        assertThat(fixture.said(2).tables()).isEqualTo(fixture.said(1).tables());
    }

    @Test
    void checksumIsTheSameForTheSameTextInAnotherEncoding() throws Exception {
        TestServers servers = TestServers.shared();
        TestDatabase utf8 = servers.createTotesysDatabase("totesys");
        TestDatabase none = servers.createTotesysDatabaseWithoutEncoding("totesys");
        TestDatabase latin1 = latin1(servers);
        List<List<TableFigures>> dimensions = new ArrayList<>();
        for (TestDatabase source : List.of(utf8, none, latin1)) {
            ExtractFixture fixture = ExtractFixture.filled(source);
            fixture.source.execute("UPDATE staff SET first_name = 'Jürgen', last_name = 'Größe-Ångström';"
                    + " UPDATE address SET city = 'Besançon'; UPDATE design SET design_name = '¿½ÿ?'");
            fixture.audit();
            dimensions.add(fixture.said(1).tables().stream()
                    .filter(table -> table.target().startsWith("dim_"))
                    .toList());
        }

        assertThat(dimensions.getFirst()).hasSize(7);
        assertThat(dimensions).containsOnly(dimensions.getFirst());
    }

    @Test
    void rangesThatTheLoadAsksForAreReadAgainEvenIfNothingChanged() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("INSERT INTO staff (staff_id, first_name, last_name, department_id, email_address,"
                + " last_updated) SELECT i, '', '', 1, '', now() FROM unnest('{5, 6, 1024, 1025, -1}'::int[]) i");
        fixture.tick();
        fixture.source.execute(
                "DELETE FROM staff WHERE staff_id = 2; DELETE FROM counterparty WHERE" + " counterparty_id = 3");
        fixture.loads(1);
        fixture.loads(2, STAFF, COUNTERPARTIES, new DifferentRange("fact_payment", 1_024, 2_047));

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.run()).isEqualTo(3);
        SourceAudit said = fixture.said(3);
        assertThat(said.tables()).isEmpty();
        assertThat(said.ranges())
                .extracting(
                        RangeReading::target,
                        range -> range.figures().first(),
                        range -> range.figures().last(),
                        range -> range.figures().rows(),
                        RangeReading::keys)
                .containsExactly(
                        tuple("dim_staff", 0L, LAST, 4L, List.of(List.of(1L, 1L), List.of(3L, 3L), List.of(5L, 6L))),
                        tuple("dim_counterparty", 0L, LAST, 2L, List.of(List.of(1L, 2L))),
                        tuple("fact_payment", 1_024L, 2_047L, 0L, List.of()));
        assertThat(fixture.keys(3, "staff")).containsExactly(1, 3, 5, 6);
        assertThat(fixture.keys(3, "department")).containsExactly(1, 2);
        assertThat(fixture.keys(3, "counterparty")).containsExactly(1, 2);
        assertThat(fixture.keys(3, "address"))
                .as("the legal addresses of these")
                .containsExactly(1);
        assertThat(fixture.tables(3)).hasSize(4);
        assertThat(said.objects()).containsExactlyInAnyOrderElementsOf(objects(fixture, 3));
        assertThat(units(fixture, 3))
                .allSatisfy(unit -> assertThat(said.objects()).containsAll(unit.inputs()));
        assertThat(units(fixture, 3))
                .extracting(Unit::target)
                .containsExactlyInAnyOrder("dim_staff", "dim_counterparty", "dim_location");

        fixture.loads(3);
        fixture.audit();
        assertThat(fixture.said(4).ranges()).isEmpty();
        assertThat(table(fixture.said(4), "dim_staff").ranges())
                .as("the same figures as of the whole table")
                .contains(said.ranges().getFirst().figures());
    }

    @Test
    void whatChangedIsToldFromWhatIsReadAgain() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.loads(1, STAFF);
        fixture.source.execute("UPDATE staff SET first_name = 'Eve' WHERE staff_id = 2");

        fixture.audit();

        assertThat(fixture.keys(2, "staff")).containsExactly(1, 2, 2, 3);
        String again = fixture.said(2).objects().getFirst();
        List<String> firstInputs = units(fixture, 2).stream()
                .filter(unit -> unit.target().equals("dim_staff"))
                .map(unit -> unit.inputs().getFirst())
                .toList();
        assertThat(firstInputs).hasSize(2).contains(again);
        assertThat(fixture.content(again).lines()).hasSize(4);
        firstInputs.stream()
                .filter(key -> !fixture.said(2).objects().contains(key))
                .forEach(key -> assertThat(fixture.content(key).lines().skip(1))
                        .singleElement()
                        .asString()
                        .startsWith("2,Eve,"));
        assertThat(fixture.said(2).ranges().getFirst().figures()).isEqualTo(range(table(fixture.said(2), "dim_staff")));
    }

    /** By functions that are cold and by one that stays warm. */
    @Test
    void nothingIsReadAgainWhileARunIsOnItsWay() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ExtractStage warm = fixture.stage();
        warm.extract(ExtractRequest.changes(), Deadline.none());
        fixture.source.execute("UPDATE payment SET paid = true");
        warm.extract(ExtractRequest.changes(), Deadline.none());
        fixture.loads(1, STAFF);

        assertThat(warm.extract(ExtractRequest.changes(), Deadline.none()).run())
                .isNull();
        assertThat(fixture.tick().run()).isNull();
        fixture.audit();
        assertThat(fixture.said(3).ranges()).isEmpty();

        fixture.loads(2, STAFF);
        assertThat(fixture.tick().run()).isNull();
        fixture.loads(3, STAFF);
        assertThat(warm.extract(ExtractRequest.changes(), Deadline.none()).run())
                .isEqualTo(4);
        assertThat(warm.extract(ExtractRequest.changes(), Deadline.none()).run())
                .isNull();
        fixture.loads(4, STAFF);
        assertThat(warm.extract(ExtractRequest.changes(), Deadline.none()).run())
                .as("asked for until it is settled")
                .isEqualTo(5);
        fixture.loads(5);
        assertThat(warm.extract(ExtractRequest.changes(), Deadline.none()).run())
                .isNull();
    }

    @Test
    void tableThatIsHeldBackIsNeitherReadAgainNorAudited() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("ALTER TABLE design RENAME COLUMN file_name TO file");
        fixture.loads(1, DESIGNS, STAFF);

        assertThat(fixture.tick().heldBack()).extracting(HeldBack::table).containsExactly("design");
        assertThat(fixture.said(2).ranges()).extracting(RangeReading::target).containsExactly("dim_staff");

        fixture.loads(2, DESIGNS);
        assertThat(fixture.tick().run()).isNull();
        fixture.audit();
        assertThat(byTarget(fixture.said(3).tables())).hasSize(9).doesNotContainKey("dim_design");

        fixture.source.execute("ALTER TABLE design RENAME COLUMN file TO file_name");
        fixture.loads(3, DESIGNS);
        fixture.audit();
        assertThat(fixture.said(4).ranges()).extracting(RangeReading::target).containsExactly("dim_design");
        assertThat(byTarget(fixture.said(4).tables())).hasSize(10);
    }

    /** Nobody has noticed yet, since nothing of it seems to have changed. */
    @Test
    void tableThatBreaksWhileItIsAuditedStopsNothingElse() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        ExtractSettings byClock = new ExtractSettings(
                new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), Duration.ZERO),
                RunLimits.DEFAULT,
                1);
        fixture.source.execute("UPDATE staff SET last_updated = '2020-01-01'; UPDATE department SET last_updated ="
                + " '2020-01-01'; UPDATE counterparty SET last_updated = '2020-01-01'");
        fixture.tick(byClock);
        fixture.source.execute("UPDATE staff SET last_name = E'Caf\\351' WHERE staff_id = 2");
        fixture.loads(1, COUNTERPARTIES, STAFF, DESIGNS);

        fixture.stage(byClock).extract(ExtractRequest.audit(), Deadline.none());

        assertThat(byTarget(fixture.said(2).tables())).hasSize(9).doesNotContainKey("dim_staff");
        assertThat(fixture.said(2).ranges())
                .extracting(RangeReading::target)
                .containsExactly("dim_counterparty", "dim_design");
        assertThat(fixture.tables(2)).contains("counterparty", "design").doesNotContain("staff", "department");
    }

    @ParameterizedTest
    @CsvSource({"3, 1073741824", "1000000, 1"})
    void whatDoesNotFitIntoARunIsReadAgainByTheNext(long rows, long bytes) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        ExtractSettings small = settings(rows, bytes);
        fixture.loads(1, STAFF, COUNTERPARTIES, SALES);

        assertThat(fixture.tick(small).run()).isEqualTo(2);
        assertThat(fixture.said(2).ranges()).extracting(RangeReading::target).containsExactly("dim_staff");
        assertThat(fixture.tables(2)).containsExactly("department", "staff");

        fixture.loads(2, COUNTERPARTIES, SALES);
        fixture.stage(small).extract(ExtractRequest.audit(), Deadline.none());
        assertThat(fixture.said(3).ranges()).extracting(RangeReading::target).containsExactly("dim_counterparty");
        assertThat(fixture.said(3).tables()).hasSize(10);
    }

    @Test
    void onlyTablesThatAreReadToTheirEndAreAudited() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.stage(settings(6, 1 << 30)).extract(ExtractRequest.audit(), Deadline.none());

        Set<String> complete = new TreeSet<>();
        for (TargetTable target : Totesys.CATALOGUE.targets()) {
            if (target.sourceTable().isPresent()
                    && !fixture.manifest(1)
                            .table(target.requireSource())
                            .orElseThrow()
                            .isUnfinished()) {
                complete.add(target.name());
            }
        }
        assertThat(complete).contains("dim_currency").doesNotContain("fact_payment");
        assertThat(byTarget(fixture.said(1).tables()).keySet()).isEqualTo(complete);
    }

    @Test
    void auditLeavesTimeToCommit() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.loads(1, STAFF, COUNTERPARTIES);

        fixture.stage().extract(ExtractRequest.audit(), timeIsUpAfterTheBeginning());

        assertThat(fixture.said(2).tables()).isEmpty();
        assertThat(fixture.said(2).ranges())
                .as("every run gets on")
                .extracting(RangeReading::target)
                .containsExactly("dim_staff");
        fixture.loads(2);
        assertThat(fixture.stage()
                        .extract(ExtractRequest.audit(), timeIsUpAfterTheBeginning())
                        .run())
                .isNull();
    }

    @Test
    void auditThatAnotherExtractionOvertakesIsBegunAgain() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();

        ExtractAnswer answer = overtaken(fixture, "Eve").extract(ExtractRequest.audit(), Deadline.none());

        assertThat(answer.run()).isEqualTo(3);
        assertThat(fixture.records(2, "staff")).singleElement().asString().startsWith("1,Eve,");
        assertThat(fixture.tables(3)).isEmpty();
        assertThat(fixture.said(3).tables()).hasSize(10);
        fixture.audit();
        assertThat(fixture.said(4)).isEqualTo(fixture.said(3));

        ExtractAnswer tick = overtaken(fixture, "Ida").extract(ExtractRequest.changes(), Deadline.none());
        assertThat(tick.run()).as("a tick has the next one").isNull();
        assertThat(fixture.logs.committed().tail()).isEqualTo(5);
        assertThat(fixture.manifest(5).audit()).isNull();
    }

    @Test
    void auditThatIsKilledBeforeItsCommitLeavesNothing() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.loads(1, STAFF);

        assertThat(fixture.isKilledBeforeItsCommit(fixture::audit)).isTrue();
        assertThat(fixture.logs.committed().tail()).isEqualTo(1);

        assertThat(fixture.audit().run()).isEqualTo(2);
        assertThat(fixture.said(2).tables()).hasSize(10);
        assertThat(fixture.keys(2, "staff")).containsExactly(1, 2, 3);
        assertThat(fixture.said(2).objects()).containsExactlyInAnyOrderElementsOf(objects(fixture, 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"mode":"audit","acceptDeletions":["payment"]} | UNKNOWN_TABLE: "payment" is not a target table of the catalogue; expected one of dim_date, dim_currency,
            {"mode":"audit","acceptDeletions":["dim_date"]} | UNKNOWN_TABLE: acceptDeletions names dim_date, which has no source table; expected tables that audits
            {"mode":"compare"}                             | REQUEST_INVALID: the payload is not a ExtractRequest: Cannot deserialize value of type
            {"mode":"AUDIT"}                               | REQUEST_INVALID: the payload is not a ExtractRequest: Cannot deserialize value of type
            {"acceptDeletions":["fact_payment"]}           | REQUEST_INVALID: the payload is not a ExtractRequest: Cannot construct instance of `com.terrifictotes.etl.extract.ExtractRequest`, problem: acceptDeletions is given without "mode": "audit"; expected both, since only an audit finds what is gone
            {"mode":"audit","acceptDeletions":[null]}      | REQUEST_INVALID: the payload is not a ExtractRequest:
            """)
    void requestThatWouldNotBeDoneIsRefusedBeforeAnyConnection(String request, String message) {
        ObjectStore store = new ObjectStore(TestServers.shared().s3(), "unused");
        ExtractHandler handler = new ExtractHandler(new ExtractStage(
                Totesys.CATALOGUE,
                RunLogs.of(store, store),
                store,
                new Database(
                        name -> {
                            throw new AssertionError("a connection was opened");
                        },
                        "totesys",
                        "test"),
                Metrics.none(),
                Clock.systemUTC(),
                ExtractSettings.DEFAULT));

        assertThatThrownBy(() -> invoke(handler, request))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith(message);
    }

    private static void invoke(ExtractHandler handler, String request) throws IOException {
        handler.handleRequest(
                new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayOutputStream(),
                new LoopbackContext());
    }

    private static ExtractSettings settings(long rows, long bytes) {
        return new ExtractSettings(ChangeDetection.bySnapshot(), new RunLimits(rows, bytes, Duration.ofMinutes(5)), 1);
    }

    /** Asked for the first time it is the whole time of a function; then there is less than a run leaves to its commit. */
    private static Deadline timeIsUpAfterTheBeginning() {
        Iterator<Duration> remaining = List.of(Duration.ofMinutes(15)).iterator();
        return new Deadline(() -> remaining.hasNext() ? remaining.next() : Duration.ofMinutes(1));
    }

    /** A stage that has seen the log when another extraction commits the next run: both want to connect then. */
    private static ExtractStage overtaken(ExtractFixture fixture, String name) {
        return fixture.stage(
                Totesys.CATALOGUE,
                new Database(
                        secret -> {
                            try {
                                fixture.source.execute(
                                        "UPDATE staff SET first_name = '" + name + "' WHERE staff_id = 1");
                                fixture.tick();
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                            return fixture.reader.secretJson();
                        },
                        "totesys",
                        "test"));
    }

    /** The columns can then be given any value of their type. */
    private static void withoutReferencesAndEnums(TestDatabase source) throws SQLException {
        source.execute("""
                DO $$
                DECLARE reference record;
                BEGIN
                    FOR reference IN SELECT conrelid::regclass AS child, conname FROM pg_constraint WHERE contype = 'f' LOOP
                        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', reference.child, reference.conname);
                    END LOOP;
                END $$;
                ALTER TABLE payment_type ALTER payment_type_name TYPE text;
                ALTER TABLE transaction ALTER transaction_type TYPE text;
                ALTER TABLE currency ALTER currency_code TYPE text;
                ALTER TABLE payment ALTER created_at TYPE timestamp(6), ALTER last_updated TYPE timestamp(6)""");
    }

    /**
     * A change of a column.
     *
     * @param update gives it another value than it has
     * @param holders the warehouse tables that it makes a difference to
     */
    private record Change(String update, Set<String> holders) {

        static List<Change> of(SourceTable table) {
            return table.columns().stream()
                    .flatMap(column -> changed(column).stream()
                            .map(changed -> new Change(
                                    "UPDATE " + table.name() + " SET " + column.name() + " = " + changed,
                                    holders(table, column))))
                    .toList();
        }

        /** A NULL becomes an empty text, which is something else. */
        private static List<String> changed(SourceColumn column) {
            String name = column.name();
            return switch (column.type()) {
                case SourceType.Whole whole -> List.of("coalesce(" + name + " + 1000, 7)");
                case SourceType.Text text -> List.of("coalesce(" + name + " || ' ', '')");
                case SourceType.Truth truth -> List.of("NOT " + name);
                case SourceType.Numeric numeric -> List.of(name + " + 0.01");
                case SourceType.Timestamp timestamp ->
                    List.of(name + " + interval '1 day'", name + " + interval '1 millisecond'");
            };
        }

        private static Set<String> holders(SourceTable table, SourceColumn column) {
            return Totesys.CATALOGUE.targets().stream()
                    .filter(target ->
                            target.columns().stream().anyMatch(of -> isMadeFrom(of.expression(), target, table, column))
                                    || target.joins().stream().anyMatch(join -> isJoinedBy(join, table, column)))
                    .map(TargetTable::name)
                    .collect(toSet());
        }

        private static boolean isMadeFrom(
                Expression expression, TargetTable target, SourceTable table, SourceColumn column) {
            return switch (expression) {
                case Expression.Value value ->
                    value.table().equals(table.name()) && value.column().equals(column.name());
                case Expression.DateOf date ->
                    table.name().equals(target.source()) && date.column().equals(column.name());
                case Expression.TimeOf time ->
                    table.name().equals(target.source()) && time.column().equals(column.name());
                case Expression.CurrencyName name -> false;
                case Expression.Calendar calendar -> false;
            };
        }

        private static boolean isJoinedBy(Join join, SourceTable table, SourceColumn column) {
            return (join.child().equals(table.name()) && join.column().equals(column.name()))
                    || (join.parent().equals(table.name()) && table.key().equals(column.name()));
        }
    }

    private static Set<String> different(Map<String, TableFigures> before, Map<String, TableFigures> after) {
        assertThat(after.keySet()).isEqualTo(before.keySet());
        Set<String> different = new TreeSet<>();
        before.forEach((target, figures) -> {
            if (!figures.equals(after.get(target))) {
                different.add(target);
            }
        });
        return different;
    }

    private static Map<String, TableFigures> figures(Connection connection, Map<String, TableWalk> complete)
            throws SQLException {
        return byTarget(new AuditReading(Totesys.CATALOGUE, connection, complete, budget()).tables(Set.of()));
    }

    /** The tables as an extraction finds them that has nothing to read. */
    private static Map<String, TableWalk> complete(ExtractFixture fixture) throws SQLException {
        try (Connection connection = fixture.reader.connect()) {
            RunExtraction extraction = RunExtraction.begin(
                    Totesys.CATALOGUE, ChangeDetection.bySnapshot(), connection, fixture.manifest(1), Reading.CHANGES);
            extraction.probe(budget());
            return extraction.complete();
        }
    }

    private static RunBudget budget() {
        return new RunBudget(RunLimits.DEFAULT, Deadline.none());
    }

    private static Map<String, TableFigures> byTarget(List<TableFigures> tables) {
        return tables.stream()
                .collect(toMap(TableFigures::target, table -> table, (one, other) -> one, LinkedHashMap::new));
    }

    private static TableFigures table(SourceAudit said, String target) {
        return said.tables().stream()
                .filter(table -> table.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    /** The only range of a table. */
    private static RangeFigures range(TableFigures table) {
        assertThat(table.ranges()).as(table.target()).hasSize(1);
        return table.ranges().getFirst();
    }

    private static List<Unit> units(ExtractFixture fixture, long run) {
        return fixture.manifest(run).batches().stream()
                .flatMap(batch -> batch.units().stream())
                .toList();
    }

    private static List<String> objects(ExtractFixture fixture, long run) {
        return fixture.manifest(run).tables().stream()
                .map(TableExtract::objects)
                .flatMap(List::stream)
                .map(CsvObject::key)
                .toList();
    }

    /** Made in the place of a database that has the encoding of the server. */
    private static TestDatabase latin1(TestServers servers) throws SQLException {
        TestDatabase database = servers.createDatabase("totesys");
        try (Connection elsewhere = servers.createDatabase("elsewhere").connectAsSuperuser();
                Statement statement = elsewhere.createStatement()) {
            statement.execute("DROP DATABASE " + database.name());
            statement.execute("CREATE DATABASE " + database.name() + " OWNER "
                    + database.owner().username()
                    + " ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
        }
        try (Connection connection = database.connect()) {
            TotesysSchema.create(connection);
        }
        return database;
    }
}
