package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.Settings;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import java.time.Duration;

/**
 * How to extract; where from and where to stands elsewhere.
 *
 * @param detection how changed rows are told from others
 * @param limits how much one run reads
 * @param connections how many connections to the source read at a time; a quiet tick uses one
 */
public record ExtractSettings(ChangeDetection detection, RunLimits limits, int connections) {

    /** Two are enough to keep S3 busy, and bearable for an operational database. */
    public static final int DEFAULT_CONNECTIONS = 2;

    /** Each holds some 20 MB of what is on its way to S3. */
    private static final int MOST_CONNECTIONS = 16;

    /** What a function has that is configured with nothing. */
    public static final ExtractSettings DEFAULT =
            new ExtractSettings(ChangeDetection.bySnapshot(), RunLimits.DEFAULT, DEFAULT_CONNECTIONS);

    public ExtractSettings {
        requireNonNull(detection, "detection is null");
        requireNonNull(limits, "limits is null");
        if (connections < 1) {
            throw new IllegalArgumentException(connections + " connections read nothing");
        }
    }

    /**
     * Reads what can be configured about the extraction; what is wrong is noted in the settings.
     *
     * @param catalogue the tables that may be named
     */
    public static ExtractSettings read(Settings settings, Catalogue catalogue) {
        Duration lookback = settings.optionalDuration("LOOKBACK", ChangeDetection.DEFAULT_LOOKBACK);
        ChangeDetection detection = settings.optional(
                "CHANGE_DETECTION",
                ChangeDetection.bySnapshot(),
                text -> ChangeDetection.parse(text, lookback, catalogue));
        RunLimits limits = new RunLimits(
                settings.optionalNumber("RUN_MAX_ROWS", RunLimits.DEFAULT.rows(), 1),
                settings.optionalNumber("RUN_MAX_BYTES", RunLimits.DEFAULT.bytes(), 1),
                settings.optionalDuration("RUN_MAX_TIME", RunLimits.DEFAULT.time()));
        long connections = settings.optionalNumber("SOURCE_CONNECTIONS", DEFAULT_CONNECTIONS, 1, MOST_CONNECTIONS);
        return new ExtractSettings(detection, limits, Math.toIntExact(connections));
    }
}
