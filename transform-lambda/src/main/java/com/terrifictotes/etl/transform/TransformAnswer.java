package com.terrifictotes.etl.transform;

import java.util.List;

/**
 * The answer of the transform function.
 *
 * @param batches what was transformed
 * @param more whether batches are left because time was running out
 */
public record TransformAnswer(List<TransformedBatch> batches, boolean more) {

    public TransformAnswer {
        batches = List.copyOf(batches);
    }
}
