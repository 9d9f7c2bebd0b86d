package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to extract; it needs to say nothing.
 *
 * @param reading what to read: CHANGES unless it says FULL, which is for a person who doubts that the source still goes on
 *     from where the last run left it
 */
public record ExtractRequest(@Nullable Reading reading) {

    /** What to read. */
    Reading readingOrDefault() {
        return Objects.requireNonNullElse(reading, Reading.CHANGES);
    }
}
