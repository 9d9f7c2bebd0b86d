package com.terrifictotes.etl.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine goes on with.
 *
 * @param run the run that this invocation committed; null if nothing had changed or another extraction was faster
 * @param pending runs that are committed and not in the warehouse, this one included
 * @param batchCount size of {@code batches}: the state machine's Choice cannot count
 * @param batches the transformations of the pending runs, oldest first; a bounded number, so that runs beyond it wait for
 *     the next round
 */
public record ExtractAnswer(@Nullable Long run, long pending, int batchCount, List<BatchReference> batches) {

    public ExtractAnswer {
        batches = List.copyOf(batches);
    }

    /**
     * One invocation of the transformation; the request that it takes.
     *
     * @param run the run
     * @param batch the batch of that run
     */
    public record BatchReference(long run, int batch) {}
}
