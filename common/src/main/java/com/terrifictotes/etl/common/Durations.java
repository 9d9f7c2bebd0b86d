package com.terrifictotes.etl.common;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 30s}, {@code 5m}, {@code 1h}, {@code 2d}, or in the form of ISO 8601. */
public final class Durations {

    /** What is expected, for messages. */
    public static final String EXPECTED = "a positive duration such as 30s, 5m, 1h or PT15M";

    private static final Pattern SHORT = Pattern.compile("([0-9]{1,6})([smhd])");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is none, or not positive
     */
    public static Duration parse(String text) {
        Duration duration = read(text);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + EXPECTED);
        }
        return duration;
    }

    private static Duration read(String text) {
        Matcher matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + EXPECTED, e);
        }
    }
}
