package com.terrifictotes.etl.benchmarks;

/**
 * What a tick asks of the servers.
 *
 * @param s3Requests requests to S3
 * @param connections connections to the database
 * @param roundTrips round trips to the database, without those that only open and close the connections
 */
record TickCost(int s3Requests, int connections, int roundTrips) {}
