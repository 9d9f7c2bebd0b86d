package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rule of visibility, on schedules nobody thought of: however concurrent transactions and ticks interleave, the runs so
 * far, a later one over an earlier one, are at every tick exactly what is committed.
 */
class RandomScheduleIT {

    private static final int STEPS = 150;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void runsAreAlwaysWhatIsCommitted(long seed) throws Exception {
        Ticks ticks = Ticks.onSharedServer();
        try (RandomSchedule schedule = new RandomSchedule(ticks.source(), seed)) {
            ticks.tick();
            for (int i = 0; i < STEPS; i++) {
                if (schedule.step()) {
                    tick(ticks, schedule);
                }
            }
            schedule.end();
            tick(ticks, schedule);
            assertThat(ticks.tick()).as(schedule.toString()).isEmpty();
        }
    }

    private static void tick(Ticks ticks, RandomSchedule schedule) throws Exception {
        ticks.tick();
        try {
            ticks.assertNothingLost();
        } catch (AssertionError e) {
            throw new AssertionError(schedule.toString(), e);
        }
    }
}
