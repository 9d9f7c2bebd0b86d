package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's own client, where it is installed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-psql.html">PostgreSQL: psql</a>
 */
final class Psql {

    private Psql() {}

    /** Whether there is one on the path. */
    static boolean isInstalled() throws InterruptedException {
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

    /** Runs one statement; what it answers goes nowhere. */
    static void run(DatabaseSecret login, String statement) throws IOException, InterruptedException {
        run(login, List.of("-c", statement), "");
    }

    /**
     * Runs a script in one transaction.
     *
     * @param script statements and psql's own commands
     */
    static void runInOneTransaction(DatabaseSecret login, String script) throws IOException, InterruptedException {
        run(login, List.of("-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", "-"), script);
    }

    private static void run(DatabaseSecret login, List<String> options, String input)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-w"));
        command.addAll(options);
        ProcessBuilder psql =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT);
        Map<String, String> environment = psql.environment();
        environment.put("PGHOST", login.host());
        environment.put("PGPORT", Integer.toString(login.port()));
        environment.put("PGUSER", login.username());
        environment.put("PGPASSWORD", login.password());
        environment.put("PGDATABASE", login.database());
        if (login.sslMode() != null) {
            environment.put("PGSSLMODE", login.sslMode());
        }
        Process process = psql.start();
        try (Writer script = process.outputWriter()) {
            script.write(input);
        }
        int code = process.waitFor();
        if (code != 0) {
            throw new IllegalStateException("psql ended with " + code + "; see what it said above");
        }
    }
}
