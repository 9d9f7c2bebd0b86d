package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a quiet tick asks of the servers.
 *
 * @param s3Requests requests to S3
 * @param connections connections to the database
 * @param roundTrips round trips to the database, without those that only open and close the connections
 */
record TickCost(int s3Requests, int connections, int roundTrips) {

    /**
     * Counts one tick of a warm stage.
     *
     * @param servers where nothing changes
     * @param buckets in which everything is committed and loaded
     */
    static TickCost count(BenchmarkServers servers, Buckets buckets) throws IOException, SQLException {
        CountingS3Client s3 = new CountingS3Client(servers.s3());
        try (WireCounter wire = WireCounter.to(servers.login())) {
            Database database = BenchmarkServers.database(wire.secret());
            WireCounter.Counts cold = wire.counts();
            try (Connection nothing = database.connect()) {
                nothing.getMetaData();
            }
            WireCounter.Counts bareConnection = wire.counts().minus(cold);

            Extraction extraction = new Extraction(database, s3, buckets);
            extraction.quietTick();
            int requestsBefore = s3.requests();
            WireCounter.Counts before = wire.counts();
            extraction.quietTick();
            WireCounter.Counts tick = wire.counts().minus(before);
            return new TickCost(
                    s3.requests() - requestsBefore,
                    tick.connections(),
                    tick.roundTrips() - tick.connections() * bareConnection.roundTrips());
        }
    }
}
