package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what is reported: the last value of each figure, by the names of metric and table. */
final class Figures implements Metrics {

    private final Map<String, Long> values = new TreeMap<>();

    @Override
    public void report(Metric metric, long value) {
        values.put(metric.name(), value);
    }

    @Override
    public void report(Metric metric, long value, String table) {
        values.put(metric.name() + " " + table, value);
    }

    Map<String, Long> values() {
        return values;
    }
}
