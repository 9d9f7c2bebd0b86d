package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transaction numbers have 64 bits, but a row keeps only the lower 32: the real counter, moved near the wrap and beyond it. */
class WraparoundIT {

    private static final long WRAP = 1L << 32;
    private static final long HALF = 1L << 31;
    private static final long NEARLY_HALF = HALF - (1L << 25);

    /** Two leaps that are short enough for the server, which allows half the circle at most. */
    private static final long FAR = 0x6000_0000L;

    private static final long FARTHER = 0xC000_0000L;

    private static final String DESIGN = "INSERT INTO design (design_name, file_location, file_name, last_updated)"
            + " VALUES ('Bag', '/designs', 'bag.json', now())";

    private TestCluster cluster;
    private Ticks ticks;

    @BeforeEach
    void start() throws Exception {
        cluster = TestServers.shared().startClusterWithResettableLog();
        ticks = Ticks.on(cluster);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void rowsBeforeAcrossAndAfterTheWrapTravelOnce() throws Exception {
        ticks.assertReading(ticks.tick(), Reading.FULL);
        advanceTo(FAR);
        assertThat(ticks.tick()).as("frozen, and 1.6 thousand million behind").isEmpty();
        ticks.source().execute(DESIGN);
        assertThat(ticks.designs(ticks.tick())).containsExactly(2);
        advanceTo(FARTHER);
        assertThat(ticks.tick())
                .as("design 1 is in the other half of the circle")
                .isEmpty();
        ticks.source().execute(DESIGN);
        assertThat(ticks.designs(ticks.tick())).containsExactly(3);
        advanceTo(WRAP - 16);
        assertThat(ticks.tick()).isEmpty();

        List<Integer> travelled = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            execute(10, DESIGN);
            OptionalLong run = ticks.tick();
            ticks.assertReading(run, Reading.CHANGES);
            travelled.addAll(ticks.designs(run));
            assertThat(ticks.tick()).isEmpty();
        }

        assertThat(nextTransaction()).isGreaterThan(WRAP);
        assertThat(travelled)
                .containsExactlyElementsOf(IntStream.rangeClosed(4, 43).boxed().toList());
        freeze();
        assertThat(ticks.tick()).isEmpty();
        ticks.assertNothingLost();
    }

    @Test
    void transactionThatIsOpenAcrossTheWrapIsInTheRunAfterItsCommit() throws Exception {
        advanceTo(FAR);
        advanceTo(FARTHER);
        advanceTo(WRAP - 16);
        ticks.tick();
        try (Connection late = ticks.source().connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute(DESIGN);
            execute(30, "UPDATE payment SET paid = NOT paid");
            statement.execute("SAVEPOINT beyond");
            statement.execute(DESIGN);
            assertThat(nextTransaction()).isGreaterThan(WRAP);
            OptionalLong run = ticks.tick();
            ticks.assertReading(run, Reading.CHANGES);
            assertThat(ticks.designs(run)).isEmpty();
            late.commit();
        }

        OptionalLong run = ticks.tick();

        ticks.assertReading(run, Reading.CHANGES);
        assertThat(ticks.designs(run)).containsExactly(2, 3);
        ticks.assertNothingLost();
        assertThat(ticks.tick()).isEmpty();
    }

    /** The lower 32 bits do not say that the row is a whole circle old. */
    @Test
    void rowTravelsAgainWhenItsNumberComesRound() throws Exception {
        ticks.tick();
        advanceTo(FAR);
        advanceTo(FARTHER);
        advanceTo(WRAP + 3);
        assertThat(ticks.designs(ticks.tick()))
                .as("a whole circle behind the run before")
                .containsExactly(1);
        assertThat(ticks.tick()).isEmpty();
        consumeTransactions(2_000);

        OptionalLong run = ticks.tick();

        ticks.assertReading(run, Reading.CHANGES);
        assertThat(ticks.designs(run)).containsExactly(1);
        ticks.assertNothingLost();
        assertThat(ticks.tick()).isEmpty();
    }

    @Test
    void changesAreReadUntilNearlyHalfTheCircleAndEverythingBeyond() throws Exception {
        ticks.tick();
        long next = nextTransaction();
        advanceTo(FAR);
        advanceTo(next + NEARLY_HALF);
        ticks.source().execute(DESIGN);

        OptionalLong near = ticks.tick();

        ticks.assertReading(near, Reading.CHANGES);
        assertThat(ticks.designs(near)).containsExactly(2);
        next = nextTransaction();
        advanceTo(next + FAR);
        advanceTo(next + HALF);
        ticks.source().execute(DESIGN);

        OptionalLong far = ticks.tick();

        ticks.assertReading(far, Reading.FULL);
        assertThat(ticks.designs(far)).containsExactly(1, 2, 3);
        assertThat(ticks.tick()).isEmpty();
    }

    /** The snapshot's end is not the counter: subtransactions of an open transaction lie beyond it. */
    @Test
    void subtransactionsBeyondHalfTheCircleHideNoChange() throws Exception {
        ticks.tick();
        long next = nextTransaction();
        advanceTo(FAR);
        advanceTo(next + HALF - 40);
        ticks.source().execute(DESIGN);
        try (Connection open = ticks.source().connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            for (int i = 0; i < 60; i++) {
                statement.execute("SAVEPOINT s" + i);
                statement.execute(DESIGN);
            }
            assertThat(nextTransaction()).isLessThan(next + HALF);

            assertThat(ticks.designs(ticks.tick())).contains(2);
        }
    }

    /** A row of the last circle has the number of a transaction that is open now. */
    @Test
    void openTransactionWithTheNumberOfAnOldRowIsNotTakenForSeen() throws Exception {
        ticks.tick();
        long old = Long.parseLong(cluster.query(ticks.source().name(), "SELECT xmin FROM design WHERE design_id = 1"));
        for (long next : new long[] {FAR, FARTHER, WRAP + 3}) {
            advanceTo(next);
            ticks.tick();
        }
        consumeTransactions(Math.toIntExact(WRAP + old - nextTransaction()));
        try (Connection late = ticks.source().connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute(DESIGN);
            assertThat(nextTransaction()).isLessThanOrEqualTo(WRAP + old);
            ticks.source().execute("UPDATE payment SET paid = NOT paid");
            ticks.tick();
            late.commit();
        }

        assertThat(ticks.designs(ticks.tick())).contains(2);
    }

    /** Restarts the source, frozen, with that number as its next one. */
    private void advanceTo(long next) throws SQLException {
        cluster.advanceTransactionsTo(next);
    }

    private void freeze() throws SQLException {
        try (Connection connection = ticks.source().connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM (FREEZE)");
        }
    }

    /** Each time in a transaction of its own. */
    private void execute(int times, String sql) throws SQLException {
        try (Connection connection = ticks.source().connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < times; i++) {
                statement.execute(sql);
            }
        }
    }

    private void consumeTransactions(int count) throws SQLException {
        cluster.execute(
                "DO $$ BEGIN FOR i IN 1.." + count + " LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    }

    private long nextTransaction() throws SQLException {
        return Long.parseLong(cluster.query("SELECT pg_snapshot_xmax(pg_current_snapshot())"));
    }
}
