package com.terrifictotes.etl.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.database.Authority.ServerCertificate;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How far each sslmode goes, against a real server with real certificates. One server, since making all takes seconds. */
@TestInstance(Lifecycle.PER_CLASS)
class DatabaseTlsIT {

    private static final String NOT_SIGNED =
            "the server's certificate is not signed by one of those in \"sslrootcert\" of"
                    + " the secret; put the certificate of its authority there";
    private static final String NOT_VALID =
            "the server's certificate, or the one that it is signed with, is not valid at this time";

    private final TlsPostgres server;
    private final String authority;
    private final String stranger;
    private final ServerCertificate local;
    private final ServerCertificate elsewhere;
    private final ServerCertificate expired;
    private final ServerCertificate fromStranger;

    DatabaseTlsIT(@TempDir Path folder) throws Exception {
        Authority trusted = new Authority(Files.createDirectory(folder.resolve("trusted")));
        Authority other = new Authority(Files.createDirectory(folder.resolve("other")));
        this.authority = trusted.pem();
        this.stranger = other.pem();
        this.local = trusted.sign("local", "dns:localhost,ip:127.0.0.1");
        this.elsewhere = trusted.sign("elsewhere", "dns:db.example.com");
        this.expired = trusted.signExpired("expired");
        this.fromStranger = other.sign("stranger", "dns:localhost");
        this.server = new TlsPostgres(folder.resolve("postgres"));
    }

    @BeforeAll
    void showTheRightCertificate() throws Exception {
        server.show(local);
    }

    @AfterAll
    void stopTheServer() {
        server.close();
    }

    /** The server takes nothing else, so even "allow" and "prefer" come to it. */
    @ParameterizedTest
    @ValueSource(strings = {"allow", "prefer", "require"})
    void modesThatCheckNothingEncryptWithoutCertificatesToTrust(String sslMode) {
        assertEncrypted(server.secret("localhost", sslMode));
    }

