package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * Random changes, open transactions, budgets, strategies, tables that are held back and requests for every row: nothing is
 * lost, and whoever joins to a row travels with it.
 */
class RandomRunsIT {

    private static final List<String> TABLES = List.of("department", "staff", "address", "counterparty", "design");

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nothingIsLost(int seed) throws Exception {
        boolean switches = seed % 2 == 0;
        Random random = new Random(seed);
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute(
                "INSERT INTO design (design_name, file_location, file_name, last_updated) SELECT 'd', '', '', now() AT TIME ZONE 'UTC' FROM generate_series(1, 30)");
        fixture.source.execute("ALTER TABLE staff ALTER department_id DROP NOT NULL");
        fixture.source.execute(
                "INSERT INTO department (department_name, last_updated) SELECT 'd', now() AT TIME ZONE 'UTC' FROM generate_series(1, 6)");
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Connection connection = fixture.source.connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET lock_timeout = '10ms'");
            }
            connection.commit();
            open.add(connection);
        }
        String reader = fixture.reader.username();
        for (int step = 0; step < 70; step++) {
            int what = random.nextInt(12);
            if (what < 6) {
                Connection connection = open.get(random.nextInt(open.size()));
                change(connection, random);
                if (random.nextInt(3) > 0) {
                    connection.commit();
                }
            } else if (what < 7) {
                String table = TABLES.get(random.nextInt(TABLES.size()));
                fixture.source.execute((random.nextBoolean()
                                ? "REVOKE SELECT ON " + table + " FROM "
                                : "GRANT SELECT ON " + table + " TO ")
                        + reader);
                fixture.source.execute(
                        "GRANT SELECT ON " + TABLES.get(random.nextInt(TABLES.size())) + " TO " + reader);
            } else {
                Reading reading = random.nextInt(15) == 0 ? Reading.FULL : Reading.CHANGES;
                fixture.stage(settings(random, switches))
                        .extract(new ExtractRequest(reading, null, null), Deadline.none());
            }
        }
        for (Connection connection : open) {
            connection.commit();
            connection.close();
        }
        for (String table : TABLES) {
            fixture.source.execute("GRANT SELECT ON " + table + " TO " + reader);
        }
        int runs = 0;
        while (fixture.tick(settings(random, false)).more()) {
            runs++;
            assertThat(runs).as("runs at the end").isLessThan(300);
        }
        fixture.tick();
        assertThat(fixture.tick().run()).as("nothing is left").isNull();
        check(fixture);
    }

    private static void check(ExtractFixture fixture) throws Exception {
        Map<String, Map<Integer, String>> carried = new HashMap<>();
        Map<String, Map<Integer, Long>> lastRun = new HashMap<>();
        Map<Long, Map<String, List<String>>> byRun = new HashMap<>();
        long tail = fixture.logs.committed().tail();
        for (long run = 1; run <= tail; run++) {
            for (String table : fixture.tables(run)) {
                for (String record : fixture.records(run, table)) {
                    int key = Integer.parseInt(record.substring(0, record.indexOf(',')));
                    carried.computeIfAbsent(table, ignored -> new TreeMap<>()).put(key, record);
                    lastRun.computeIfAbsent(table, ignored -> new TreeMap<>()).put(key, run);
                    byRun.computeIfAbsent(run, ignored -> new HashMap<>())
                            .computeIfAbsent(table, ignored -> new ArrayList<>())
                            .add(record);
                }
            }
        }
        try (Connection connection = fixture.source.connect()) {
            Map<String, Map<Integer, String>> present = new HashMap<>();
            for (String table : TABLES) {
                StringWriter output = new StringWriter();
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("COPY " + table + " TO STDOUT (FORMAT csv)", output);
                Map<Integer, String> rows = new TreeMap<>();
                output.toString()
                        .lines()
                        .forEach(line -> rows.put(Integer.valueOf(line.substring(0, line.indexOf(','))), line));
                present.put(table, rows);
                Map<Integer, String> known = new TreeMap<>(carried.getOrDefault(table, Map.of()));
                known.keySet().retainAll(rows.keySet());
                assertThat(known).as(table).isEqualTo(rows);
            }
            joined(present, lastRun, byRun, "staff", 3, "department");
            joined(present, lastRun, byRun, "counterparty", 2, "address");
        }
    }

    private static void joined(
            Map<String, Map<Integer, String>> present,
            Map<String, Map<Integer, Long>> lastRun,
            Map<Long, Map<String, List<String>>> byRun,
            String child,
            int column,
            String parent) {
        requireNonNull(present.get(child)).forEach((key, record) -> {
            String reference = record.split(",", -1)[column];
            if (!reference.isEmpty()) {
                long run = requireNonNull(requireNonNull(lastRun.get(child)).get(key));
                assertThat(requireNonNull(byRun.get(run)).get(parent))
                        .as("run %d, %s %d with %s %s", run, child, key, parent, reference)
                        .contains(requireNonNull(present.get(parent)).get(Integer.valueOf(reference)))
                        .doesNotHaveDuplicates();
            }
        });
    }

    private static void change(Connection connection, Random random) throws SQLException {
        String now = "last_updated = clock_timestamp() AT TIME ZONE 'UTC'";
        int n = random.nextInt(1_000_000);
        int key = 1 + random.nextInt(8);
        String sql = switch (random.nextInt(12)) {
            case 0 -> "UPDATE department SET department_name = 'n" + n + "', " + now + " WHERE department_id = " + key;
            case 1 -> "UPDATE staff SET last_name = 'n" + n + "', " + now + " WHERE staff_id = " + key;
            case 2 ->
                "INSERT INTO staff (first_name, last_name, department_id, email_address, last_updated) VALUES ('x', 'n"
                        + n + "', " + (random.nextInt(5) == 0 ? "NULL" : key)
                        + ", 'e', clock_timestamp() AT TIME ZONE 'UTC')";
            case 3 ->
                "UPDATE staff SET department_id = " + (random.nextInt(3) == 0 ? "NULL" : key) + ", " + now
                        + " WHERE staff_id = " + (1 + random.nextInt(12));
            case 4 ->
                "UPDATE design SET design_name = 'n" + n + "', " + now + " WHERE design_id = "
                        + (1 + random.nextInt(31));
            case 5 ->
                "UPDATE design SET design_id = design_id + " + (random.nextInt(2000) - 1000) + ", " + now
                        + " WHERE design_id > 1 AND design_id % 31 = " + random.nextInt(31) + " AND design_id < 32";
            case 6 ->
                "INSERT INTO design (design_id, design_name, file_location, file_name, last_updated) VALUES ("
                        + (random.nextInt(100) - 50) + " , 'n" + n + "', '', '', clock_timestamp() AT TIME ZONE 'UTC')"
                        + " ON CONFLICT DO NOTHING";
            case 7 ->
                "UPDATE address SET city = 'n" + n + "', " + now + " WHERE address_id = " + (1 + random.nextInt(3));
            case 8 ->
                "UPDATE counterparty SET legal_address_id = " + (1 + random.nextInt(3)) + ", " + now
                        + " WHERE counterparty_id = " + (1 + random.nextInt(3));
            case 9 -> "DELETE FROM design WHERE design_id > 1 AND design_id % 17 = " + random.nextInt(17);
            case 10 -> "UPDATE design SET design_name = 'all" + n + "', " + now;
            default -> "UPDATE staff SET first_name = 'all" + n + "', " + now;
        };
        try (Statement statement = connection.createStatement()) {
            statement.execute("SAVEPOINT a");
            try {
                statement.execute(sql);
                statement.execute("RELEASE SAVEPOINT a");
            } catch (SQLException e) {
                statement.execute("ROLLBACK TO SAVEPOINT a");
            }
        }
    }

    private static ExtractSettings settings(Random random, boolean switches) {
        ChangeDetection detection = switches && random.nextInt(3) == 0
                ? new ChangeDetection(ChangeDetection.Strategy.LAST_UPDATED, Map.of(), Duration.ofHours(1))
                : new ChangeDetection(
                        ChangeDetection.Strategy.SNAPSHOT,
                        switches && random.nextBoolean()
                                ? Map.of("staff", ChangeDetection.Strategy.LAST_UPDATED)
                                : Map.of(),
                        Duration.ofHours(1));
        int rows = random.nextInt(4) == 0 ? 1_000 : 1 + random.nextInt(12);
        return new ExtractSettings(detection, new RunLimits(rows, 1L << 30, Duration.ofMinutes(5)), 1);
    }
}
