package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** One way to do a piece of work. */
interface Contender {

    /** What it is, in a few words. */
    String name();

    /** Makes ready for the next round; not measured. */
    default void prepare() throws SQLException, IOException {}

    /** Does the work once; this is measured. */
    void run() throws SQLException, IOException, InterruptedException;

    /** Removes what the round left; not measured. */
    default void cleanUp() throws SQLException, IOException {}
}
