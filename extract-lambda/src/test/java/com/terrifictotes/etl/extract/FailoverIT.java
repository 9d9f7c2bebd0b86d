package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A standby takes over: from there on a transaction number may mean another transaction than before. */
class FailoverIT {

    /** Changed pages that the first checkpoint after a promotion has to write: it takes its time over that. */
    private static final String MANY_PAGES =
            "CREATE TABLE filler AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 3000)";

    private static final String TIMELINE_OF_LAST_CHECKPOINT = "SELECT timeline_id FROM pg_control_checkpoint()";

    private TestCluster primary;
    private TestCluster standby;
    private Ticks ticks;

    @BeforeEach
    void start() throws Exception {
        primary = TestServers.shared().startCluster();
        ticks = Ticks.on(primary);
        standby = primary.standby();
        primary.execute(MANY_PAGES);
        standby.awaitReplayOf(primary);
    }

    @AfterEach
    void stop() {
        if (standby != null) {
            standby.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    @Test
    void promotedStandbyIsReadInFullBeforeItsFirstCheckpointAndOnce() throws Exception {
        ticks.assertReading(ticks.tick(standby), Reading.FULL);

        standby.promote();
        OptionalLong run = ticks.tick(standby);

        assertThat(standby.query(TIMELINE_OF_LAST_CHECKPOINT))
                .as("the timeline of the last checkpoint is still the one before the promotion")
                .isEqualTo("1");
        assertThat(run).isPresent();
        ticks.assertReading(run, Reading.FULL);
        assertThat(ticks.tick(standby)).isEmpty();
        standby.execute("CHECKPOINT");
        assertThat(standby.query(TIMELINE_OF_LAST_CHECKPOINT)).isEqualTo("2");
        assertThat(ticks.tick(standby)).isEmpty();
    }

    @Test
    void numbersOfLostTransactionsMayBeGivenOutAgain() throws Exception {
        ticks.tick(primary);
        standby.disconnect();
        insertDesigns(ticks.source(), 20, "lost");
        assertThat(ticks.designs(ticks.tick(primary)))
                .containsExactlyElementsOf(IntStream.rangeClosed(2, 21).boxed().toList());
        long horizon = nextTransaction(primary);
        primary.crash();
        standby.promote();
        assertThat(nextTransaction(standby)).isLessThan(horizon - 15);
        insertDesigns(ticks.source(standby), 30, "kept");
        assertThat(nextTransaction(standby)).isGreaterThan(horizon);

        OptionalLong run = ticks.tick(standby);

        ticks.assertReading(run, Reading.FULL);
        assertThat(ticks.designs(run)).hasSize(31);
        ticks.assertNothingLost(standby);
    }

    @Test
    void standbyThatFollowsThePromotedOneIsReadInFull() throws Exception {
        try (TestCluster second = primary.standby()) {
            ticks.tick(primary);
            standby.awaitReplayOf(primary);
            second.awaitReplayOf(primary);
            standby.disconnect();
            second.disconnect();
            insertDesigns(ticks.source(), 20, "lost");
            ticks.tick(primary);
            primary.crash();
            standby.promote();
            second.follow(standby);
            second.execute("ALTER SYSTEM RESET primary_conninfo");
            second.query("SELECT pg_reload_conf()");
            insertDesigns(ticks.source(standby), 30, "kept");
            second.awaitReplayOf(standby);

            OptionalLong run = ticks.tick(second);

            ticks.assertReading(run, Reading.FULL);
            ticks.assertNothingLost(second);
        }
    }

    private static void insertDesigns(TestDatabase source, int count, String name) throws SQLException {
        for (int i = 0; i < count; i++) {
            source.execute("INSERT INTO design (design_name, file_location, file_name, last_updated)" + " VALUES ('"
                    + name + "', '/designs', 'bag.json', now())");
        }
    }

    private static long nextTransaction(TestCluster cluster) throws SQLException {
        return Long.parseLong(cluster.query("SELECT pg_snapshot_xmax(pg_current_snapshot())"));
    }
}
