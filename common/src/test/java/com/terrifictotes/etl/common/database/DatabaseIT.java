package com.terrifictotes.etl.common.database;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.database.Database.Timeouts;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseIT {

    private static final TestServers SERVERS = TestServers.shared();

    private static TestRole owner = new TestRole("", 0, "", "", "");

    @BeforeAll
    static void createDatabase() throws SQLException {
        owner = SERVERS.createDatabase("connect").owner();
    }

    @Test
    void connectionHasTheNameOfItsApplication() throws SQLException {
        Database database = new Database(
                SecretSource.of(SERVERS.secretsManager()),
                SERVERS.createSecret("owner", owner.secretJson()),
                "extract");

        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user, current_setting('application_name')")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo(owner.username());
            assertThat(row.getString(2)).isEqualTo("extract");
        }
    }

    @Test
    void secretIsReadOnceWhileItWorks() throws SQLException {
        SuccessiveSecrets secrets = new SuccessiveSecrets(owner.secretJson());
        Database database = new Database(secrets, "owner", "test");

        database.connect().close();
        database.connect().close();

        assertThat(secrets.left()).isZero();
    }

    @Test
    void rotatedPasswordIsReadAgainOnce() throws SQLException {
        TestDatabase rotated = SERVERS.createDatabase("rotated");
        TestRole old = rotated.owner();
        String rotatedJson = withPassword(old, "rotated").secretJson();
        SuccessiveSecrets secrets = new SuccessiveSecrets(old.secretJson(), rotatedJson);
        Database database = new Database(secrets, "rotated", "test");
        database.connect().close();
        rotated.execute("ALTER ROLE " + old.username() + " PASSWORD 'rotated'");

        database.connect().close();
        database.connect().close();

        assertThat(secrets.left()).isZero();
    }

    @Test
    void secretThatStaysWrongIsReadAgainOncePerConnect() throws SQLException {
        TestDatabase rotated = SERVERS.createDatabase("stays_wrong");
        TestRole old = rotated.owner();
        SuccessiveSecrets secrets = new SuccessiveSecrets(
                old.secretJson(),
                old.secretJson(),
                old.secretJson(),
                withPassword(old, "rotated").secretJson());
        Database database = new Database(secrets, "rotated", "test");
        database.connect().close();
        rotated.execute("ALTER ROLE " + old.username() + " PASSWORD 'rotated'");

        for (int left = 2; left > 0; left--) {
            refused(
                    database::connect,
                    ErrorCode.DATABASE_LOGIN_REFUSED,
                    "cannot connect to " + address(old)
                            + " (secret rotated): SQLState 28P01, password authentication failed for user \""
                            + old.username() + "\"; check username, password and sslmode of the secret");
            assertThat(secrets.left()).isEqualTo(left);
        }
        database.connect().close();
        assertThat(secrets.left()).isZero();
    }

    @Test
    void threadsThatMeetARotationAllConnect() throws Exception {
        TestDatabase rotated = SERVERS.createDatabase("threads");
        TestRole old = rotated.owner();
        AtomicReference<String> secret = new AtomicReference<>(old.secretJson());
        AtomicInteger reads = new AtomicInteger();
        Database database = new Database(
                name -> {
                    reads.incrementAndGet();
                    return secret.get();
                },
                "rotated",
                "test");
        database.connect().close();
        rotated.execute("ALTER ROLE " + old.username() + " PASSWORD 'rotated'");
        secret.set(withPassword(old, "rotated").secretJson());

        Callable<Connection> connecting = database::connect;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Connection> connection : threads.invokeAll(nCopies(8, connecting))) {
                connection.get().close();
            }
        }

        assertThat(reads.get()).isBetween(2, 1 + 8);
    }

    @Test
    void serverThatAcceptsAndSaysNothingCountsAsAway() throws IOException {
        try (OddServer silent = OddServer.silent()) {
            Database database = new Database(
                    name -> withPort(silent.port()).secretJson(), "owner", "test", new Timeouts(60, 1, 60));
            long start = System.nanoTime();

            assertThatThrownBy(database::connect)
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot connect to "
                            + address(withPort(silent.port())) + " (secret owner): SQLState 08001, ");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void serverThatFallsSilentDuringAStatementCountsAsAway() throws SQLException {
        Database database = new Database(name -> owner.secretJson(), "owner", "test", new Timeouts(10, 30, 1));
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT pg_sleep(20)"));

            assertThat((Throwable) failure).hasRootCauseInstanceOf(SocketTimeoutException.class);
            assertThat(DatabaseErrors.translate(failure, "sleep"))
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot sleep: SQLState 08006, ");
        }
    }

    @Test
    void wrongPasswordIsToldWithoutThePassword() {
        SuccessiveSecrets secrets =
                new SuccessiveSecrets(withPassword(owner, "hunter2").secretJson());

        refused(
                () -> new Database(secrets, "owner", "test").connect(),
                ErrorCode.DATABASE_LOGIN_REFUSED,
                "cannot connect to " + address(owner)
                        + " (secret owner): SQLState 28P01, password authentication failed" + " for user \""
                        + owner.username() + "\"; check username, password and sslmode of the secret");
        assertThat(secrets.left()).isZero();
    }

    @Test
    void unknownDatabaseIsAMistakeInTheSecret() {
        TestRole elsewhere =
                new TestRole(owner.host(), owner.port(), "no_such_database", owner.username(), owner.password());

        refused(
                () -> connect(elsewhere),
                ErrorCode.SECRET_INVALID,
                "cannot connect to " + address(elsewhere)
                        + " (secret owner): SQLState 3D000, database \"no_such_database\" does not exist; check dbname of the secret");
    }

    @Test
    void closedPortIsTransient() throws IOException {
        TestRole elsewhere = withPort(freePort());

        assertThatThrownBy(() -> connect(elsewhere))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot connect to " + address(elsewhere)
                        + " (secret owner): SQLState 08001, Connection to ")
                .hasMessageEndingWith("; if it lasts, check host and port of the secret, the network and the server");
    }

    @Test
    void unknownHostIsTransient() {
        TestRole elsewhere = new TestRole("nowhere.invalid", 5432, "a", "b", "hunter2");

        assertThatThrownBy(() -> connect(elsewhere))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageStartingWith(
                        "DATABASE_UNAVAILABLE: cannot connect to nowhere.invalid:5432/a (secret owner):");
    }

    @Test
    void databaseThatMovedIsFoundByTheNextTry() throws SQLException {
        TestDatabase moved = SERVERS.createDatabase("moved");
        SuccessiveSecrets secrets = new SuccessiveSecrets(moved.secretJson(), owner.secretJson());
        Database database = new Database(secrets, "moved", "test");
        database.connect().close();
        try (Connection connection = SERVERS.createDatabase("other").connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + moved.name());
        }

        refused(
                database::connect,
                ErrorCode.SECRET_INVALID,
                "cannot connect to " + address(moved.owner()) + " (secret moved): SQLState 3D000, database \""
                        + moved.name() + "\" does not exist; check dbname of the secret");
        try (Connection connection = database.connect()) {
            assertThat(connection.getCatalog()).isEqualTo(owner.database());
        }
        assertThat(secrets.left()).isZero();
    }

    @Test
    void missingSecretIsNamed() {
        Database database = new Database(SecretSource.of(SERVERS.secretsManager()), "no-such-secret", "test");

        refused(
                database::connect,
                ErrorCode.SECRET_INVALID,
                "secret no-such-secret does not exist in this account and region");
    }

    /** Secrets Manager refuses with status 400, not 403. */
    @Test
    void secretThatMayNotBeReadIsAMatterOfPermissions() {
        SERVERS.requireLoopback()
                .faults()
                .next(Operation.GET_SECRET_VALUE, "forbidden", new Fault.Refuse(400, "AccessDeniedException"));

        refused(
                () -> SecretSource.of(SERVERS.secretsManager()).read("forbidden"),
                ErrorCode.AWS_ACCESS_DENIED,
                "cannot read secret forbidden: AWS answered 400 AccessDeniedException; check the role's policy");
    }

    private static Connection connect(TestRole role) {
        return new Database(name -> role.secretJson(), "owner", "test").connect();
    }

    private static TestRole withPassword(TestRole role, String password) {
        return new TestRole(role.host(), role.port(), role.database(), role.username(), password);
    }

    private static TestRole withPort(int port) {
        return new TestRole(owner.host(), port, owner.database(), owner.username(), owner.password());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String address(TestRole role) {
        return role.host() + ":" + role.port() + "/" + role.database();
    }

    private static void refused(ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .isNotInstanceOf(TransientPipelineException.class)
                .hasMessage(code + ": " + message);
    }
}
