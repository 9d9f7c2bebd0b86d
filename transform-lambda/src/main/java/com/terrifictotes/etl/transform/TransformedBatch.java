package com.terrifictotes.etl.transform;

/**
 * What became of a batch.
 *
 * @param run the run's number
 * @param batch the batch's number in the run
 * @param existed whether all its objects were there already; nothing was read then, and the figures are zero
 * @param rows rows in its Parquet objects
 * @param quarantined source rows that could not be represented
 * @param bytes size of its Parquet objects
 */
public record TransformedBatch(long run, int batch, boolean existed, long rows, long quarantined, long bytes) {

    static TransformedBatch existing(long run, int batch) {
        return new TransformedBatch(run, batch, true, 0, 0, 0);
    }
}
