package com.terrifictotes.etl.common.metrics;

/** Where figures go. */
public interface Metrics {

    /** A figure about a stage as a whole. */
    void report(Metric metric, long value);

    /** A figure about one table, which counts for its stage as well. */
    void report(Metric metric, long value, String table);

    /** Figures that nobody collects. */
    static Metrics none() {
        return new Metrics() {
            @Override
            public void report(Metric metric, long value) {
                // Nobody collects it.
            }

            @Override
            public void report(Metric metric, long value, String table) {
                // Nobody collects it.
            }
        };
    }
}
