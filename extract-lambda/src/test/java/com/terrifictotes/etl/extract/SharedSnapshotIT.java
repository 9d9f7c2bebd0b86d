package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Operation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Large tables are read over several connections that see one snapshot. */
class SharedSnapshotIT {

    private static final int MANY = 90_000;

    private static final String MANY_DESIGNS = """
            INSERT INTO design (design_id, design_name, file_location, file_name, last_updated)
            SELECT i, 'design ' || i, '/designs', i || '.json', now() FROM generate_series(2, %d) i
            """.formatted(MANY);

    private static final ExtractSettings THREE =
            new ExtractSettings(ChangeDetection.bySnapshot(), RunLimits.DEFAULT, 3);

    @Test
    void everyRowIsReadOnceByWhomeverReadsIt() throws Exception {
        ExtractFixture fixture = large();

        fixture.tick(THREE);

        assertThat(fixture.keys(1, "design"))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, MANY).boxed().toList());
        List<CsvObject> objects =
                fixture.manifest(1).table("design").orElseThrow().objects();
        assertThat(objects).extracting(CsvObject::key).isSorted().doesNotHaveDuplicates();
        assertThat(fixture.tick(THREE).run()).isNull();
    }

    @Test
    void budgetHoldsForAllConnectionsTogether() throws Exception {
        ExtractFixture fixture = large();
        ExtractSettings settings = new ExtractSettings(
                ChangeDetection.bySnapshot(), new RunLimits(25_000, 1L << 30, Duration.ofMinutes(5)), 3);
        List<Integer> keys = new ArrayList<>();
        boolean more = true;
        for (long run = 1; more; run++) {
            more = fixture.tick(settings).more();
            List<Integer> ofRun = fixture.keys(run, "design");
            assertThat(ofRun).hasSizeLessThanOrEqualTo(25_000);
            keys.addAll(ofRun);
        }

        assertThat(keys)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, MANY).boxed().toList());
    }

    @Test
    void connectionsAreClosedAfterSuccessAndFailure() throws Exception {
        ExtractFixture fixture = large();
        for (int tries = 0; tries < 12; tries++) {
            fixture.servers
                    .requireLoopback()
                    .faults()
                    .next(
                            request -> request.operation() == Operation.PUT_OBJECT
                                    && request.bucket().equals(fixture.ingestionBucket)
                                    && request.key().startsWith("data/design/"),
                            Fault.slowDown());
        }
        try {
            assertThatThrownBy(() -> fixture.tick(THREE)).isInstanceOf(TransientPipelineException.class);
        } finally {
            fixture.servers.requireLoopback().faults().clear();
        }
        assertThat(sessionsLeft(fixture)).as("after a failure").isZero();

        fixture.tick(THREE);
        assertThat(sessionsLeft(fixture)).as("after success").isZero();
    }

    /**
     * Whoever asks for the lock of a table after him waits behind him, and he waits for the run. A reading of staff reads
     * department as well, which is small and read by another connection.
     */
    @Test
    void somebodyWhoWaitsToChangeATableStopsNobody() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("""
                INSERT INTO staff (first_name, last_name, department_id, email_address, last_updated)
                SELECT 'a', 'b', 1, 'c', now() FROM generate_series(1, 200000)
                """);
        fixture.tick();
        fixture.source.execute("UPDATE staff SET last_name = 'd'");
        assertThat(fixture.tick(new ExtractSettings(
                                ChangeDetection.bySnapshot(), new RunLimits(10, 1L << 30, Duration.ofMinutes(5)), 1))
                        .more())
                .isTrue();
        try (Connection change = fixture.source.connect();
                Statement statement = change.createStatement();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Boolean> changed = thread.submit(() -> {
                while (!isLockedByARun(statement, "department")) {
                    Thread.onSpinWait();
                }
                return statement.execute("ALTER TABLE department ADD COLUMN floor int");
            });

            assertThat(fixture.tick(THREE).run()).isEqualTo(3);

            changed.get();
        }
        assertThat(fixture.keys(3, "staff")).hasSizeGreaterThan(199_000).doesNotHaveDuplicates();
    }

    @Test
    void connectionsThatThereAreNotAreDoneWithout() throws Exception {
        ExtractFixture fixture = large();
        try (Connection connection = fixture.source.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + fixture.reader.username() + " CONNECTION LIMIT 1");
        }

        assertThat(fixture.tick(THREE).run()).isEqualTo(1);
        assertThat(fixture.keys(1, "design")).hasSize(MANY);
    }

    @Test
    void tableThatFailsInTheMiddleIsHeldBackAndTheOthersAreRead() throws Exception {
        ExtractFixture fixture = ExtractFixture.filledWithoutEncoding();
        fixture.source.execute(MANY_DESIGNS);
        fixture.source.execute("UPDATE design SET design_name = E'Caf\\351' WHERE design_id = 70000");

        ExtractAnswer answer = fixture.tick(THREE);

        assertThat(answer.heldBack()).singleElement().satisfies(table -> {
            assertThat(table.table()).isEqualTo("design");
            assertThat(table.reason()).endsWith("the row with design_id 70000 has one");
        });
        assertThat(fixture.tables(1)).hasSize(10).doesNotContain("design");
        assertThat(answer.more()).isFalse();
    }

    private static ExtractFixture large() throws SQLException {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(MANY_DESIGNS);
        return fixture;
    }

    /** A session ends some moments after its connection was closed. */
    private static long sessionsLeft(ExtractFixture fixture) throws SQLException, InterruptedException {
        long left = sessions(fixture);
        for (int i = 0; i < 300 && left > 0; i++) {
            Thread.sleep(100);
            left = sessions(fixture);
        }
        return left;
    }

    private static long sessions(ExtractFixture fixture) throws SQLException {
        try (Connection connection = fixture.source.connectAsSuperuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + fixture.reader.username() + "'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean isLockedByARun(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE relation = '" + table
                + "'::regclass AND mode = 'AccessShareLock' AND granted")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }
}
