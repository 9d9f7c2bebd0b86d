package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.common.runlog.LoadManifest;
import com.terrifictotes.etl.common.runlog.Manifest;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A small Totesys of its own, read by a role that may only read, and two empty buckets. */
final class ExtractFixture {

    private static final String FEW_ROWS = """
            INSERT INTO address (address_line_1, city, postal_code, country, phone, last_updated)
            VALUES ('1 High Street', 'Leeds', 'LS1', 'United Kingdom', '1', now()),
                   ('2 Low Street', 'Hull', 'HU1', 'United Kingdom', '2', now()),
                   ('3 Side Street', 'York', 'YO1', 'United Kingdom', '3', now());
            INSERT INTO department (department_name, location, manager, last_updated)
            VALUES ('Sales', 'Leeds', 'A', now()), ('Purchasing', NULL, NULL, now());
            INSERT INTO staff (first_name, last_name, department_id, email_address, last_updated)
            VALUES ('Ann', 'One', 1, 'ann@example.com', now()), ('Bob', 'Two', 1, 'bob@example.com', now()),
                   ('Cy', 'Three', 2, 'cy@example.com', now());
            INSERT INTO counterparty (counterparty_legal_name, legal_address_id, last_updated)
            VALUES ('First plc', 1, now()), ('Second plc', 1, now()), ('Third plc', 2, now());
            INSERT INTO currency (currency_code, last_updated) VALUES ('GBP', now());
            INSERT INTO design (design_name, file_location, file_name, last_updated)
            VALUES ('Tote', '/designs', 'tote.json', now());
            INSERT INTO payment_type (payment_type_name, last_updated) VALUES ('SALES_RECEIPT', now());
            INSERT INTO sales_order (last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,
                currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
            VALUES (now(), 1, 1, 1, 10, 2.50, 1, '2024-02-29', '2024-03-01', 3),
                   (now(), 1, 3, 2, 20, 3.75, 1, '2024-02-29', '2024-03-01', 3);
            INSERT INTO purchase_order (last_updated, staff_id, counterparty_id, item_code, item_quantity,
                item_unit_price, currency_id, agreed_delivery_date, agreed_payment_date, agreed_delivery_location_id)
            VALUES (now(), 1, 1, 'INK', 5, 1.00, 1, '2024-02-29', '2024-03-01', 3);
            INSERT INTO transaction (transaction_type, sales_order_id, last_updated) VALUES ('SALE', 1, now());
            INSERT INTO payment (last_updated, transaction_id, counterparty_id, payment_amount, currency_id,
                payment_type_id, paid, payment_date, company_ac_number, counterparty_ac_number)
            VALUES (now(), 1, 1, 25.00, 1, 1, false, '2024-03-01', 12345678, 87654321);
            """;

    final TestServers servers = TestServers.shared();
    final TestDatabase source;
    final TestRole reader;
    final String ingestionBucket = servers.createBucket("ingestion");
    final String processedBucket = servers.createBucket("processed");
    final RunLogs logs = RunLogs.of(store(ingestionBucket), store(processedBucket));
    final RecordedMetrics metrics = new RecordedMetrics();

    /** What stages that are made from now on take for the time. */
    Clock clock = Clock.systemUTC();

    private final Database database;

    private ExtractFixture(TestDatabase source) throws SQLException {
        this.source = source;
        this.reader = source.createReader("reader");
        String secret = servers.createSecret("totesys", reader.secretJson());
        this.database = new Database(SecretSource.of(servers.secretsManager()), secret, "test");
    }

    /** A source with a few rows in every table. */
    static ExtractFixture filled() throws SQLException {
        return filled(TestServers.shared().createTotesysDatabase("totesys"));
    }

    /** The same in a database whose texts may be any bytes. */
    static ExtractFixture filledWithoutEncoding() throws SQLException {
        return filled(TestServers.shared().createTotesysDatabaseWithoutEncoding("totesys"));
    }

