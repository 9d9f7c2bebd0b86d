package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * As many requests, connections and round trips as a tick makes, with nothing in them.
 *
 * @param bucket an existing one
 */
record RoundTrips(TickCost cost, Database database, S3Client s3, String bucket) implements Contender {

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
