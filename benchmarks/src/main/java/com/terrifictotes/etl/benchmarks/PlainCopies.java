package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** The least that reading the large table can be: {@code COPY} to nowhere. */
final class PlainCopies {

    private static final String COPY = "COPY (SELECT * FROM " + TotesysSource.LARGE_TABLE + ") TO STDOUT CSV";

    private PlainCopies() {}

    /** The copy by psql, if there is one on the path, and the copy by the bare JDBC driver. */
    static List<Contender> of(BenchmarkServers servers) throws InterruptedException {
        List<Contender> copies = new ArrayList<>();
        if (Psql.isInstalled()) {
            copies.add(new Client(servers.login()));
        }
        copies.add(new Driver(servers));
        return copies;
    }

    private record Client(DatabaseSecret login) implements Contender {

        @Override
        public String name() {
            return "psql COPY";
        }

        @Override
        public void run() throws IOException, InterruptedException {
            Psql.run(login, COPY);
        }
    }

    private record Driver(BenchmarkServers servers) implements Contender {

        @Override
        public String name() {
            return "JDBC COPY";
        }

        @Override
        public void run() throws SQLException, IOException {
            try (Connection connection = servers.database().connect()) {
                connection.unwrap(PGConnection.class).getCopyAPI().copyOut(COPY, OutputStream.nullOutputStream());
            }
        }
    }
}
