package com.terrifictotes.etl.benchmarks;

import java.sql.SQLException;

/**
 * The stages before the load, which really make every run that is loaded.
 *
 * @param source what is extracted
 * @param extraction on a pair of buckets
 * @param transformation on the same pair
 */
record Upstream(TotesysSource source, Extraction extraction, Transformation transformation) {

    /** Makes the runs of a first load. */
    void everything() {
        extraction.everything();
        source.requireWhole(extraction.extracted());
        transformation.everything();
    }

    /**
     * Changes sales orders and makes the run that has them; the runs before must be loaded, or said to be.
     *
     * @throws IllegalStateException if that was not one run
     */
    void change(int salesOrders) throws SQLException {
        long before = extraction.lastRun();
        source.changeSalesOrders(salesOrders);
        extraction.everything();
        long last = extraction.lastRun();
        if (last != before + 1) {
            throw new IllegalStateException("the changes of " + salesOrders + " sales orders are in " + (last - before)
                    + " runs; expected was one");
        }
        transformation.run(last);
    }
}