    /** The same in a database without rows. */
    static ExtractFixture filled(TestDatabase source) throws SQLException {
        ExtractFixture fixture = new ExtractFixture(source);
        fixture.source.execute(FEW_ROWS);
        return fixture;
    }

    ObjectStore store(String bucket) {
        return new ObjectStore(servers.s3(), bucket);
    }

    /** A stage as a cold function has it. */
    ExtractStage stage() {
        return stage(Totesys.CATALOGUE, database);
    }

    ExtractStage stage(Catalogue catalogue, Database from) {
        return stage(catalogue, from, ExtractSettings.DEFAULT);
    }

    /** A stage as a cold function has it that is configured in another way. */
    ExtractStage stage(ExtractSettings settings) {
        return stage(Totesys.CATALOGUE, database, settings);
    }

    ExtractStage stage(Catalogue catalogue, Database from, ExtractSettings settings) {
        ObjectStore ingestion = store(ingestionBucket);
        return new ExtractStage(
                catalogue, RunLogs.of(ingestion, store(processedBucket)), ingestion, from, metrics, clock, settings);
    }

    /** One extraction by a cold function. */
    ExtractAnswer tick() {
        return stage().extract(ExtractRequest.changes(), Deadline.none());
    }

    /** One extraction by a cold function that is configured in another way. */
    ExtractAnswer tick(ExtractSettings settings) {
        return stage(settings).extract(ExtractRequest.changes(), Deadline.none());
    }

    /** One extraction that says what whole tables are like, by a cold function. */
    ExtractAnswer audit() {
        return stage().extract(ExtractRequest.audit(), Deadline.none());
    }

    /** Whether an extraction got as far as its commit, which fails. */
    boolean tickThatIsKilledBeforeItsCommit(ExtractSettings settings) {
        return isKilledBeforeItsCommit(() -> tick(settings));
    }

    /** Whether an extraction gets as far as its commit, which fails. */
    boolean isKilledBeforeItsCommit(Runnable extraction) {
        Faults faults = servers.requireLoopback().faults();
        for (int tries = 0; tries < 4; tries++) {
            faults.next(
                    request -> request.operation() == Operation.PUT_OBJECT
                            && request.bucket().equals(ingestionBucket)
                            && request.key().startsWith("runs/"),
                    Fault.internalError());
        }
        try {
            extraction.run();
            return false;
        } catch (PipelineException e) {
            return true;
        } finally {
            faults.clear();
        }
    }

    /** The load has brought a run into the warehouse, and asks for ranges to be read again. */
    void loads(long run, DifferentRange... asked) {
        Instant time = manifest(run).snapshotTime();
        WarehouseAudit audit = asked.length == 0 ? null : new WarehouseAudit(List.of(), List.of(asked));
        logs.loaded().append(new LoadManifest(Manifest.VERSION, run, "load" + run, time, time, List.of(), audit));
    }

    /** What a run says of the source. */
    SourceAudit said(long run) {
        return requireNonNull(manifest(run).audit(), "the run says nothing");
    }

    RunManifest manifest(long run) {
        return logs.committed().read(run);
    }

    /** The records of a table that a run read, without the header; only for values without line breaks. */
    List<String> records(long run, String table) {
        List<String> lines = new ArrayList<>();
        for (CsvObject object : manifest(run).table(table).orElseThrow().objects()) {
            lines.addAll(content(object.key()).lines().skip(1).toList());
        }
        return lines;
    }

    /** The primary keys of the rows of a table that a run read. */
    List<Integer> keys(long run, String table) {
        return records(run, table).stream()
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(','))))
                .sorted()
                .toList();
    }

    /** The tables that a run read rows of. */
    List<String> tables(long run) {
        return manifest(run).tables().stream()
                .filter(table -> table.rows() > 0)
                .map(RunManifest.TableExtract::table)
                .toList();
    }

    String content(String key) {
        return new String(store(ingestionBucket).read(key).orElseThrow(), StandardCharsets.UTF_8);
    }
}
