package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.Deadline;
import java.time.Duration;

/**
 * What is left of the limits of a run. Asked between slices, so a run exceeds bytes and time by one slice at most, and rows
 * not at all. The first slice is always allowed: every run gets on. Safe for use by several threads.
 */
final class RunBudget {

    /** Lambda's time for finishing uploads and committing. */
    private static final Duration TIME_TO_COMMIT = Duration.ofMinutes(2);

    private final RunLimits limits;
    private final Deadline deadline;
    private final long startNanos = System.nanoTime();

    /** Less than {@link #TIME_TO_COMMIT} where the whole invocation has little. */
    private final Duration timeToCommit;

    private long rowsSetAside;
    private long rows;
    private long bytes;
    private boolean gotOn;

    RunBudget(RunLimits limits, Deadline deadline) {
        this.limits = limits;
        this.deadline = deadline;
        Duration quarter = deadline.remaining().get().dividedBy(4);
        this.timeToCommit = quarter.compareTo(TIME_TO_COMMIT) < 0 ? quarter : TIME_TO_COMMIT;
    }

    /** How many rows a run has room for that has read nothing yet. */
    long mostRows() {
        return limits.rows();
    }

    /**
     * Sets rows aside for a slice.
     *
     * @param wanted how many it would like to have
     * @return how many it may have; 0 if nothing more may be begun
     */
    synchronized long take(long wanted) {
        boolean spent = gotOn
                && (bytesLeft() <= 0
                        || Duration.ofNanos(System.nanoTime() - startNanos).compareTo(limits.time()) >= 0
                        || !leavesTime());
        long taken = spent ? 0 : Math.max(0, Math.min(wanted, limits.rows() - rows - rowsSetAside));
        rowsSetAside += taken;
        return taken;
    }

    /** A slice was not read after all. */
    synchronized void giveBack(long taken) {
        rowsSetAside -= taken;
    }

    /** A slice was read. */
    synchronized void spend(long taken, long actualRows, long actualBytes) {
        rowsSetAside -= taken;
        rows += actualRows;
        bytes += actualBytes;
        gotOn = true;
    }

    /** Whether there is time for more than to commit. */
    boolean leavesTime() {
        return deadline.allows(timeToCommit);
    }

    /** How much time there is beyond what committing takes; negative if that is all there is, or less. */
    Duration timeLeft() {
        return deadline.remaining().get().minus(timeToCommit);
    }

    /** Bytes that may still be written. */
    synchronized long bytesLeft() {
        return limits.bytes() - bytes;
    }
}
