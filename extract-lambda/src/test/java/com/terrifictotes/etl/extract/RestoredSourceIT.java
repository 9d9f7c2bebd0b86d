package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestServers;
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
    void copyAfterTheFirstRunAndGoOn() throws Exception {
        original = TestServers.shared().startCluster();
        ticks = Ticks.on(original);
        ticks.tick(original);
        original.stop();
        copy = original.copy();
        original.start();
        ticks.tick(original);
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
        ticks.source(copy).execute(DESIGN);

        OptionalLong run = ticks.tick(copy);

        ticks.assertReading(run, Reading.FULL);
        assertThat(ticks.designs(run)).contains(1).hasSize(2);
        assertThat(ticks.tick(copy)).isEmpty();
        ticks.assertNothingLost(copy);
    }
}
