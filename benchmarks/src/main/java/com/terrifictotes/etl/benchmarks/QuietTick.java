package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The extract stage when nothing has changed, beside as many round trips that do nothing. */
final class QuietTick {

    private QuietTick() {}

    /**
     * What was measured.
     *
     * @param cost what a tick asks of the servers
     * @param bare the same number of requests, connections and round trips, with nothing in them
     * @param tick the extract stage
     */
    record Figures(TickCost cost, Timings bare, Timings tick) {}

    /**
     * Extracts everything that is there, and measures the ticks after that.
     *
     * @param warmUp rounds that are not counted
     * @param rounds rounds that are
     */
    static Figures measure(BenchmarkServers servers, TotesysSource source, int warmUp, int rounds)
            throws SQLException, IOException, InterruptedException {
        Buckets buckets = servers.newBuckets();
        Database database = servers.database();
        Extraction extraction = new Extraction(database, servers.s3(), buckets);
        extraction.everything();
        source.requireWhole(extraction.extracted());
        extraction.declareLoaded();
        TickCost cost = TickCost.count(servers, buckets);
        List<Timings> timings = Rounds.interleave(
                warmUp,
                rounds,
                List.of(new RoundTrips(cost, database, servers.s3(), buckets.ingestion()), new Stage(extraction)));
        servers.discard(buckets);
        return new Figures(cost, timings.getFirst(), timings.getLast());
    }

    private record Stage(Extraction extraction) implements Contender {

        @Override
        public String name() {
            return "quiet tick";
        }

        @Override
        public void run() {
            extraction.quietTick();
        }
    }

    private record RoundTrips(TickCost cost, Database database, S3Client s3, String bucket) implements Contender {

        @Override
        public String name() {
            return "bare round trips";
        }

        @Override
        public void run() throws SQLException {
            for (int i = 0; i < cost.s3Requests(); i++) {
                askForMissingObject();
            }
            for (int i = 1; i < cost.connections(); i++) {
                database.connect().close();
            }
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < cost.roundTrips(); i++) {
                    statement.execute("SELECT 1");
                }
            }
        }

        private void askForMissingObject() {
            try {
                s3.headObject(request -> request.bucket(bucket).key("missing"));
                throw new IllegalStateException("s3://" + bucket + "/missing is there");
            } catch (NoSuchKeyException e) {
                // Asked and answered.
            }
        }
    }
}
