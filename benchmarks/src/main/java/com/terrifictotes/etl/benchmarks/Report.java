package com.terrifictotes.etl.benchmarks;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints figures as aligned text; numbers as everywhere in the project, whatever the locale. */
final class Report {

    private static final String ROW = "  %-32s %12s %12s %12s";

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    /** A line of text. */
    void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** The names of the columns that the next methods fill. */
    void columns() {
        line(ROW, "", "median", "least", "most");
    }

    /** The times of a contender. */
    void seconds(Timings timings) {
        Distribution seconds = timings.distribution();
        line(ROW, timings.contender(), time(seconds.median()), time(seconds.least()), time(seconds.most()));
    }

    /** How many times as long one contender takes as another. */
    void ratio(Timings one, Timings other) {
        Distribution ratio = one.ratioTo(other);
        line(
                ROW,
                one.contender() + " / " + other.contender(),
                factor(ratio.median()),
                factor(ratio.least()),
                factor(ratio.most()));
    }

    private static String time(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static String factor(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
