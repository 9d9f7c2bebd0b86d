package com.terrifictotes.etl.benchmarks;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints figures as aligned text; numbers as everywhere in the project, whatever the locale. */
final class Report {

    private static final String ROW = "  %-40s %11s %11s %11s %11s";

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    /** A line of text. */
    void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** The names of the columns that the next methods fill; half of all rounds lie between the second and the third. */
    void columns() {
        line(ROW, "", "median", "from", "to", "best");
    }

    /** The times of a contender. */
    void seconds(Timings timings) {
        Distribution seconds = timings.distribution();
        line(
                ROW,
                timings.contender(),
                time(seconds.median()),
                time(seconds.lowerQuartile()),
                time(seconds.upperQuartile()),
                time(seconds.least()));
    }

    /** What nearly every round of a contender stayed below, and what the slowest one took. */
    void slowest(Timings timings) {
        List<Double> ascending = timings.distribution().values();
        line(
                "  %s: of a hundred, 99 take less than %.2f ms; the slowest took %.2f ms",
                timings.contender(),
                1e3 * ascending.get((int) (0.99 * (ascending.size() - 1))),
                1e3 * ascending.getLast());
    }

    /** How many times as long one contender takes as another; in the last column, at their best. */
    void ratio(Timings one, Timings other) {
        Distribution ratio = one.ratioTo(other);
        line(
                ROW,
                one.contender() + " / " + other.contender(),
                factor(ratio.median()),
                factor(ratio.lowerQuartile()),
                factor(ratio.upperQuartile()),
                factor(one.distribution().least() / other.distribution().least()));
    }

    /** How many rows a contender dealt with in a second, in millions or, if it is slow, in thousands. */
    void rate(Timings timings, long rows) {
        Distribution seconds = timings.distribution();
        boolean millions = rows / seconds.median() >= 1e6;
        double units = rows / (millions ? 1e6 : 1e3);
        line(
                ROW,
                timings.contender() + ", " + (millions ? "million" : "thousand") + " rows/s",
                factor(units / seconds.median()),
                factor(units / seconds.upperQuartile()),
                factor(units / seconds.lowerQuartile()),
                factor(units / seconds.least()));
    }

    /** How many times as many rows one contender deals with in a second as another; in the last column, at their best. */
    void speed(Timings one, Timings other) {
        Distribution ratio = other.ratioTo(one);
        line(
                ROW,
                one.contender() + " / " + other.contender() + ", rows/s",
                factor(ratio.median()),
                factor(ratio.lowerQuartile()),
                factor(ratio.upperQuartile()),
                factor(other.distribution().least() / one.distribution().least()));
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
