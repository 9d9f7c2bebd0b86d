package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/** What somebody brings rows into a database with by hand. */
enum SqlClient {

    /** PostgreSQL's own client, by {@code \copy}. */
    PSQL("psql") {
        @Override
        void run(DatabaseSecret login, CopyScript script, Path rows) throws IOException, InterruptedException {
            Psql.runInOneTransaction(login, script.psql(rows));
        }
    },

    /** The bare driver, by its {@code CopyManager}. */
    JDBC("JDBC") {
        @Override
        void run(DatabaseSecret login, CopyScript script, Path rows) throws SQLException, IOException {
            try (Connection connection =
                            BenchmarkServers.database(Secrets.json(login)).connect();
                    InputStream content = Files.newInputStream(rows)) {
                connection.setAutoCommit(false);
                execute(connection, script.before());
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn(script.copy(), content);
                execute(connection, script.after());
                connection.commit();
            }
        }
    };

    private final String title;

    SqlClient(String title) {
        this.title = title;
    }

    /** psql where it is installed, the driver elsewhere. */
    static SqlClient ofThisMachine() throws InterruptedException {
        return Psql.isInstalled() ? PSQL : JDBC;
    }

    /** What people call it. */
    String title() {
        return title;
    }

    /**
     * Runs a script in one transaction.
     *
     * @param rows the file to copy, in the text format of COPY
     */
    abstract void run(DatabaseSecret login, CopyScript script, Path rows)
            throws SQLException, IOException, InterruptedException;

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
