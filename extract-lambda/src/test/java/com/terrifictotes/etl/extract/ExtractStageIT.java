package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.loopback.LoopbackAws;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ExtractStageIT {

    private static final String NEW_ORDER = """
            INSERT INTO sales_order (last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,
                currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
            VALUES ('2020-01-01', 1, 1, 1, 10, 2.50, 1, '2024-02-29', '2024-03-01', 3)
            """;

    @Test
    void firstRunReadsEveryTableAsCopyWritesIt() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();

        ExtractAnswer answer = fixture.tick();

        assertThat(answer.run()).isEqualTo(1);
        assertThat(answer.pending()).isEqualTo(1);
        assertThat(answer.batches()).containsExactly(new ExtractAnswer.BatchReference(1, 1));
        RunManifest manifest = fixture.manifest(1);
        assertThat(manifest.tables()).hasSize(11);
        try (Connection connection = fixture.source.connect()) {
            for (TableExtract table : manifest.tables()) {
                assertThat(table.reading()).isEqualTo(Reading.FULL);
                assertThat(table.objects()).as(table.table()).hasSize(1);
                CsvObject object = table.objects().getFirst();
                byte[] expected = copy(connection, table.table());
                assertThat(fixture.content(object.key())).isEqualTo(new String(expected, StandardCharsets.UTF_8));
                assertThat(object.bytes()).isEqualTo(expected.length);
                CRC32 crc32 = new CRC32();
                crc32.update(expected);
                assertThat(object.crc32()).isEqualTo(String.format(Locale.ROOT, "%08x", crc32.getValue()));
                assertThat(object.key())
                        .matches("data/" + table.table()
                                + "/[0-9]{4}/[0-9]{2}/[0-9]{2}/0000000001-[0-9a-f]{32}-00001\\.csv");
            }
        }
    }

    @Test
    void unitsCoverEveryWarehouseTableOnce() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();

        fixture.tick();

        assertThat(fixture.manifest(1).batches()).hasSize(1);
        assertThat(fixture.manifest(1).batches().getFirst().units())
                .extracting(RunManifest.Unit::target)
                .containsExactly(
                        "dim_currency",
                        "dim_payment_type",
                        "dim_staff",
                        "dim_location",
                        "dim_counterparty",
                        "dim_design",
                        "dim_transaction",
                        "fact_sales_order",
                        "fact_purchase_order",
                        "fact_payment",
                        "dim_date");
    }

    @Test
    void quietTickWritesNothing() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ExtractStage stage = fixture.stage();
        stage.extract(ExtractRequest.changes(), Deadline.none());
        LoopbackAws aws = fixture.servers.requireLoopback();
        aws.requests().reset();

        ExtractAnswer answer = stage.extract(ExtractRequest.changes(), Deadline.none());

        assertThat(answer.run()).isNull();
        assertThat(answer.pending()).isEqualTo(1);
        assertThat(aws.requests().writes()).isZero();
        assertThat(fixture.logs.committed().tail()).isEqualTo(1);
    }

    @Test
    void onlyChangedRowsTravelAgain() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE sales_order SET units_sold = 11 WHERE sales_order_id = 2");

        fixture.tick();

        assertThat(fixture.tables(2)).containsExactly("sales_order");
        assertThat(fixture.keys(2, "payment")).isEmpty();
        assertThat(fixture.records(2, "sales_order")).singleElement().asString().contains(",11,3.75,");
        assertThat(fixture.manifest(2).table("sales_order").orElseThrow().since())
                .isEqualTo(
                        fixture.manifest(1).table("sales_order").orElseThrow().watermark());
    }

    @Test
    void updateThatForgetsLastUpdatedTravels() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("UPDATE payment SET last_updated = '2019-01-01'");
        fixture.tick();
        fixture.source.execute("UPDATE payment SET paid = true");

        fixture.tick();

        assertThat(fixture.records(2, "payment")).singleElement().asString().contains("2019-01-01", ",t,");
    }

    @Test
    void transactionThatCommitsAfterTheRunIsInTheNext() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection late = fixture.source.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute(NEW_ORDER);
            fixture.source.execute("UPDATE design SET design_name = 'Bag'");
            fixture.tick();
            assertThat(fixture.keys(1, "sales_order")).containsExactly(1, 2);

            late.commit();
        }
        fixture.tick();

        assertThat(fixture.keys(2, "sales_order")).contains(3);
    }

    @Test
    void rowsWrittenUnderSavepointsTravelWhenTheirTransactionCommitsLate() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection late = fixture.source.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("UPDATE currency SET currency_code = 'EUR'");
            Savepoint first = late.setSavepoint();
            statement.execute(NEW_ORDER);
            late.releaseSavepoint(first);
            Savepoint second = late.setSavepoint();
            statement.execute(NEW_ORDER);
            late.rollback(second);
            fixture.tick();
            late.commit();
        }
        fixture.tick();

        assertThat(fixture.keys(2, "sales_order")).contains(3).doesNotContain(4);
        assertThat(fixture.records(2, "currency")).singleElement().asString().contains("EUR");
    }

    @Test
    void preparedTransactionTravelsWhenItIsCommitted() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection connection = fixture.source.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(NEW_ORDER);
            statement.execute("PREPARE TRANSACTION 'order-" + fixture.source.name() + "'");
        }
        fixture.tick();
        fixture.source.execute("COMMIT PREPARED 'order-" + fixture.source.name() + "'");

        fixture.tick();

        assertThat(fixture.keys(2, "sales_order")).contains(3);
    }

    @Test
    void tableThatIsRewrittenWhileTheRunBeginsIsNotTakenForEmpty() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection change = fixture.source.connect();
                Statement statement = change.createStatement();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            change.setAutoCommit(false);
            statement.execute("ALTER TABLE department ADD head_count int DEFAULT (random() * 100)::int");
            Future<ExtractAnswer> extract = thread.submit(() -> fixture.tick());
            awaitLockWaiter(fixture);
            change.commit();
            extract.get();
        }

        assertThat(fixture.keys(1, "department")).containsExactly(1, 2);
        assertThat(fixture.keys(1, "staff")).containsExactly(1, 2, 3);
    }

    @Test
    void runIsCommittedOnlyWhenTheSourceCannotLoseItAnyMore() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        try (Connection connection = fixture.source.connect()) {
            connection.setAutoCommit(false);
            SourceSnapshot real = SourceSnapshot.take(connection);
            real.awaitDurability(connection, SourceSnapshot.LONGEST_WAIT);
            SourceSnapshot ahead =
                    new SourceSnapshot(real.source(), real.time(), real.horizon(), real.next(), "FFFF/0");

            assertThatThrownBy(() -> ahead.awaitDurability(connection, Duration.ofMillis(200)))
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessage("DATABASE_BUSY: the source has not written its log up to FFFF/0 within 0 s; a run is"
                            + " committed only when nothing of it can be lost in a crash of the source");
        }
    }

    @Test
    void renamedDepartmentBringsItsStaffAndNobodyElse() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE department SET department_name = 'Trade' WHERE department_id = 1");

        fixture.tick();

        assertThat(fixture.tables(2)).containsExactly("department", "staff");
        assertThat(fixture.keys(2, "department")).containsExactly(1);
        assertThat(fixture.keys(2, "staff")).containsExactly(1, 2);
    }

    @Test
    void changedStaffTravelsWithItsUnchangedDepartment() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE staff SET last_name = 'Four' WHERE staff_id = 3");

        fixture.tick();

        assertThat(fixture.keys(2, "staff")).containsExactly(3);
        assertThat(fixture.keys(2, "department")).containsExactly(2);
    }

    @Test
    void movedAddressBringsTheCounterpartiesWhoseLegalAddressItIs() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE address SET city = 'Bradford' WHERE address_id = 1");

        fixture.tick();

        assertThat(fixture.tables(2)).containsExactly("address", "counterparty");
        assertThat(fixture.keys(2, "address")).containsExactly(1);
        assertThat(fixture.keys(2, "counterparty")).containsExactly(1, 2);
    }

    @Test
    void newColumnTravelsToTheLake() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("ALTER TABLE design ADD colour text DEFAULT 'red'");

        fixture.tick();

        CsvObject object =
                fixture.manifest(1).table("design").orElseThrow().objects().getFirst();
        assertThat(fixture.content(object.key())).contains(",colour\n").contains(",red\n");
    }

    @Test
    void largeObjectsGoUpInPartsAndAreCutAtRows() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("""
                INSERT INTO design (design_name, file_location, file_name, last_updated)
                SELECT repeat(md5(i::text) || E'\n"', 300), 'x', i::text, now() FROM generate_series(1, 2500) i
                """);
        try (Connection connection = fixture.source.connect()) {
            byte[] expected = copy(connection, "design");
            List<CsvObject> objects;
            try (ExecutorService uploads = Executors.newVirtualThreadPerTaskExecutor();
                    CsvObjects csv = new CsvObjects(
                            fixture.store(fixture.ingestionBucket),
                            part -> ObjectKeys.csv("design", LocalDate.of(2026, 1, 31), 1, "attempt", part),
                            uploads,
                            18L * 1024 * 1024)) {
                assertThat(csv.append(connection, "SELECT t.* FROM design t WHERE t.design_id <= 1000"))
                        .isEqualTo(1_000);
                csv.append(connection, "SELECT t.* FROM design t WHERE t.design_id > 1000");
                objects = csv.finish();
            }

            assertThat(objects).hasSize(2);
            assertThat(objects.stream().mapToLong(CsvObject::rows).sum()).isEqualTo(2_501);
            String header = new String(expected, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElseThrow() + "\n";
            StringBuilder joined = new StringBuilder(header);
            for (CsvObject object : objects) {
                String content = fixture.content(object.key());
                assertThat(content).startsWith(header);
                assertThat(content.getBytes(StandardCharsets.UTF_8)).hasSize(Math.toIntExact(object.bytes()));
                joined.append(content, header.length(), content.length());
            }
            assertThat(joined.toString()).isEqualTo(new String(expected, StandardCharsets.UTF_8));
        }
    }

    @Test
    void reportsHowLongTheOldestRunHasBeenWaiting() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("UPDATE design SET design_name = 'Bag'");
        fixture.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

        fixture.metrics.figures.clear();
        assertThat(fixture.tick().pending()).isEqualTo(2);

        assertThat(fixture.metrics.figures)
                .filteredOn(figure -> figure.metric() == Metric.FRESHNESS)
                .singleElement()
                .satisfies(figure -> assertThat(figure.value()).isBetween(3_600L, 3_700L));
        assertThat(fixture.metrics.figures).contains(new RecordedMetrics.Figure(Metric.RUNS_PENDING, 2, ""));
    }

    @Test
    void reportsThatNothingWaitsAndThatItReadTheSource() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        // That it exists is all that an extraction looks at.
        fixture.store(fixture.processedBucket)
                .putIfAbsent(ObjectKeys.manifest(1), "{}".getBytes(StandardCharsets.UTF_8), "application/json");

        fixture.metrics.figures.clear();
        assertThat(fixture.tick().pending()).isZero();

        assertThat(fixture.metrics.figures)
                .contains(
                        new RecordedMetrics.Figure(Metric.FRESHNESS, 0, ""),
                        new RecordedMetrics.Figure(Metric.RUNS_PENDING, 0, ""),
                        new RecordedMetrics.Figure(Metric.HEARTBEAT, 1, ""));
    }

    @Test
    void reportsNoHeartbeatOfAnExtractionThatFails() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + fixture.reader.username());

        assertThatThrownBy(fixture::tick).hasMessageStartingWith("SOURCE_CONTRACT_BROKEN");

        assertThat(fixture.metrics.figures).isEmpty();
    }

    private static void awaitLockWaiter(ExtractFixture fixture) throws Exception {
        try (Connection connection = fixture.source.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 300; i++) {
                try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
                    row.next();
                    if (row.getInt(1) > 0) {
                        return;
                    }
                }
                Thread.sleep(100);
            }
        }
        throw new AssertionError("nobody waits for a lock");
    }

    private static byte[] copy(Connection connection, String table) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT * FROM " + table + ") TO STDOUT (FORMAT csv, HEADER)", output);
        return output.toByteArray();
    }
}
