package com.terrifictotes.etl.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSecretTest {

    private static final String EXPECTED = "; expected a JSON object with host, port, username, password and dbname";

    private static String authority = "";

    @BeforeAll
    static void makeAuthority(@TempDir Path folder) throws Exception {
        authority = new Authority(folder).pem();
    }

    @Test
    void shapeOfRdsIsRead() {
        DatabaseSecret secret = DatabaseSecret.parse("totesys", """
                {"engine":"postgres","host":"db.example.com","port":6543,"username":"reader","password":"hunter2",
                 "dbname":"totesys","sslmode":"verify-full","sslrootcert":"%s"}
                """.formatted(inJson(authority)));

        assertThat(secret)
                .isEqualTo(new DatabaseSecret(
                        "db.example.com", 6543, "reader", "hunter2", "totesys", "verify-full", authority));
        assertThat(secret.address()).isEqualTo("db.example.com:6543/totesys");
    }

    @Test
    void otherNamesAreAccepted() {
        DatabaseSecret secret = DatabaseSecret.parse(
                "totesys", "{\"host\":\"h\",\"port\":\"6543\",\"user\":\"u\",\"password\":\"p\",\"database\":\"d\"}");

        assertThat(secret).isEqualTo(new DatabaseSecret("h", 6543, "u", "p", "d", null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"port\":null,"})
    void portIsThatOfPostgresqlUnlessSaid(String port) {
        assertThat(parse(port).port()).isEqualTo(5432);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "65536", "5432.0", "\"\"", "\"5432 \"", "\"many\"", "true", "{}", "[5432]"})
    void portThatIsNoneIsRefused(String port) {
        assertThatThrownBy(() -> parse("\"port\":" + port + ","))
                .isInstanceOf(PipelineException.class)
                .hasMessage("SECRET_INVALID: secret totesys: \"port\" is not a port number" + EXPECTED);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceAndNoValue() {
        assertThatThrownBy(() -> DatabaseSecret.parse(
                        "totesys",
                        "{\"host\":\"\",\"user\":null,\"password\":{\"a\":\"hunter2\"},\"port\":\"x\","
                                + "\"sslmode\":\"sometimes\"}"))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SECRET_INVALID))
                .hasMessage(
                        "SECRET_INVALID: secret totesys: \"host\" is missing, \"username\" is missing, \"password\" is"
                                + " missing, \"dbname\" is missing, \"port\" is not a port number, \"sslmode\" is none of disable,"
                                + " allow, prefer, require, verify-ca, verify-full" + EXPECTED)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hunter2", "\"hunter2\"", "[\"hunter2\"]", "null", "{\"password\":\"hunter2\"", "{} hunter2"
            })
    void textThatIsNoJsonObjectIsRefusedUnquoted(String json) {
        assertThatThrownBy(() -> DatabaseSecret.parse("totesys", json))
                .isInstanceOf(PipelineException.class)
                .hasMessage("SECRET_INVALID: secret totesys: is not a JSON object" + EXPECTED)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", ""})
    void certificatesThatNobodyLooksAtAreRefused(String sslMode) {
        String field = sslMode.isEmpty() ? "" : "\"sslmode\":\"" + sslMode + "\",";

        assertThatThrownBy(() -> parse(field + "\"sslrootcert\":\"" + inJson(authority) + "\","))
                .isInstanceOf(PipelineException.class)
                .hasMessage("SECRET_INVALID: secret totesys: \"sslrootcert\" has no effect with sslmode "
                        + (sslMode.isEmpty() ? "prefer" : sslMode) + ": set \"sslmode\" to verify-full" + EXPECTED);
    }

    @ParameterizedTest
    @MethodSource("textsThatAreNoCertificates")
    void certificatesThatAreNoneAreRefusedUnquoted(String text) {
        assertThatThrownBy(() -> parse("\"sslmode\":\"verify-ca\",\"sslrootcert\":\"" + inJson(text) + "\","))
                .isInstanceOf(PipelineException.class)
                .hasMessage("SECRET_INVALID: secret totesys: \"sslrootcert\" is not the text of PEM certificates"
                        + EXPECTED)
                .hasNoCause();
    }

    static Stream<String> textsThatAreNoCertificates() {
        return Stream.of(
                "rds-ca.pem",
                "0",
                "-----BEGIN CERTIFICATE-----",
                authority.substring(0, authority.length() / 2),
                authority.replace("-----END CERTIFICATE-----", ""),
                authority + authority.replaceFirst("MII", "MIX"));
    }

    /** As authorities hand them out, and as forms with one line make of it. */
    @Test
    void bundlesOfCertificatesAreTaken() {
        String bundle = "# first\n" + authority + "\n# second\r\n" + authority.replace("\n", "\r\n")
                + authority.replace('\n', ' ');

        assertThat(parse("\"sslmode\":\"verify-ca\",\"sslrootcert\":\"" + inJson(bundle) + "\",")
                        .sslRootCertificates())
                .isEqualTo(bundle);
    }

    @Test
    void passwordIsNeverPrinted() {
        assertThat(parse("")).hasToString("DatabaseSecret[h:5432/d]");
    }

    private static String inJson(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static DatabaseSecret parse(String fields) {
        return DatabaseSecret.parse(
                "totesys",
                "{" + fields + "\"host\":\"h\",\"username\":\"u\",\"password\":\"hunter2\",\"dbname\":\"d\"}");
    }
}
