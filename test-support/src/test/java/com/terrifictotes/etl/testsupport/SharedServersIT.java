package com.terrifictotes.etl.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.terrifictotes.etl.loopback.LoopbackAws;
import com.terrifictotes.etl.loopback.Operation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

final class SharedServersIT {

    private final TestServers servers = TestServers.shared();

    @Test
    void areSharedByTheWholeJvm() {
        assertThat(TestServers.shared()).isSameAs(servers);
        assertThat(servers.endpoint().getScheme()).isEqualTo("http");
    }

    @Test
    void giveEachTestABucketOfItsOwn() {
        String bucket = servers.createBucket("ingestion");

        servers.s3().putObject(request -> request.bucket(bucket).key("a/b"), RequestBody.fromString("x"));

        assertThat(servers.createBucket("ingestion")).isNotEqualTo(bucket);
        assertThat(servers.s3()
                        .getObjectAsBytes(request -> request.bucket(bucket).key("a/b"))
                        .asUtf8String())
                .isEqualTo("x");
    }

    @Test
    void removeAnObjectThatIsWrittenAgain() {
        String bucket = servers.createBucket("processed");
        for (String content : List.of("wrong", "right")) {
            servers.removeObject(bucket, "a/b");
            servers.s3()
                    .putObject(
                            request -> request.bucket(bucket).key("a/b").ifNoneMatch("*"),
                            RequestBody.fromString(content));
        }

        assertThat(servers.s3()
                        .getObjectAsBytes(request -> request.bucket(bucket).key("a/b"))
                        .asUtf8String())
                .isEqualTo("right");
    }

    @Test
    void keepSecrets() {
        String name = servers.createSecret("totesys", "{\"host\":\"h\"}");

        assertThat(servers.secretsManager()
                        .getSecretValue(request -> request.secretId(name))
                        .secretString())
                .isEqualTo("{\"host\":\"h\"}");
    }

    @Test
    void copyADatabaseWithItsRows() throws SQLException {
        TestDatabase database = servers.createDatabase("warehouse");
        database.execute("CREATE TABLE seen (id int); INSERT INTO seen VALUES (7)");

        TestDatabase copy = database.copy("backup");
        database.execute("DELETE FROM seen");

        try (Connection connection = copy.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("SELECT id FROM seen").next()).isTrue();
        }
    }

    @Test
    void giveEachTestADatabaseOfItsOwn() throws SQLException {
        TestDatabase database = servers.createDatabase("warehouse");
        database.execute("CREATE TABLE seen (id int); CREATE TABLE unseen (id int)");
        TestRole role = database.createRole("analyst", "SELECT ON seen");

        try (Connection connection = role.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("SELECT id FROM seen").next()).isFalse();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeQuery("SELECT id FROM unseen"))
                    .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("42501"));
        }
        try (Connection connection = database.connectAsSuperuser()) {
            assertThat(connection.getCatalog()).isEqualTo(database.name());
        }
        assertThat(database.secretJson())
                .isEqualTo("{\"host\":\"%s\",\"port\":%d,\"username\":\"%s\",\"password\":\"%s\",\"dbname\":\"%s\"}"
                        .formatted(
                                database.host(),
                                database.port(),
                                database.name(),
                                database.owner().password(),
                                database.name()));
    }

    @Test
    void reallyCheckPasswords() throws SQLException {
        TestRole owner = servers.createDatabase("guarded").owner();
        TestRole wrong = new TestRole(owner.host(), owner.port(), owner.database(), owner.username(), "wrong");

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(wrong::connect)
                .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("28P01"));
        assertThat(wrong.toString()).doesNotContain("wrong");
    }

    @Test
    void giveTheOperationalSchemaWithItsReader() throws SQLException {
        TestDatabase totesys = servers.createTotesysDatabase("totesys");
        totesys.execute("INSERT INTO currency (currency_code, last_updated) VALUES ('GBP', now())");

        try (Connection connection = totesys.createReader("extractor").connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement
                            .executeQuery("SELECT currency_id FROM currency")
                            .next())
                    .isTrue();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeQuery("SELECT id FROM _prisma_migrations"))
                    .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("42501"));
        }
    }

    @Test
    void countRequestsWhereTheyCan() {
        LoopbackAws loopback = servers.requireLoopback();
        String bucket = servers.createBucket("counted");
        loopback.requests().reset();

        servers.s3().headBucket(request -> request.bucket(bucket));

        assertThat(loopback.requests().of(Operation.HEAD_BUCKET)).isEqualTo(1);
        assertThat(loopback.requests().writes()).isZero();
    }

    @Test
    void refuseAnUnknownKind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestServers.startBackend("docker"))
                .withMessage("test.servers is 'docker', expected 'embedded' or 'containers'");
    }

    @Test
    void refuseAPrefixThatWouldNeedQuoting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> servers.createBucket("Not ok"))
                .withMessage("prefix 'Not ok' does not match [a-z][a-z0-9_-]{0,25}");
    }
}
