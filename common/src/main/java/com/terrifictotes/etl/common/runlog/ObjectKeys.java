package com.terrifictotes.etl.common.runlog;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of both buckets. Others read by them (Athena, Spark, people), so they are a contract.
 *
 * <p>Dates are the day of the run's snapshot, UTC.
 */
public final class ObjectKeys {

    private static final Pattern MANIFEST = Pattern.compile("runs/([0-9]{10})\\.json");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu/MM/dd", Locale.ROOT);
    private static final long LAST_RUN = 9_999_999_999L;
    private static final int LAST_ORDINAL = 99_999;

    private ObjectKeys() {}

    /** {@code runs/<run>.json}, in both buckets. */
    public static String manifest(long run) {
        return "runs/" + number(run) + ".json";
    }

    /** The run whose manifest has that key; empty for any other key. */
    public static OptionalLong runOfManifest(String key) {
        Matcher matcher = MANIFEST.matcher(key);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long run = Long.parseLong(matcher.group(1));
        return run == 0 ? OptionalLong.empty() : OptionalLong.of(run);
    }

    /** {@code data/<table>/<yyyy>/<MM>/<dd>/<run>-<attempt>-<part>.csv}, in the ingestion bucket. */
    public static String csv(String table, LocalDate day, long run, String attempt, int part) {
        return "data/%s/%s/%s-%s-%s.csv".formatted(table, DAY.format(day), number(run), attempt, ordinal(part));
    }

    /** {@code data/<target>/<yyyy>/<MM>/<dd>/<run>-<unit>.parquet}, in the processed bucket. */
    public static String parquet(String target, LocalDate day, long run, int unit) {
        return "data/%s/%s/%s-%s.parquet".formatted(target, DAY.format(day), number(run), ordinal(unit));
    }

    /** {@code quarantine/<target>/<yyyy>/<MM>/<dd>/<run>-<unit>.jsonl}, in the processed bucket. */
    public static String quarantine(String target, LocalDate day, long run, int unit) {
        return "quarantine/%s/%s/%s-%s.jsonl".formatted(target, DAY.format(day), number(run), ordinal(unit));
    }

    /** {@code quarantine/<target>/}: what the keys of that table's quarantine begin with. */
    public static String quarantineOf(String target) {
        return "quarantine/" + target + "/";
    }

    /** {@code quarantine/<target>/<yyyy>/<MM>/<dd>/}: sorts before the keys of that day and behind those of the days before. */
    public static String quarantineOf(String target, LocalDate day) {
        return quarantineOf(target) + DAY.format(day) + "/";
    }

    private static String number(long run) {
        if (run < 1 || run > LAST_RUN) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID, "run " + run + " is none; runs are numbered from 1 to " + LAST_RUN);
        }
        return String.format(Locale.ROOT, "%010d", run);
    }

    /** Five digits, so that keys sort as numbers do. */
    private static String ordinal(int value) {
        if (value < 1 || value > LAST_ORDINAL) {
            throw new IllegalArgumentException(
                    "part or unit " + value + " is none; they are numbered from 1 to " + LAST_ORDINAL);
        }
        return String.format(Locale.ROOT, "%05d", value);
    }
}
