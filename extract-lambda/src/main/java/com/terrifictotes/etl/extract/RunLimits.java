package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How much one run reads at most. It bounds the time of the extraction, and with it what one transaction of the load has to
 * take; what does not fit waits for the next run.
 *
 * @param rows rows
 * @param bytes bytes of CSV
 * @param time how long to read; the time that Lambda leaves counts as well
 */
public record RunLimits(long rows, long bytes, Duration time) {

    /** Fits a function of 512 MB and 15 minutes. */
    public static final RunLimits DEFAULT = new RunLimits(2_000_000, 1L << 30, Duration.ofMinutes(5));

    public RunLimits {
        requireNonNull(time, "time is null");
        if (rows < 1 || bytes < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("a run of " + rows + " rows, " + bytes + " bytes, " + time
                    + " reads nothing; each must be positive");
        }
    }
}
