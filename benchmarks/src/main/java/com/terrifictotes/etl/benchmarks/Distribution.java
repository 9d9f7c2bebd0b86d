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

    /** The value in the middle; of an even number of values the mean of both. */
    double median() {
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }

    double least() {
        return values.getFirst();
    }

    double most() {
        return values.getLast();
    }
}
