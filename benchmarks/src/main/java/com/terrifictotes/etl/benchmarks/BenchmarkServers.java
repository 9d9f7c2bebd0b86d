package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseSecret;
import com.terrifictotes.etl.loopback.Folders;
import com.terrifictotes.etl.loopback.LocalPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The database and the S3 that a benchmark runs on, each embedded or given. An embedded one has a process of its own and
 * vanishes with {@link #close} or this process.
 */
final class BenchmarkServers implements AutoCloseable {

    private static final String DATABASE = "totesys";

    private final Path folder;
    private final @Nullable LocalPostgres postgres;
    private final @Nullable S3Process s3Process;
    private final String secret;
    private final S3Client s3;
    private final Set<Buckets> buckets = ConcurrentHashMap.newKeySet();
    private final Thread shutdownHook = new Thread(this::remove, "end-of-benchmark");
    private @Nullable Warehouses warehouses;

    private BenchmarkServers(
            Path folder, @Nullable LocalPostgres postgres, @Nullable S3Process s3Process, String secret) {
        this.folder = folder;
        this.postgres = postgres;
        this.s3Process = s3Process;
        this.secret = secret;
        // The clients of a function take everything from the environment; properties stand in for it here.
        clientProperties().forEach(System::setProperty);
        this.s3 = AwsClients.s3();
    }

    /**
     * Starts what is not given.
     *
     * @param parent where a new folder for the servers' data is made, or null for the usual place of temporary files
     * @param givenSecret the JSON of the secret of an empty database, or null for embedded PostgreSQL
     * @param givenAws whether S3 is the one that the AWS environment names, not loopback
     */
    static BenchmarkServers start(@Nullable Path parent, @Nullable String givenSecret, boolean givenAws)
            throws IOException, SQLException {
        Path folder = parent == null
                ? Files.createTempDirectory("totesys-benchmark-")
                : Files.createTempDirectory(Files.createDirectories(parent), "totesys-benchmark-");
        S3Process s3Process = givenAws ? null : S3Process.start(folder.resolve("s3"));
        BenchmarkServers servers;
        if (givenSecret == null) {
            LocalPostgres postgres = LocalPostgres.start(folder);
            servers = new BenchmarkServers(folder, postgres, s3Process, secretOfNewDatabase(postgres));
        } else {
            servers = new BenchmarkServers(folder, null, s3Process, givenSecret);
        }
        Runtime.getRuntime().addShutdownHook(servers.shutdownHook);
        return servers;
    }

    /** The secret of the database, JSON. */
    String secret() {
        return secret;
    }

    /** How to log in to the database. */
    DatabaseSecret login() {
        return DatabaseSecret.parse("of the benchmark", secret);
    }

    /** The database, as a function has it. */
    Database database() {
        return database(secret);
    }

    /** The database of a secret, as a function has it. */
    static Database database(String secret) {
        return new Database(name -> secret, "of the benchmark", "totesys-etl benchmark");
    }

    /** S3, as a function has it; stays this object's to close. */
    S3Client s3() {
        return s3;
    }

    /** The system properties that the clients of a function need to find S3; none if the environment says it. */
    Map<String, String> clientProperties() {
        return s3Process == null ? Map.of() : s3Process.clientProperties();
    }

    /** A new pair of buckets; {@link #close} removes what is not discarded before. */
    Buckets newBuckets() {
        Buckets made = Buckets.create(s3);
        buckets.add(made);
        return made;
    }

    /** Removes buckets and what is in them. */
    void discard(Buckets done) throws IOException {
        buckets.remove(done);
        if (s3Process == null) {
            done.delete(s3);
            return;
        }
        for (String bucket : done.names().toList()) {
            Folders.deleteRecursively(folder.resolve("s3").resolve(bucket));
        }
    }

    /**
     * Databases for warehouses on the same server; {@link #close} removes them.
     *
     * @throws SQLException if the login is not that of a superuser
     */
    synchronized Warehouses warehouses() throws SQLException {
        if (warehouses == null) {
            warehouses = Warehouses.create(login());
        }
        return warehouses;
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook runs or ran: closing twice is harmless.
        }
    }

    private synchronized void remove() {
        try (s3;
                Closeable data = () -> Folders.deleteRecursively(folder);
                S3Process process = s3Process;
                LocalPostgres server = postgres) {
            if (warehouses != null && postgres == null) {
                warehouses.close();
                warehouses = null;
            }
            for (Buckets left : buckets) {
                discard(left);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot remove the warehouses", e);
        }
    }

    /** The secret of a new database. The superuser needs no password there, but a secret has one. */
    private static String secretOfNewDatabase(LocalPostgres postgres) throws SQLException {
        postgres.createDatabase(DATABASE);
        return """
                {"host": "%s", "port": %d, "username": "postgres", "password": "none", "dbname": "%s"}""".formatted(postgres.host(), postgres.port(), DATABASE);
    }
}
