package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** Runs against a source that may move from server to server, each by a stage as a cold function has it. */
final class Ticks {

    private static final List<String> TABLES =
            Totesys.CATALOGUE.sources().stream().map(SourceTable::name).toList();

    private final ExtractFixture fixture;
    private final TestRole reader;

    /** The rows of the runs so far by table and key, a later run over an earlier one. */
    private final Map<String, Map<Integer, String>> carried = new HashMap<>();

    private long replayed;

    private Ticks(ExtractFixture fixture) throws SQLException {
        this.fixture = fixture;
        this.reader = fixture.source.createReader("ticks");
    }

    /** A source with a few rows in every table, one of them design 1, on the servers that tests share. */
    static Ticks onSharedServer() throws SQLException {
        return new Ticks(ExtractFixture.filled());
    }

    /** The same on a server of the test's own. */
    static Ticks on(TestCluster cluster) throws SQLException {
        return new Ticks(ExtractFixture.filled(cluster.createTotesysDatabase()));
    }

    /** Where the source was first. */
    TestDatabase source() {
        return fixture.source;
    }

    /** The source on the server that it is on now. */
    TestDatabase source(TestCluster cluster) {
        return cluster.sameDatabase(fixture.source);
    }

    /** A run against the source where it was first; empty if it was quiet. */
    OptionalLong tick() {
        return tick(reader);
    }

    /** A run against the source on another server. */
    OptionalLong tick(TestCluster cluster) {
        return tick(cluster.sameRole(reader));
    }

    private OptionalLong tick(TestRole role) {
        return tick(role, ExtractSettings.DEFAULT);
    }

    /** A run of ten rows against the source on another server. */
    OptionalLong tickTen(TestCluster cluster) {
        return tick(
                cluster.sameRole(reader),
                new ExtractSettings(
                        ChangeDetection.bySnapshot(), new RunLimits(10, 1L << 30, Duration.ofMinutes(5)), 1));
    }

    /** The one call of the stage. */
    private OptionalLong tick(TestRole role, ExtractSettings settings) {
        ExtractAnswer answer = fixture.stage(
                        Totesys.CATALOGUE, new Database(name -> role.secretJson(), "source", "test"), settings)
                .extract(ExtractRequest.changes(), Deadline.none());
        Long run = answer.run();
        return run == null ? OptionalLong.empty() : OptionalLong.of(run);
    }

    /** The designs that a run read. */
    List<Integer> designs(OptionalLong run) {
        return fixture.keys(run.orElseThrow(), "design");
    }

    /** Checks how a run read each of its tables. */
    void assertReading(OptionalLong run, Reading expected) {
        assertThat(fixture.manifest(run.orElseThrow()).tables())
                .hasSameSizeAs(TABLES)
                .allSatisfy(
                        table -> assertThat(table.reading()).as(table.table()).isEqualTo(expected));
    }

    /** Checks that the runs so far, a later one over an earlier one, have every row as it is now. */
    void assertNothingLost() throws Exception {
        assertNothingLost(fixture.source);
    }

    /** The same where the source is on another server. */
    void assertNothingLost(TestCluster cluster) throws Exception {
        assertNothingLost(source(cluster));
    }

    private void assertNothingLost(TestDatabase database) throws Exception {
        for (long tail = fixture.logs.committed().tail(); replayed < tail; replayed++) {
            for (String table : fixture.tables(replayed + 1)) {
                addByKey(
                        carried.computeIfAbsent(table, ignored -> new TreeMap<>()),
                        fixture.records(replayed + 1, table));
            }
        }
        try (Connection connection = database.connect()) {
            for (String table : TABLES) {
                Map<Integer, String> present = addByKey(new TreeMap<>(), copy(connection, table));
                Map<Integer, String> rows = new TreeMap<>(carried.getOrDefault(table, Map.of()));
                // What a failover or a restore took back stays in the runs: deletions are not seen this way.
                rows.keySet().retainAll(present.keySet());
                assertThat(rows).as(table).isEqualTo(present);
            }
        }
    }

    private static Map<Integer, String> addByKey(Map<Integer, String> rows, List<String> lines) {
        lines.forEach(line -> rows.put(Integer.valueOf(line.substring(0, line.indexOf(','))), line));
        return rows;
    }

    private static List<String> copy(Connection connection, String table) throws SQLException, IOException {
        StringWriter output = new StringWriter();
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT * FROM " + table + ") TO STDOUT (FORMAT csv)", output);
        return output.toString().lines().toList();
    }
}
