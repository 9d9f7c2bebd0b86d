package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.metrics.Metrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every figure. */
final class RecordedMetrics implements Metrics {

    /**
     * A figure.
     *
     * @param table the table that it is about; empty for the stage as a whole
     */
    record Figure(Metric metric, long value, String table) {}

    final List<Figure> figures = new CopyOnWriteArrayList<>();

    @Override
    public void report(Metric metric, long value) {
        figures.add(new Figure(metric, value, ""));
    }

    @Override
    public void report(Metric metric, long value, String table) {
        figures.add(new Figure(metric, value, table));
    }
}
