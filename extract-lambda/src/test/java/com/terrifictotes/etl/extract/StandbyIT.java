package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A hot standby as the source: what its primary does comes to it through the log, late and piece by piece. */
class StandbyIT {

    private static final String DESIGN = "INSERT INTO design (design_name, file_location, file_name, last_updated)"
            + " VALUES ('Bag', '/designs', 'bag.json', now())";

    private static TestCluster primary;
    private static TestCluster standby;
    private static Ticks ticks;

    @BeforeAll
    static void start() throws Exception {
        primary = TestServers.shared().startCluster();
        ticks = Ticks.on(primary);
        standby = primary.standby();
        standby.awaitReplayOf(primary);
        ticks.assertReading(ticks.tick(standby), Reading.FULL);
    }

    @AfterAll
    static void stop() {
        if (standby != null) {
            standby.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    @Test
    void runReadsWhatHasBeenReplayed() throws Exception {
        int last = lastDesign();
        assertThat(ticks.tick(standby)).isEmpty();
        ticks.source().execute(DESIGN);
        ticks.source().execute("UPDATE design SET design_name = 'Tote bag' WHERE design_id = 1");
        standby.awaitReplayOf(primary);

        OptionalLong run = ticks.tick(standby);

        ticks.assertReading(run, Reading.CHANGES);
        assertThat(ticks.designs(run)).containsExactly(1, last + 1);
        assertThat(ticks.tick(standby)).isEmpty();
        ticks.assertNothingLost(standby);
    }

    @Test
    void transactionThatIsOpenOnThePrimaryIsInTheRunAfterItsCommit() throws Exception {
        int last = lastDesign();
        try (Connection late = ticks.source().connect();
                Statement statement = late.createStatement();
                Connection prepared = ticks.source().connect();
                Statement inPrepared = prepared.createStatement()) {
            late.setAutoCommit(false);
            statement.execute(DESIGN);
            prepared.setAutoCommit(false);
            inPrepared.execute("UPDATE currency SET currency_code = 'EUR'");
            inPrepared.execute("PREPARE TRANSACTION 'currency'");
            ticks.source().execute("UPDATE payment SET paid = true");
            standby.awaitReplayOf(primary);
            OptionalLong before = ticks.tick(standby);
            assertThat(ticks.designs(before)).isEmpty();

            late.commit();
            ticks.source().execute("COMMIT PREPARED 'currency'");
            standby.awaitReplayOf(primary);
        }

        assertThat(ticks.designs(ticks.tick(standby))).containsExactly(last + 1);
        ticks.assertNothingLost(standby);
    }

    /** A server remembers 64 subtransactions of each transaction; of more, a standby learns only the transaction above. */
    @Test
    void subtransactionsOfAnOpenTransactionAreInTheRunAfterItsCommit() throws Exception {
        int last = lastDesign();
        try (Connection late = ticks.source().connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            for (int i = 0; i < 70; i++) {
                statement.execute("SAVEPOINT s" + i);
                statement.execute(DESIGN);
            }
            statement.execute("ROLLBACK TO SAVEPOINT s65");
            ticks.source().execute("UPDATE payment SET paid = true");
            standby.awaitReplayOf(primary);
            assertThat(ticks.designs(ticks.tick(standby))).isEmpty();

            late.commit();
            standby.awaitReplayOf(primary);
        }

        assertThat(ticks.designs(ticks.tick(standby)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(last + 1, last + 65).boxed().toList());
        ticks.assertNothingLost(standby);
    }

    /** A number that was given out but not used yet is not in the log: the standby knows it from a higher one. */
    @Test
    void transactionThatTheStandbyHasNotHeardOfIsNotTakenForOver() throws Exception {
        int last = lastDesign();
        try (Connection silent = ticks.source().connect();
                Statement statement = silent.createStatement()) {
            silent.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            ticks.source().execute("UPDATE payment SET paid = true");
            standby.awaitReplayOf(primary);
            assertThat(ticks.tick(standby)).isPresent();

            statement.execute(DESIGN);
            silent.commit();
            standby.awaitReplayOf(primary);
        }

        assertThat(ticks.designs(ticks.tick(standby))).containsExactly(last + 1);
        ticks.assertNothingLost(standby);
    }

    private static int lastDesign() throws SQLException {
        try (Connection connection = ticks.source().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT last_value FROM design_design_id_seq")) {
            row.next();
            return row.getInt(1);
        }
    }
}
