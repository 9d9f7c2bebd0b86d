package com.terrifictotes.etl.benchmarks;

import java.util.List;

/**
 * Measured values of one thing.
 *
 * @param values ascending; at least one
 */
record Distribution(List<Double> values) {

    Distribution {
        values = values.stream().sorted().toList();
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values is empty");
        }
    }

    double median() {
        return quantile(0.5);
    }

    double lowerQuartile() {
        return quantile(0.25);
    }

    double upperQuartile() {
        return quantile(0.75);
    }

    double least() {
        return values.getFirst();
    }

    /** Between two values, the place on the line that joins them. */
    private double quantile(double share) {
        double place = share * (values.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, values.size() - 1);
        return values.get(below) + (place - below) * (values.get(above) - values.get(below));
    }
}
