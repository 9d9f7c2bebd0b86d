package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.LoopbackAws;
import com.terrifictotes.etl.loopback.TotesysSchema;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * S3, Secrets Manager and PostgreSQL for integration tests: one set per JVM, in which each test makes buckets and databases
 * of its own. The system property {@code test.servers} says which: {@code embedded} (the default) or {@code containers}.
 * Safe for use by several threads.
 */
public final class TestServers {

    private static final String PROPERTY = "test.servers";

    private static @Nullable TestServers shared;

    private final Backend backend;

    private TestServers(Backend backend) {
        this.backend = backend;
    }

    /**
     * Returns the servers of this JVM, started by the first call and stopped when the JVM ends. Where containers are asked
     * for and Docker is not there, the calling test is skipped.
     *
     * @throws IllegalArgumentException if {@code test.servers} is neither {@code embedded} nor {@code containers}
     */
    public static synchronized TestServers shared() {
        return shared(System.getProperty(PROPERTY, "embedded"));
    }

    /**
     * The same in containers, whatever {@code test.servers} says. To be asked for before anything else asks for servers.
     *
     * @return empty where Docker is not there
     */
    public static synchronized Optional<TestServers> sharedInContainers() {
        return DockerClientFactory.instance().isDockerAvailable()
                ? Optional.of(shared("containers"))
                : Optional.empty();
    }

    private static TestServers shared(String kind) {
        TestServers servers = shared;
        if (servers == null) {
            Backend backend = startBackend(kind);
            Runtime.getRuntime().addShutdownHook(new Thread(backend::close, "stop-test-servers"));
            servers = new TestServers(backend);
            shared = servers;
        }
        return servers;
    }

    /** Returns the endpoint of both AWS services. */
    public URI endpoint() {
        return backend.endpoint();
    }

    /** Returns the shared S3 client; not the caller's to close. */
    public S3Client s3() {
        return backend.s3();
    }

    /** Returns the shared Secrets Manager client; not the caller's to close. */
    public SecretsManagerClient secretsManager() {
        return backend.secretsManager();
    }

    /**
     * Creates an empty bucket.
     *
     * @param prefix what its name starts with
     * @return its name
     */
    public String createBucket(String prefix) {
        String name = Names.resource(prefix);
        s3().createBucket(request -> request.bucket(name));
        return name;
    }

    /** Removes an object, as somebody does who has more rights than the pipeline. */
    public void removeObject(String bucket, String key) {
        loopback()
                .ifPresentOrElse(
                        aws -> aws.removeObject(bucket, key),
                        () -> s3().deleteObject(
                                        request -> request.bucket(bucket).key(key)));
    }

    /**
     * Creates a secret.
     *
     * @param prefix what its name starts with
     * @return its name
     */
    public String createSecret(String prefix, String json) {
        String name = Names.resource(prefix);
        backend.createSecret(name, json);
        return name;
    }

    /**
     * Creates an empty database and a role that owns it.
     *
     * @param prefix what both names start with
     */
    public TestDatabase createDatabase(String prefix) throws SQLException {
        return createDatabase(prefix, "");
    }

    private TestDatabase createDatabase(String prefix, String options) throws SQLException {
        String name = Names.identifier(prefix);
        TestRole superuser = backend.superuser(name);
        TestRole owner = new TestRole(superuser.host(), superuser.port(), name, name, Names.password());
        try (Connection connection = backend.superuser("postgres").connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + owner.password() + "'");
            statement.execute("CREATE DATABASE " + name + " OWNER " + name + options);
        }
        return new TestDatabase(superuser, owner);
    }

    /** Returns how a Lambda function that these servers' AWS runs reaches a database of theirs. */
    public TestRole seenByFunctions(TestRole role) {
        return backend.seenByFunctions(role);
    }

    /** Creates a database with the operational schema and no rows, see {@link TotesysSchema#create}. */
    public TestDatabase createTotesysDatabase(String prefix) throws SQLException {
        TestDatabase database = createDatabase(prefix);
        try (Connection connection = database.connect()) {
            TotesysSchema.create(connection);
        }
        return database;
    }

    /** The same in a database whose texts may be any bytes, because it has no encoding ({@code SQL_ASCII}). */
    public TestDatabase createTotesysDatabaseWithoutEncoding(String prefix) throws SQLException {
        TestDatabase database =
                createDatabase(prefix, " ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
        try (Connection connection = database.connect()) {
            TotesysSchema.create(connection);
        }
        return database;
    }

    /** Returns the loopback server, if AWS is that one. */
    public Optional<LoopbackAws> loopback() {
        return backend.loopback();
    }

    /** Returns the loopback server, for tests that inject faults or count requests; elsewhere they are skipped. */
    public LoopbackAws requireLoopback() {
        return loopback()
                .orElseGet(() -> Assumptions.abort(
                        announce("faults and request counts need the loopback server: " + PROPERTY + "=embedded")));
    }

    /**
     * Starts a PostgreSQL server of the test's own from the embedded binaries; where servers are containers, the test is
     * skipped.
     */
    public TestCluster startCluster() throws SQLException {
        requireOwnServers();
        try (Connection connection = backend.superuser("postgres").connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT setting FROM pg_config WHERE name = 'BINDIR'")) {
            row.next();
            return TestCluster.start(new PostgresPrograms(Path.of(row.getString(1))));
        }
    }

    /**
     * Starts a PostgreSQL server of the test's own whose transaction numbers can be advanced, see
     * {@link TestCluster#advanceTransactionsTo}. The embedded binaries lack the program for it, so it is an installed one;
     * where there is none, the test is skipped.
     */
    public TestCluster startClusterWithResettableLog() {
        requireOwnServers();
        return TestCluster.start(PostgresPrograms.installedWith("pg_resetwal")
                .orElseGet(() -> Assumptions.abort(announce("transaction numbers are advanced by pg_resetwal, and no"
                        + " PostgreSQL 13 or newer that has it is installed: not on the path, not where pg_config says,"
                        + " not where Debian puts it"))));
    }

    private void requireOwnServers() {
        if (loopback().isEmpty()) {
            Assumptions.abort(announce("the files of a PostgreSQL server are needed: " + PROPERTY + "=embedded"));
        }
    }

    static Backend startBackend(String kind) {
        return switch (kind) {
            case "embedded" -> new EmbeddedBackend();
            case "containers" -> {
                if (!DockerClientFactory.instance().isDockerAvailable()) {
                    Assumptions.abort(announce(PROPERTY + "=containers, but Docker is not there"));
                }
                yield new ContainerBackend();
            }
            default ->
                throw new IllegalArgumentException(
                        PROPERTY + " is '" + kind + "', expected 'embedded' or 'containers'");
        };
    }

    /** JUnit keeps the reason for its reports; a person at the console should see it too. */
    private static String announce(String reason) {
        System.err.println("Test skipped: " + reason);
        return reason;
    }
}
