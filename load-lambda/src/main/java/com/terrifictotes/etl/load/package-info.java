/** Third stage: the Parquet objects of each run, into the warehouse, exactly once, in order, one transaction a run. */
@NullMarked
package com.terrifictotes.etl.load;

import org.jspecify.annotations.NullMarked;
