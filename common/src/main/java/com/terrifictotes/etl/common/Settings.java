package com.terrifictotes.etl.common;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from environment variables and collects everything that is wrong with them, so that one failed start
 * tells all of it.
 */
public final class Settings {

    /** Why the buckets of a pipeline must differ. */
    public static final String TWO_BUCKETS = "expected two buckets, since both hold manifests under the same keys";

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    /** @param environment names and values, as {@link System#getenv()} gives them */
    public Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The value of a variable that must be set; an empty placeholder, and a problem noted, where it is not. */
    public String required(String name) {
        String value = value(name);
        if (value == null) {
            problems.add(name + " is not set");
            return "";
        }
        return value;
    }

    /** The value of a variable, or the default where it is not set. */
    public String optional(String name, String defaultValue) {
        String value = value(name);
        return value == null ? defaultValue : value;
    }

    /** A whole number of at least {@code minimum}, or the default where the variable is not set. */
    public long optionalNumber(String name, long defaultValue, long minimum) {
        return optionalNumber(name, defaultValue, minimum, Long.MAX_VALUE);
    }

    /** A whole number from {@code minimum} to {@code maximum}, or the default where the variable is not set. */
    public long optionalNumber(String name, long defaultValue, long minimum, long maximum) {
        String expected = maximum == Long.MAX_VALUE
                ? "a whole number of at least " + minimum
                : "a whole number from " + minimum + " to " + maximum;
        return parse(name, defaultValue, expected, text -> {
            long number = Long.parseLong(text);
            if (number < minimum || number > maximum) {
                throw new IllegalArgumentException(text);
            }
            return number;
        });
    }

    /** A duration such as {@code 15m}, or the default where the variable is not set; never zero or negative. */
    public Duration optionalDuration(String name, Duration defaultValue) {
        return parse(name, defaultValue, Durations.EXPECTED, Durations::parse);
    }

    /**
     * A value in a form of its own, or the default where the variable is not set.
     *
     * @param parser reads it; throws {@link IllegalArgumentException} or {@link PipelineException} that say what is wrong
     */
    public <T> T optional(String name, T defaultValue, Function<String, T> parser) {
        String value = value(name);
        if (value == null) {
            return defaultValue;
        }
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | PipelineException e) {
            problems.add(name + " is \"" + value + "\": " + e.getMessage());
            return defaultValue;
        }
    }

    /**
     * Notes a problem if two variables have the same value. Variables that are not set are not compared.
     *
     * @param why what would happen: "expected two buckets, since …"
     */
    public void requireDifferent(String name, String otherName, String why) {
        String value = value(name);
        if (value != null && value.equals(value(otherName))) {
            problems.add(name + " and " + otherName + " are both \"" + value + "\"; " + why);
        }
    }

    /**
     * Ends the reading.
     *
     * @throws PipelineException {@link ErrorCode#CONFIGURATION_INVALID} with every problem, if there is any
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new PipelineException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "the settings are not right: " + String.join("; ", problems)
                            + "; docs/configuration.md lists every variable");
        }
    }

    private <T> T parse(String name, T defaultValue, String expected, Function<String, T> parser) {
        String value = value(name);
        if (value == null) {
            return defaultValue;
        }
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            problems.add(name + " is \"" + value + "\"; expected " + expected);
            return defaultValue;
        }
    }

    private @Nullable String value(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
