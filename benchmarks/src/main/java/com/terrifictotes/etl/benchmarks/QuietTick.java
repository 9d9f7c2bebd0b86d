package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

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
        TickCost cost = cost(servers, buckets);
        List<Timings> timings = Rounds.interleave(
                warmUp,
                rounds,
                List.of(new RoundTrips(cost, database, servers.s3(), buckets.ingestion()), new Stage(extraction)));
        servers.discard(buckets);
        return new Figures(cost, timings.getFirst(), timings.getLast());
    }

    private static TickCost cost(BenchmarkServers servers, Buckets buckets) throws IOException, SQLException {
        try (TickMeter meter = TickMeter.open(servers.s3(), servers.login())) {
            Extraction metered = new Extraction(meter.database(), meter.s3(), buckets);
            metered.quietTick();
            return meter.cost(metered::quietTick);
        }
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
}
