package com.terrifictotes.etl.common.runlog;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the key of a quarantine object says.
 *
 * @param target the warehouse table that its rows were for
 * @param day the day of the run's snapshot, UTC
 * @param run the run
 * @param unit the number of the unit within the run
 */
public record QuarantineKey(String target, LocalDate day, long run, int unit) {

    private static final Pattern KEY = Pattern.compile(
            "quarantine/([a-z][a-z0-9_]*)/([0-9]{4})/([0-9]{2})/([0-9]{2})/([0-9]{10})-([0-9]{5})\\.jsonl");

    public QuarantineKey {
        requireNonNull(target, "target is null");
        requireNonNull(day, "day is null");
    }

    /** What such a key says; empty for any other key. Runs and units are numbered from 1. */
    public static Optional<QuarantineKey> parse(String key) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if (Long.parseLong(matcher.group(5)) == 0 || Integer.parseInt(matcher.group(6)) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new QuarantineKey(
                    matcher.group(1),
                    LocalDate.of(
                            Integer.parseInt(matcher.group(2)),
                            Integer.parseInt(matcher.group(3)),
                            Integer.parseInt(matcher.group(4))),
                    Long.parseLong(matcher.group(5)),
                    Integer.parseInt(matcher.group(6))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The key itself. */
    public String key() {
        return ObjectKeys.quarantine(target, day, run, unit);
    }
}
