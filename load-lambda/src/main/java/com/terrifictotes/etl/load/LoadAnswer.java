package com.terrifictotes.etl.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load did. The state machine goes round again while {@code more} is true.
 *
 * @param loaded the runs that this load committed, in order
 * @param pending runs that are committed by the extraction and not in the warehouse yet
 * @param more whether there are such runs, or ranges of keys that the extraction is to read again, since the warehouse
 *     differs there
 * @param waitingFor why the next one cannot be loaded yet: which Parquet objects are missing; null if none are
 */
public record LoadAnswer(
        List<Long> loaded,
        long pending,
        boolean more,
        @Nullable String waitingFor) {

    public LoadAnswer {
        loaded = List.copyOf(loaded);
    }
}
