package com.terrifictotes.etl.extract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to extract; it needs to say nothing.
 *
 * @param reading what to read: CHANGES unless it says FULL, which is for a person who doubts that the source still goes on
 *     from where the last run left it
 * @param mode {@code audit}: say besides what whole tables are like, for the warehouse to be compared with
 * @param acceptDeletions in an audit, warehouse tables of which a person says that all rows that are gone are meant to be
 */
public record ExtractRequest(
        @Nullable Reading reading,
        @Nullable Mode mode,
        @Nullable List<String> acceptDeletions) {

    /** What an extraction does besides reading what changed. */
    public enum Mode {
        /** Compares the warehouse with the source. */
        @JsonProperty("audit")
        AUDIT
    }

    /**
     * Refuses what would not be done.
     *
     * @throws IllegalArgumentException if deletions are accepted by anything but an audit
     */
    public ExtractRequest {
        acceptDeletions = acceptDeletions == null ? null : List.copyOf(acceptDeletions);
        if (acceptDeletions != null && mode != Mode.AUDIT) {
            throw new IllegalArgumentException(
                    "acceptDeletions is given without \"mode\": \"audit\"; expected both, since only an audit finds what is"
                            + " gone");
        }
    }

    /** What a tick of the schedule asks for. */
    public static ExtractRequest changes() {
        return new ExtractRequest(null, null, null);
    }

    /** Every row of every table. */
    public static ExtractRequest everything() {
        return new ExtractRequest(Reading.FULL, null, null);
    }

    /** An audit in which too many deletions are not believed. */
    public static ExtractRequest audit() {
        return new ExtractRequest(null, Mode.AUDIT, null);
    }

    /** What to read. */
    Reading readingOrDefault() {
        return Objects.requireNonNullElse(reading, Reading.CHANGES);
    }

    /** Whether the source is audited. */
    boolean isAudit() {
        return mode == Mode.AUDIT;
    }

    /** Whether it asks for something that no other extraction does. */
    boolean isSpecial() {
        return isAudit() || readingOrDefault() == Reading.FULL;
    }

    /** Warehouse tables of which however many rows may be gone. */
    List<String> acceptedDeletions() {
        return Objects.requireNonNullElse(acceptDeletions, List.of());
    }
}
