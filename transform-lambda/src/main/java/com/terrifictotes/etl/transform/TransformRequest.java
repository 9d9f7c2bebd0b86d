package com.terrifictotes.etl.transform;

/**
 * A request to transform one batch.
 *
 * @param run the run's number
 * @param batch the batch's number in the run
 */
public record TransformRequest(long run, int batch) {}
