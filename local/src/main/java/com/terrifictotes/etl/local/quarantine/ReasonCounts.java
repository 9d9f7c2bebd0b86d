package com.terrifictotes.etl.local.quarantine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How often each reason occurs in an object; so many different ones, and the rest together. */
final class ReasonCounts {

    private static final int DIFFERENT_REASONS = 50;
    private static final String OTHERS = "other reasons";

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long others;
    private long rows;

    void add(QuarantinedRow row) {
        rows++;
        String why = row.why();
        if (counts.size() < DIFFERENT_REASONS || counts.containsKey(why)) {
            counts.merge(why, 1L, Long::sum);
        } else {
            others++;
        }
    }

    /** All rows that were added. */
    long rows() {
        return rows;
    }

    /** A line for each reason, the most frequent first. */
    List<String> lines() {
        Stream<String> named = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(count -> Texts.count(count.getValue(), "row") + ": " + TerminalText.escaped(count.getKey()));
        return Stream.concat(
                        named, Stream.of(others).filter(n -> n > 0).map(n -> Texts.count(n, "row") + ": " + OTHERS))
                .toList();
    }
}
