package com.terrifictotes.etl.transform;

/**
 * What became of a batch, whether this call wrote its objects or found them there.
 *
 * @param run the run's number
 * @param batch the batch's number in the run
 * @param rows rows in its Parquet objects
 * @param quarantined source rows that could not be represented
 * @param bytes size of its Parquet objects
 */
public record TransformedBatch(long run, int batch, long rows, long quarantined, long bytes) {}
