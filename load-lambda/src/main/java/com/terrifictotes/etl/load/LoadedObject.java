package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.runlog.RunManifest.Unit;

/**
 * A Parquet object that has been staged.
 *
 * @param unit what it is
 * @param rows its rows
 * @param quarantined source rows that its transformation could not represent
 * @param bytes its size
 */
record LoadedObject(Unit unit, long rows, long quarantined, long bytes) {}