    @ParameterizedTest
    @CsvSource({"verify-ca, localhost", "verify-ca, 127.0.0.1", "verify-full, localhost", "verify-full, 127.0.0.1"})
    void rightAuthorityAndNameAreAccepted(String sslMode, String host) {
        assertEncrypted(server.secret(host, sslMode, authority));
        assertEncrypted(server.secret(host, sslMode, stranger, authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void otherAuthorityIsRefused(String sslMode) {
        refused(server.secret("localhost", sslMode, stranger), ErrorCode.DATABASE_NOT_TRUSTED, NOT_SIGNED);
    }

    @Test
    void otherNameIsRefusedByVerifyFullOnly() throws Exception {
        server.show(elsewhere);
        try {
            refused(
                    server.secret("localhost", "verify-full", authority),
                    ErrorCode.DATABASE_NOT_TRUSTED,
                    "the server's certificate is for another name than localhost; put the name of the certificate into"
                            + " \"host\" of the secret");
            assertEncrypted(server.secret("localhost", "verify-ca", authority));
            assertEncrypted(server.secret("localhost", "require"));
        } finally {
            server.show(local);
        }
    }

    @Test
    void expiredCertificateIsRefusedWhereItIsLookedAt() throws Exception {
        server.show(expired);
        try {
            refused(server.secret("localhost", "verify-full", authority), ErrorCode.DATABASE_NOT_TRUSTED, NOT_VALID);
            refused(server.secret("localhost", "verify-ca", authority), ErrorCode.DATABASE_NOT_TRUSTED, NOT_VALID);
            assertEncrypted(server.secret("localhost", "require"));
        } finally {
            server.show(local);
        }
    }

    @Test
    void connectionWithoutTlsIsRefusedByAServerThatDemandsIt() {
        refused(
                server.secret("localhost", "disable"),
                ErrorCode.DATABASE_LOGIN_REFUSED,
                "SQLState 28000, no pg_hba.conf entry for host \"127.0.0.1\", user \"reader\", database \"postgres\", no"
                        + " encryption; check username, password and sslmode of the secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void verificationNeedsCertificatesToTrust(String sslMode, @TempDir Path home) {
        withHome(
                home,
                () -> refused(
                        server.secret("localhost", sslMode),
                        ErrorCode.SECRET_INVALID,
                        "sslmode " + sslMode
                                + " needs certificates to trust; put them into \"sslrootcert\" of the secret,"
                                + " as PEM text"));
    }

    /** As psql has it, for whoever runs the pipeline on a machine of their own. */
    @Test
    void certificatesToTrustMayStandInTheHomeFolder(@TempDir Path home) throws IOException {
        Files.writeString(Files.createDirectory(home.resolve(".postgresql")).resolve("root.crt"), authority);

        withHome(home, () -> assertEncrypted(server.secret("localhost", "verify-full")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void serverThatOffersNoTlsIsRefusedWhereTlsIsDemanded(String sslMode) throws SQLException {
        TestRole plain = TestServers.shared().createDatabase("plain").owner();
        String certificates =
                sslMode.equals("require") ? "" : ",\"sslrootcert\":\"" + authority.replace("\n", "\\n") + "\"";
        String secret = plain.secretJson().replaceFirst("}$", "");

        assertThatThrownBy(connect(secret + ",\"sslmode\":\"" + sslMode + "\"" + certificates + "}"))
                .isNotInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_NOT_TRUSTED: cannot connect to " + plain.host() + ":" + plain.port() + "/"
                        + plain.database() + " (secret totesys): sslmode " + sslMode
                        + " demands TLS, which the server does not offer; switch it on there");
    }

    @Test
    void otherProtocolInThePlaceOfTlsIsNotTriedAgain() throws IOException {
        try (OddServer odd = OddServer.talkingOtherThanTls()) {
            assertThatThrownBy(connect(odd.port()))
                    .isNotInstanceOf(TransientPipelineException.class)
                    .hasMessage("DATABASE_NOT_TRUSTED: cannot connect to 127.0.0.1:" + odd.port()
                            + "/d (secret totesys): server and client agree on no way of TLS");
        }
    }

    @Test
    void handshakeThatBreaksOffIsTriedAgain() throws IOException {
        try (OddServer odd = OddServer.hangingUp()) {
            assertThatThrownBy(connect(odd.port()))
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot connect to 127.0.0.1:" + odd.port()
                            + "/d (secret totesys): SQLState 08006, ");
        }
    }

    @Test
    void rotatedAuthorityIsReadAgainAtOnce() throws Exception {
        SuccessiveSecrets secrets = new SuccessiveSecrets(
                server.secret("localhost", "verify-full", authority),
                server.secret("localhost", "verify-full", authority, stranger));
        Database database = new Database(secrets, "totesys", "test");
        database.connect().close();
        server.show(fromStranger);
        try {
            database.connect().close();
            assertThat(secrets.left()).isZero();
        } finally {
            server.show(local);
        }
        database.connect().close();
    }

    private static void withHome(Path home, Runnable action) {
        String usual = System.setProperty("user.home", home.toString());
        try {
            action.run();
        } finally {
            System.setProperty("user.home", usual);
        }
    }

    private static ThrowingCallable connect(int port) {
        return connect("{\"host\":\"127.0.0.1\",\"port\":" + port
                + ",\"username\":\"u\",\"password\":\"p\",\"dbname\":\"d\",\"sslmode\":\"require\"}");
    }

    private static ThrowingCallable connect(String secret) {
        return () -> new Database(name -> secret, "totesys", "test").connect().close();
    }

    private static void assertEncrypted(String secret) {
        try (Connection connection = new Database(name -> secret, "totesys", "test").connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            assertThat(row.getBoolean("ssl")).isTrue();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void refused(String secret, ErrorCode code, String reason) {
        assertThatThrownBy(connect(secret))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .isNotInstanceOf(TransientPipelineException.class)
                .hasMessage(
                        code + ": cannot connect to " + server.address("localhost") + " (secret totesys): " + reason);
    }
}
