package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 17 from embedded binaries, on a free port of 127.0.0.1. The superuser {@code postgres} needs no password;
 * everybody else is really asked for one (SCRAM-SHA-256). Databases are UTF-8 with the locale {@code C.UTF-8} everywhere.
 *
 * <p>The server runs without {@code fsync}: what it commits is correct but would not outlive the machine. Nothing outlives
 * {@link #close} or the process, SIGTERM and Ctrl-C included. Only after SIGKILL is the server left behind.
 */
public final class LocalPostgres implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final int START_ATTEMPTS = 3;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** See <a href="https://www.postgresql.org/docs/17/auth-pg-hba-conf.html">the manual on pg_hba.conf</a>. */
    private static final String HOST_BASED_AUTHENTICATION = """
            # TYPE  DATABASE  USER      ADDRESS       METHOD
            host    all       postgres  127.0.0.1/32  trust
            host    all       all       127.0.0.1/32  scram-sha-256
            """;

    private final Path folder;
    private final Thread shutdownHook;
    private @Nullable EmbeddedPostgres server;
    private boolean closed;

    private LocalPostgres(Path folder) {
        this.folder = folder;
        this.shutdownHook = new Thread(this::stop, "stop-local-postgres");
    }

    /**
     * Starts a server; takes one to three seconds, and five when its binaries are unpacked for the first time.
     *
     * @param folder where a new folder for the data is made; made itself if it is not there
     * @throws IllegalStateException if the server cannot run here, with what to do about it
     * @throws UncheckedIOException if the folder cannot be written
     */
    public static LocalPostgres start(Path folder) {
        requireNonNull(folder, "folder is null");
        requireAbleToRun();
        try {
            Path absolute = Files.createDirectories(folder).toAbsolutePath();
            LocalPostgres postgres = new LocalPostgres(absolute.resolve("postgres-" + UUID.randomUUID()));
            Runtime.getRuntime().addShutdownHook(postgres.shutdownHook);
            postgres.launch();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL in " + folder, e);
        }
    }

    /** Returns the address the server listens on: 127.0.0.1. */
    public String host() {
        return ADDRESS;
    }

    /** Returns the port the server listens on. */
    public int port() {
        return running().getPort();
    }

    /** Opens a connection to {@code database} as the superuser; it is the caller's to close. */
    public Connection connect(String database) throws SQLException {
        return connect(database, SUPERUSER, "");
    }

    /**
     * Opens a connection as a role; it is the caller's to close.
     *
     * @throws SQLException with state 28P01 if the password is wrong
     */
    public Connection connect(String database, String role, String password) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), role, password);
    }

    /** Returns {@code jdbc:postgresql://127.0.0.1:<port>/<database>}; the name may need no escaping. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + ADDRESS + ":" + port() + "/" + database;
    }

    /** Creates an empty database that belongs to the superuser. */
    public void createDatabase(String name) throws SQLException {
        try (Connection connection = connect(SUPERUSER);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + Sql.identifier(name));
        }
    }

    /** Creates a role that may log in with a password and owns nothing. */
    public void createRole(String name, String password) throws SQLException {
        try (Connection connection = connect(SUPERUSER);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + Sql.identifier(name) + " LOGIN PASSWORD " + Sql.literal(password));
        }
    }

    /** Stops the server, breaking off open connections, and removes its data. A second call does nothing. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook runs or ran: closing twice is harmless.
        }
    }

    private synchronized EmbeddedPostgres running() {
        if (server == null) {
            throw new IllegalStateException("the server is closed");
        }
        return server;
    }

    /** Holds the lock that the shutdown hook needs, so that Ctrl-C during the start waits and then finds what to stop. */
    private synchronized void launch() throws IOException {
        if (closed) {
            throw new IllegalStateException("the process is ending");
        }
        Files.createDirectory(folder, OWNER_ONLY);
        for (int attempt = 1; server == null; attempt++) {
            Path data = folder.resolve("data-" + attempt);
            try {
                EmbeddedPostgres candidate = start(data, folder.resolve("server.log"));
                if (servesData(candidate, data)) {
                    server = candidate;
                } else {
                    candidate.close();
                }
            } catch (IOException | IllegalStateException e) {
                if (attempt == START_ATTEMPTS) {
                    IllegalStateException failure = new IllegalStateException(
                            "PostgreSQL did not start; the end of its log: " + logOfServer(), e);
                    close();
                    throw failure;
                }
            }
        }
    }

    private static EmbeddedPostgres start(Path data, Path log) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setDataDirectoryCustomizer(ready -> writeAuthentication(ready.toPath()))
                .setOverrideWorkingDirectory(binariesFolder().toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(LONGEST_START)
                .setOutputRedirector(Redirect.appendTo(log.toFile()))
                .setErrorRedirector(Redirect.appendTo(log.toFile()))
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setServerConfig("listen_addresses", ADDRESS)
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100")
                .setServerConfig("max_prepared_transactions", "20")
                .start();
    }

    private static void writeAuthentication(Path data) {
        try {
            Files.writeString(data.resolve("pg_hba.conf"), HOST_BASED_AUTHENTICATION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that was free a moment ago may have become another server's, which would answer in the place of ours. */
    private static boolean servesData(EmbeddedPostgres candidate, Path data) {
        try (Connection connection = candidate.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW data_directory")) {
            return result.next() && Files.isSameFile(Path.of(result.getString(1)), data);
        } catch (SQLException | IOException e) {
            return false;
        }
    }

    private synchronized void stop() {
        closed = true;
        List<ProcessHandle> processes = serverProcesses();
        try {
            if (server != null) {
                server.close();
                server = null;
            }
            processes.forEach(LocalPostgres::end);
            Folders.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the data of PostgreSQL in " + folder, e);
        }
    }

    /** The first line of {@code postmaster.pid} is the server's process id, as pg_ctl reads it. */
    private List<ProcessHandle> serverProcesses() {
        try (DirectoryStream<Path> dataFolders = Files.newDirectoryStream(folder, "data-*")) {
            List<ProcessHandle> processes = new ArrayList<>();
            for (Path data : dataFolders) {
                Path pidFile = data.resolve("postmaster.pid");
                if (Files.exists(pidFile)) {
                    ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).getFirst()))
                            .filter(process ->
                                    process.info().command().orElse("").endsWith("postgres"))
                            .ifPresent(processes::add);
                }
            }
            return processes;
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void end(ProcessHandle process) {
        try {
            process.onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for the end of PostgreSQL, process " + process.pid(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String logOfServer() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("server.log"));
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "(none)";
        }
    }

    /**
     * The binaries are unpacked once per user and version, not once per start: that takes longer than the start itself.
     * Nobody else may write there, since the files are executed.
     */
    private static Path binariesFolder() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("totesys-embedded-postgres-" + System.getProperty("user.name"));
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder, OWNER_ONLY);
        }
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner != new UnixSystem().getUid()) {
            throw new IllegalStateException("the folder " + folder + " belongs to another user, number " + owner
                    + ": remove it, or set another one by -Djava.io.tmpdir");
        }
        return Files.createDirectories(folder.resolve("binaries"));
    }

    /** PostgreSQL refuses to run as root. Linux lets root be somebody else in a user namespace, unless that is forbidden. */
    private static void requireAbleToRun() {
        boolean root = new UnixSystem().getUid() == 0;
        if (root && !LinuxUtils.isUnshareAvailable()) {
            throw new IllegalStateException(
                    "PostgreSQL does not run as root, and this system does not let root create a user"
                            + " namespace (unshare -U fails): run this command as an ordinary user");
        }
    }
}
