package com.terrifictotes.etl.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine goes on with.
 *
 * @param run the run that this invocation committed; null if nothing had changed or another extraction was faster
 * @param pending runs that are committed and not in the warehouse, this one included
 * @param more whether rows that the run had no room for wait for the next one: extract again, without waiting for the schedule
 * @param batchCount size of {@code batches}: the state machine's Choice cannot count
 * @param batches the transformations of the pending runs, oldest first; a bounded number, so that runs beyond it wait for
 *     the next round
 * @param heldBack the tables that could not be read, in the order of their names
 */
public record ExtractAnswer(
        @Nullable Long run,
        long pending,
        boolean more,
        int batchCount,
        List<BatchReference> batches,
        List<HeldBack> heldBack) {

    public ExtractAnswer {
        batches = List.copyOf(batches);
        heldBack = List.copyOf(heldBack);
    }

    /**
     * One invocation of the transformation; the request that it takes.
     *
     * @param run the run
     * @param batch the batch of that run
     */
    public record BatchReference(long run, int batch) {}

    /**
     * A table that the run went on without.
     *
     * @param table the source table
     * @param reason what is wrong with it, or with which other table it travels
     */
    public record HeldBack(String table, String reason) {}
}
