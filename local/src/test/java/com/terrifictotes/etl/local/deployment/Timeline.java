package com.terrifictotes.etl.local.deployment;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What is reported of figures, minute by minute, as CloudWatch keeps it. */
final class Timeline {

    /** What is reported of one of them. */
    static final class Series {

        private final NavigableMap<Integer, List<Double>> values = new TreeMap<>();

        /** Somebody reports a value. */
        void report(int minute, double value) {
            values.computeIfAbsent(minute, unknown -> new ArrayList<>()).add(value);
        }

        /** Takes back what was reported from one minute to another. */
        void forget(int first, int last) {
            values.subMap(first, true, last, true).clear();
        }

        /** The last minute up to another in which a value was that large, if there was one. */
        Optional<Integer> last(int minute, double atLeast) {
            return values.headMap(minute, true).descendingMap().entrySet().stream()
                    .filter(reported -> reported.getValue().stream().anyMatch(value -> value >= atLeast))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        /**
         * What the values from one minute to another come to.
         *
         * @param statistic as CloudWatch calls it
         * @return nothing if there are none
         */
        OptionalDouble value(String statistic, int first, int last) {
            DoubleSummaryStatistics summary = new DoubleSummaryStatistics();
            values.subMap(first, true, last, true).values().forEach(minute -> minute.forEach(summary::accept));
            if (summary.getCount() == 0) {
                return OptionalDouble.empty();
            }
            return OptionalDouble.of(
                    switch (statistic) {
                        case "Sum" -> summary.getSum();
                        case "Maximum" -> summary.getMax();
                        case "Minimum" -> summary.getMin();
                        default -> throw new IllegalStateException("unknown statistic: " + statistic);
                    });
        }
    }

    private final Map<ReportedFigure, Series> series = new HashMap<>();

    /** What is reported of a figure, be it nothing. */
    Series of(ReportedFigure figure) {
        return series.computeIfAbsent(figure, unknown -> new Series());
    }
}
