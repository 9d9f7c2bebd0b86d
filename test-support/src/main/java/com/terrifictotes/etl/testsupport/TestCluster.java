package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.Folders;
import com.terrifictotes.etl.loopback.TotesysSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of one test, which may be stopped, crashed, copied, followed by a standby and promoted. It listens on
 * 127.0.0.1, trusts everybody, and does nothing by itself: no autovacuum, no timed checkpoints, no background writer. To be
 * closed by the test; a process that ends without that stops it too. Not safe for use by several threads.
 */
public final class TestCluster implements AutoCloseable {

    private static final long LONGEST_WAIT_NANOS = 30_000_000_000L;

    private static final String ADDRESS = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    private static final String TOTESYS = "totesys";

    /** Appended to what initdb writes: of several lines for a setting, PostgreSQL takes the last. */
    private static final String SETTINGS = """
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            autovacuum = off
            autovacuum_freeze_max_age = 2000000000
            bgwriter_lru_maxpages = 0
            checkpoint_timeout = '1h'
            wal_keep_size = '64MB'
            max_prepared_transactions = 20
            """;

    private static final Map<PostgresPrograms, TestCluster> TEMPLATES = new HashMap<>();

    private final PostgresPrograms programs;
    private final Path folder;
    private final Path data;
    private final int port;
    private final Thread shutdownHook = new Thread(this::stopAndDelete, "stop-test-cluster");
    private boolean running;

