package com.terrifictotes.etl.common;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How much time an invocation has left. Work that can be left for the next invocation is not begun when little remains.
 *
 * @param remaining the time left, asked again each time
 */
public record Deadline(Supplier<Duration> remaining) {

    /** No deadline: outside Lambda. */
    public static Deadline none() {
        return new Deadline(() -> Duration.ofDays(1));
    }

    /** Whether at least that much time is left. */
    public boolean allows(Duration needed) {
        return remaining.get().compareTo(needed) >= 0;
    }
}
