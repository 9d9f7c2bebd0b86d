package com.terrifictotes.etl.local.demo;

import com.terrifictotes.etl.loopback.LocalPostgres;
import com.terrifictotes.etl.loopback.TotesysSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A new database with the Totesys schema and a dataset, on a server that all tests share and that stops with them. */
final class DemoDatabase {
    static final long SEED = 20_241_111;

    private static final LocalPostgres SERVER = LocalPostgres.start(Path.of("target", "postgres"));
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;

    DemoDatabase(DatasetSize size, long seed) throws SQLException {
        name = "demo_" + COUNT.incrementAndGet();
        SERVER.createDatabase(name);
        try (Connection connection = connect()) {
            TotesysSchema.create(connection);
            TotesysDataset.fill(connection, size, seed);
        }
    }

    Connection connect() throws SQLException {
        return SERVER.connect(name);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** {@return the first column of a query's rows, as text} */
    List<String> texts(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(result.getString(1));
            }
            return values;
        }
    }

    /** {@return the one number that a query gives} */
    long number(String sql) throws SQLException {
        return Long.parseLong(texts(sql).getFirst());
    }
}
