package com.terrifictotes.etl.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How long a contender took.
 *
 * @param contender which one
 * @param seconds wall time, by round
 */
record Timings(String contender, List<Double> seconds) {

    Timings {
        seconds = List.copyOf(seconds);
    }

    Distribution distribution() {
        return new Distribution(seconds);
    }

    /** How many times as long as the other one it took, round by round: both met the same state of the machine. */
    Distribution ratioTo(Timings other) {
        return new Distribution(IntStream.range(0, seconds.size())
                .mapToObj(round -> seconds.get(round) / other.seconds.get(round))
                .toList());
    }
}
