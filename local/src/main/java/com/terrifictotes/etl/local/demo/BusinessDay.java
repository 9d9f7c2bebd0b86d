package com.terrifictotes.etl.local.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;

/**
 * One day of the source's life, to be played after the days before it and followed by a tick of the pipeline.
 *
 * @param date the day on the application's clock, which all its timestamps come from
 * @param title what happens, in words for people
 * @param work what happens, as statements
 */
record BusinessDay(LocalDate date, String title, Work work) {

    /** What people do at the source in one day. */
    @FunctionalInterface
    interface Work {
        /**
         * Does the day's work.
         *
         * @param everyday is committed when the day ends, and may be before
         * @param late is committed by this work alone: what it leaves open stays open over the tick
         */
        void play(TotesysUser everyday, TotesysUser late) throws SQLException;
    }

    /**
     * Plays the day and commits what it did, except for what belongs to a transaction that outlives it.
     *
     * @throws SQLException if a statement fails; what the day has not committed is rolled back
     * @throws IllegalStateException if a statement changed another number of rows than the script says
     */
    void play(SourceConnections source) throws SQLException {
        Connection everyday = source.everyday();
        Transactions.inOne(everyday, () -> {
            work.play(new TotesysUser(everyday, date), new TotesysUser(source.late(), date));
            return date;
        });
    }
}
