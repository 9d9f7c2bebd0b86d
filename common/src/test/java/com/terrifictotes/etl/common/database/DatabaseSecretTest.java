package com.terrifictotes.etl.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSecretTest {

    private static final String EXPECTED = "; expected a JSON object with host, port, username, password and dbname";

    @Test
    void shapeOfRdsIsRead() {
        DatabaseSecret secret = DatabaseSecret.parse("totesys", """
                {"engine":"postgres","host":"db.example.com","port":6543,"username":"reader","password":"hunter2",
                 "dbname":"totesys","sslmode":"verify-full","sslrootcert":"-----BEGIN CERTIFICATE-----"}
                """);

        assertThat(secret)
                .isEqualTo(new DatabaseSecret(
                        "db.example.com",
                        6543,
                        "reader",
                        "hunter2",
                        "totesys",
                        "verify-full",
                        "-----BEGIN CERTIFICATE-----"));
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

    @Test
    void passwordIsNeverPrinted() {
        assertThat(parse("")).hasToString("DatabaseSecret[h:5432/d]");
    }

    private static DatabaseSecret parse(String fields) {
        return DatabaseSecret.parse(
                "totesys",
                "{" + fields + "\"host\":\"h\",\"username\":\"u\",\"password\":\"hunter2\",\"dbname\":\"d\"}");
    }
}
