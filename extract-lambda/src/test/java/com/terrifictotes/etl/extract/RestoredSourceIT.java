package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A copy of the source's files, made while it was stopped, takes its place: the same identity, and it has gone back in time. */
class RestoredSourceIT {

    private static final String DESIGN = "INSERT INTO design (design_name, file_location, file_name, last_updated)"
            + " VALUES ('Bag', '/designs', 'bag.json', now())";

    private TestCluster original;
    private TestCluster copy;
    private Ticks ticks;

    @BeforeEach
    void copyAfterTheFirstRun() throws Exception {
        original = TestServers.shared().startCluster();
        ticks = Ticks.on(original);
        ticks.tick(original);
        original.stop();
        copy = original.copy();
        original.start();
        ticks.tick(original);
    }

    private void changeAndReplace() throws Exception {
        for (int i = 0; i < 20; i++) {
            ticks.source().execute(DESIGN);
        }
        assertThat(ticks.designs(ticks.tick(original))).hasSize(20);
        original.stop();
        copy.start();
    }

    @AfterEach
    void stop() {
        if (copy != null) {
            copy.close();
        }
        if (original != null) {
            original.close();
        }
    }

    @Test
    void sourceThatHasNotComeToTheHorizonIsReadInFull() throws Exception {
        changeAndReplace();
        ticks.source(copy).execute(DESIGN);

        OptionalLong run = ticks.tick(copy);

        ticks.assertReading(run, Reading.FULL);
        assertThat(ticks.designs(run)).contains(1).hasSize(2);
        assertThat(ticks.tick(copy)).isEmpty();
        ticks.assertNothingLost(copy);
    }

    /** What a held back table's state refers to is gone by the time that it can be read again. */
    @Test
    void tableThatIsHeldBackMeanwhileIsReadInFullLater() throws Exception {
        changeAndReplace();
        ticks.source(copy).execute(DESIGN);
        ticks.source(copy).execute("ALTER TABLE design RENAME COLUMN file_name TO file");
        ticks.tick(copy);
        ticks.source(copy).execute("ALTER TABLE design RENAME COLUMN file TO file_name");
        for (int i = 0; i < 40; i++) {
            ticks.source(copy).execute("UPDATE currency SET currency_code = 'E" + i + "'");
        }

        assertThat(ticks.designs(ticks.tick(copy))).hasSize(2);

        ticks.assertNothingLost(copy);
    }

    /** The horizon is where an open transaction began; what was seen beyond it was seen of the original only. */
    @Test
    void numbersThatWereSeenAndAreGivenOutAgainAreNotTakenForSeen() throws Exception {
        try (Connection open = ticks.source().connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            changeAndReplace();
        }
        for (int i = 0; i < 5; i++) {
            ticks.source(copy).execute(DESIGN.replace("Bag", "Basket"));
        }

        ticks.assertReading(ticks.tick(copy), Reading.FULL);

        ticks.assertNothingLost(copy);
    }

    /** Its watermark is older than the slices that were read since. */
    @Test
    void tableThatIsReadByManyRunsIsReadInFullAgain() throws Exception {
        for (int i = 0; i < 30; i++) {
            ticks.source().execute(DESIGN);
        }
        ticks.tickTen(original);
        original.stop();
        try (TestCluster later = original.copy()) {
            original.start();
            for (int i = 0; i < 20; i++) {
                ticks.source().execute("UPDATE design SET design_name = 'lost' WHERE design_id = 15");
            }
            ticks.tickTen(original);
            original.stop();
            later.start();

            ticks.assertReading(ticks.tick(later), Reading.FULL);

            ticks.assertNothingLost(later);
        }
    }
}
