package com.terrifictotes.etl.benchmarks;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/** A warm load stage and runs of some changed sales orders, which are all over the table; objects are in S3. */
final class LoadTick {

    private final Upstream upstream;
    private final Buckets buckets;
    private final Path work;

    private LoadTick(Upstream upstream, Buckets buckets, Path work) {
        this.upstream = upstream;
        this.buckets = buckets;
        this.work = work;
    }

    /**
     * What to measure.
     *
     * @param changed how many sales orders change before a tick
     * @param counted other numbers, whose ticks are only counted
     * @param warmUp ticks that do not count
     * @param rounds ticks that do
     */
    record Plan(int changed, List<Integer> counted, int warmUp, int rounds) {
        Plan {
            counted = List.copyOf(counted);
        }
    }

    /**
     * What was measured.
     *
     * @param costs what a tick asks of the servers, by the number of changed sales orders, ascending
     * @param bare as many requests, connections and round trips as a tick makes, with nothing in them
     * @param tick the load stage
     */
    record Figures(Map<Integer, TickCost> costs, Timings bare, Timings tick) {}

    /**
     * Brings everything into a warehouse, and measures the ticks after that.
     *
     * @param work for temporary files
     */
    static Figures measure(BenchmarkServers servers, TotesysSource source, Path work, Plan plan)
            throws SQLException, IOException, InterruptedException {
        Files.createDirectories(work);
        Buckets buckets = servers.newBuckets();
        Upstream upstream = new Upstream(
                source,
                new Extraction(servers.database(), servers.s3(), buckets),
                new Transformation(
                        new ObjectStore(servers.s3(), buckets.ingestion()),
                        new ObjectStore(servers.s3(), buckets.processed()),
                        work));
        Warehouses warehouses = servers.warehouses();
        Warehouse warehouse = warehouses.create();
        Figures figures = new LoadTick(upstream, buckets, work).measure(servers.s3(), warehouses, warehouse, plan);
        warehouses.drop(warehouse);
        servers.discard(buckets);
        return figures;
    }

    private Figures measure(S3Client s3, Warehouses warehouses, Warehouse warehouse, Plan plan)
            throws SQLException, IOException, InterruptedException {
        upstream.everything();
        Loading loading = loading(s3, warehouse.database());
        loading.everything();
        warehouses.tidy(warehouse);
        Map<Integer, TickCost> costs = costs(s3, warehouse, plan);
        List<Timings> timings = Rounds.interleave(
                plan.warmUp(),
                plan.rounds(),
                List.of(
                        new RoundTrips(
                                requireNonNull(costs.get(plan.changed()), "counted above"),
                                warehouse.database(),
                                s3,
                                buckets.ingestion()),
                        new Stage(upstream, loading, plan.changed())));
        return new Figures(costs, timings.getFirst(), timings.getLast());
    }

    private Map<Integer, TickCost> costs(S3Client s3, Warehouse warehouse, Plan plan) throws SQLException, IOException {
        Map<Integer, TickCost> costs = new TreeMap<>();
        try (TickMeter meter = TickMeter.open(s3, warehouse.login())) {
            Loading metered = loading(meter.s3(), meter.database());
            upstream.change(plan.changed());
            metered.oneRun();
            for (int changed : Stream.concat(Stream.of(plan.changed()), plan.counted().stream())
                    .toList()) {
                upstream.change(changed);
                costs.put(changed, meter.cost(metered::oneRun));
                metered.requireBrought(changed);
            }
        }
        return costs;
    }

    private Loading loading(S3Client s3, Database warehouse) {
        ObjectStore processed = new ObjectStore(s3, buckets.processed());
        return new Loading(new ObjectStore(s3, buckets.ingestion()), processed, processed, warehouse, work);
    }

    /** One tick after the other, each with a run that is new. */
    private record Stage(Upstream upstream, Loading loading, int changed) implements Contender {

        @Override
        public String name() {
            return "load tick";
        }

        @Override
        public void prepare() throws SQLException {
            upstream.change(changed);
        }

        @Override
        public void run() {
            loading.oneRun();
        }

        @Override
        public void cleanUp() {
            loading.requireBrought(changed);
        }
    }
}
