package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** The least that reading the large table can be: {@code COPY} to nowhere. */
final class PlainCopies {

    private static final String COPY = "COPY (SELECT * FROM " + TotesysSource.LARGE_TABLE + ") TO STDOUT CSV";

    private PlainCopies() {}

    /** The copy by psql, if there is one on the path, and the copy by the bare JDBC driver. */
    static List<Contender> of(BenchmarkServers servers) throws InterruptedException {
        List<Contender> copies = new ArrayList<>();
        if (hasPsql()) {
            copies.add(new Psql(servers.login()));
        }
        copies.add(new Driver(servers));
        return copies;
    }

    private static boolean hasPsql() throws InterruptedException {
        try {
            return new ProcessBuilder("psql", "--version")
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private record Psql(DatabaseSecret login) implements Contender {

        @Override
        public String name() {
            return "psql COPY";
        }

        @Override
        public void run() throws IOException, InterruptedException {
            ProcessBuilder psql = new ProcessBuilder("psql", "-X", "-w", "-c", COPY)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT);
            Map<String, String> environment = psql.environment();
            environment.put("PGHOST", login.host());
            environment.put("PGPORT", Integer.toString(login.port()));
            environment.put("PGUSER", login.username());
            environment.put("PGPASSWORD", login.password());
            environment.put("PGDATABASE", login.database());
            if (login.sslMode() != null) {
                environment.put("PGSSLMODE", login.sslMode());
            }
            int code = psql.start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("psql ended with " + code + "; see what it said above");
            }
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
