package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import software.amazon.awssdk.services.s3.S3Client;

/** Ways to S3 and to a database that count what goes through; a stage that takes them can be asked what a tick costs. */
final class TickMeter implements AutoCloseable {

    private final CountingS3Client s3;
    private final WireCounter wire;
    private final Database database;
    private final int roundTripsOfConnection;

    private TickMeter(CountingS3Client s3, WireCounter wire, Database database, int roundTripsOfConnection) {
        this.s3 = s3;
        this.wire = wire;
        this.database = database;
        this.roundTripsOfConnection = roundTripsOfConnection;
    }

    /**
     * Opens ways.
     *
     * @param s3 stays the caller's to close
     * @param login of the database
     */
    static TickMeter open(S3Client s3, DatabaseSecret login) throws IOException, SQLException {
        WireCounter wire = WireCounter.to(login);
        Database database = BenchmarkServers.database(wire.secret());
        WireCounter.Counts before = wire.counts();
        try (Connection nothing = database.connect()) {
            nothing.getMetaData();
        }
        int roundTrips = wire.counts().minus(before).roundTrips();
        return new TickMeter(new CountingS3Client(s3), wire, database, roundTrips);
    }

    /** The way to S3. */
    S3Client s3() {
        return s3;
    }

    /** The way to the database. */
    Database database() {
        return database;
    }

    /**
     * Counts.
     *
     * @param tick of a warm stage that goes these ways
     */
    TickCost cost(Runnable tick) {
        int requests = s3.requests();
        WireCounter.Counts before = wire.counts();
        tick.run();
        WireCounter.Counts counts = wire.counts().minus(before);
        return new TickCost(
                s3.requests() - requests,
                counts.connections(),
                counts.roundTrips() - counts.connections() * roundTripsOfConnection);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