    private TestCluster(PostgresPrograms programs) {
        this.programs = programs;
        this.port = freePort();
        try {
            this.folder = Files.createTempDirectory("totesys-test-cluster-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder", e);
        }
        this.data = folder.resolve("data");
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /**
     * Starts a server; takes half a second, and two more for the first one of these programs. All of them have the same
     * system identifier, which comes from the initialisation.
     */
    static TestCluster start(PostgresPrograms programs) {
        TestCluster cluster = template(programs).copy();
        try {
            cluster.start();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Never started, only copied: initdb takes longer than everything else together. */
    private static TestCluster template(PostgresPrograms programs) {
        synchronized (TEMPLATES) {
            return TEMPLATES.computeIfAbsent(programs, TestCluster::initialise);
        }
    }

    private static TestCluster initialise(PostgresPrograms programs) {
        TestCluster cluster = new TestCluster(programs);
        programs.run(
                "initdb",
                "--pgdata=" + cluster.data,
                "--username=" + SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--wal-segsize=1",
                "--no-sync");
        cluster.configure(SETTINGS);
        return cluster;
    }

    /** Starts the server again after {@link #stop} or {@link #crash}. */
    public void start() {
        try {
            programs.run("pg_ctl", "start", "--wait", "--pgdata=" + data, "--log=" + folder.resolve("server.log"));
            running = true;
        } catch (IllegalStateException e) {
            throw new IllegalStateException("PostgreSQL did not start; the end of its log: " + endOfLog(), e);
        }
    }

    /** Stops the server in good order, breaking off open connections. */
    public void stop() {
        stop("fast");
    }

    /** Stops the server as a failure of its machine would, but for what the operating system still writes. */
    public void crash() {
        stop("immediate");
    }

    private void stop(String mode) {
        programs.run("pg_ctl", "stop", "--wait", "--pgdata=" + data, "--mode=" + mode);
        running = false;
    }

    /** Copies a stopped server, file by file: the copy has the same identity and history, a port of its own, and is stopped. */
    public TestCluster copy() {
        if (running) {
            throw new IllegalStateException("the server is running; its files are a copy of nothing");
        }
        TestCluster copy = new TestCluster(programs);
        copyFiles(data, copy.data);
        copy.configure("port = " + copy.port + "\n");
        return copy;
    }

    /** Makes a standby, which is started and follows this server. Restarts this server. */
    public TestCluster standby() {
        stop();
        TestCluster standby = copy();
        start();
        standby.follow(this);
        standby.start();
        return standby;
    }

    /** Makes this stopped server a standby of another one that was copied from it, or it from that one. */
    public void follow(TestCluster primary) {
        configure("primary_conninfo = 'host=" + ADDRESS + " port=" + primary.port + " user=" + SUPERUSER + "'\n");
        try {
            Files.writeString(data.resolve("standby.signal"), "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a standby of " + data, e);
        }
    }

    /** Ends what comes to this standby from its primary; it goes on showing what it has. */
    public void disconnect() throws SQLException {
        execute("ALTER SYSTEM SET primary_conninfo = ''");
        query("SELECT pg_reload_conf()");
        await("SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)");
    }

    /** Makes a standby a primary. */
    public void promote() {
        programs.run("pg_ctl", "promote", "--wait", "--pgdata=" + data);
    }

    /** Waits until this standby shows everything that a primary has committed so far. */
    public void awaitReplayOf(TestCluster primary) throws SQLException {
        String written = primary.query("SELECT pg_current_wal_insert_lsn()");
        await("SELECT pg_last_wal_replay_lsn() >= '" + written + "'");
    }

    private void await(String condition) throws SQLException {
        long start = System.nanoTime();
        while (!query(condition).equals("t")) {
            if (System.nanoTime() - start > LONGEST_WAIT_NANOS) {
                throw new IllegalStateException(
                        "waited in vain for " + condition + "; the end of the server's log: " + endOfLog());
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Sets the next transaction number, as if all those before it had been given out. Freezes every row first, since the
     * server allows no two rows more than half the 32-bit circle apart; the database of Totesys must be there.
     *
     * @param next 64 bits; the lower 32 not below 3
     * @see <a href="https://www.postgresql.org/docs/current/app-pgresetwal.html">PostgreSQL: pg_resetwal</a>
     */
    public void advanceTransactionsTo(long next) throws SQLException {
        execute("ALTER DATABASE template0 ALLOW_CONNECTIONS true");
        for (String database : List.of(SUPERUSER, "template0", "template1", TOTESYS)) {
            try (Connection connection = superuser(database).connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("VACUUM (FREEZE)");
            }
        }
        stop();
        long number = next & 0xFFFF_FFFFL;
        try {
            Path states = data.resolve("pg_xact").resolve("%04X".formatted(number >>> 20));
            if (!Files.exists(states)) {
                Files.write(states, new byte[256 * 1024]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the states of transactions in " + data, e);
        }
        programs.run("pg_resetwal", "--next-transaction-id=" + number, "--epoch=" + (next >>> 32), data.toString());
        start();
    }

    /** Creates the server's one database with the operational schema, without rows, see {@link TotesysSchema#create}. */
    public TestDatabase createTotesysDatabase() throws SQLException {
        TestRole owner = new TestRole(ADDRESS, port, TOTESYS, TOTESYS, Names.password());
        execute("CREATE ROLE " + TOTESYS + " LOGIN PASSWORD '" + owner.password() + "'");
        execute("CREATE DATABASE " + TOTESYS + " OWNER " + TOTESYS);
        TestDatabase database = new TestDatabase(superuser(TOTESYS), owner);
        try (Connection connection = database.connect()) {
            TotesysSchema.create(connection);
        }
        return database;
    }

    /** Returns a database that this server has from the one it was copied from. */
    public TestDatabase sameDatabase(TestDatabase original) {
        return new TestDatabase(superuser(original.name()), sameRole(original.owner()));
    }

    /** Returns a role that this server has from the one it was copied from. */
    public TestRole sameRole(TestRole original) {
        return new TestRole(ADDRESS, port, original.database(), original.username(), original.password());
    }

    /** Runs a statement as the superuser, outside the databases of the tests. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = superuser(SUPERUSER).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the one value that a query has as the superuser, as text. */
    public String query(String sql) throws SQLException {
        return query(SUPERUSER, sql);
    }

    /** The same in one of the databases. */
    public String query(String database, String sql) throws SQLException {
        try (Connection connection = superuser(database).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private TestRole superuser(String database) {
        return new TestRole(ADDRESS, port, database, SUPERUSER, "");
    }

    /** Stops the server and removes its files. A second call does nothing. */
    @Override
    public void close() {
        stopAndDelete();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook runs or ran: closing twice is harmless.
        }
    }

    private synchronized void stopAndDelete() {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            crash();
        }
        try {
            Folders.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    private void configure(String settings) {
        try {
            Files.writeString(data.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot configure PostgreSQL in " + data, e);
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("server.log"));
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "(none)";
        }
    }

    private static void copyFiles(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from, e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
