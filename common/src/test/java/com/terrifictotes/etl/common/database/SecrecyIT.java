package com.terrifictotes.etl.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Named.named;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.database.Database.Timeouts;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Passwords stand nowhere, however much is logged; values of rows stand in no error of the pipeline. */
class SecrecyIT {

    /** Would be recognised anywhere; without characters that an encoding would change. */
    private static final String PASSWORD = "Tr0ub4dor4711";

    private static final String VALUE = "JaneDoe4711";

    private static TestRole role = new TestRole("", 0, "", "", "");

    @BeforeAll
    static void createDatabase() throws SQLException {
        TestDatabase database = TestServers.shared().createDatabase("secrecy");
        TestRole owner = database.owner();
        database.execute("ALTER ROLE " + owner.username() + " PASSWORD '" + PASSWORD + "'");
        role = new TestRole(owner.host(), owner.port(), owner.database(), owner.username(), PASSWORD);
        try (Connection connection = role.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE person (name text PRIMARY KEY, age integer NOT NULL CHECK (age < 200))");
            statement.execute("CREATE TABLE pet (owner text REFERENCES person)");
            statement.execute("INSERT INTO person VALUES ('" + VALUE + "', 30)");
            statement.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                    + " 'BEGIN RAISE EXCEPTION ''not %'', OLD.name; END'");
            statement.execute("CREATE TRIGGER refuse BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION refuse()");
        }
    }

    static Stream<Arguments> secretsThatFail() {
        String right = role.secretJson();
        return Stream.of(
                failing("wrong password", right.replace(PASSWORD, PASSWORD + "x"), ErrorCode.DATABASE_LOGIN_REFUSED),
                failing(
                        "unknown role",
                        right.replace(role.username() + "\",\"p", "nobody\",\"p"),
                        ErrorCode.DATABASE_LOGIN_REFUSED),
                failing(
                        "unknown database",
                        right.replace("\"dbname\":\"", "\"dbname\":\"no_"),
                        ErrorCode.SECRET_INVALID),
                failing("unknown host", right.replace(role.host(), "nowhere.invalid"), ErrorCode.DATABASE_UNAVAILABLE),
                failing("closed port", right.replace(":" + role.port(), ":1"), ErrorCode.DATABASE_UNAVAILABLE),
                failing("no TLS", with(right, "sslmode", "require"), ErrorCode.DATABASE_NOT_TRUSTED),
                failing("sslmode that is the password", with(right, "sslmode", PASSWORD), ErrorCode.SECRET_INVALID),
                failing(
                        "sslrootcert that is the password",
                        with(right, "sslrootcert", PASSWORD),
                        ErrorCode.SECRET_INVALID),
                failing("port that is the password", with(right, "port", PASSWORD), ErrorCode.SECRET_INVALID),
                failing("field that is missing", right.replace("\"host\"", "\"hosts\""), ErrorCode.SECRET_INVALID),
                failing("text that is no JSON", right.replace("\"host\"", "host"), ErrorCode.SECRET_INVALID),
                failing("text that is cut", right.replace("}", ""), ErrorCode.SECRET_INVALID));
    }

    private static Arguments failing(String name, String secret, ErrorCode code) {
        return Arguments.of(named(name, secret), code);
    }

    /** The last of two fields with the same name counts. */
    private static String with(String secret, String field, String value) {
        return secret.replace("}", ",\"" + field + "\":\"" + value + "\"}");
    }

    @ParameterizedTest
    @MethodSource("secretsThatFail")
    void failingConnectTellsNoPassword(String secret, ErrorCode code) {
        Database database = new Database(
                SecretSource.of(TestServers.shared().secretsManager()),
                TestServers.shared().createSecret("secrecy", secret),
                "test",
                new Timeouts(5, 5, 5));
        try (CapturedLogs logs = new CapturedLogs()) {
            Throwable failure = catchThrowable(database::connect);

            assertThat(failure)
                    .isInstanceOfSatisfying(
                            PipelineException.class, e -> assertThat(e.code()).isEqualTo(code));
            assertThat(texts(failure)).noneMatch(text -> text.contains(PASSWORD));
            assertThat(logs.text()).contains("software.amazon.awssdk").doesNotContain(PASSWORD);
        }
    }

    @Test
    void workingConnectTellsNoPassword() throws SQLException {
        try (CapturedLogs logs = new CapturedLogs();
                Connection connection = new Database(name -> role.secretJson(), "secrecy", "test").connect()) {
            assertThat(connection.isValid(1)).isTrue();
            // Otherwise the driver was not heard, and the next line proves nothing.
            assertThat(logs.text()).contains("org.postgresql").contains("FE=> SASLInitialResponse");
            assertThat(logs.text()).doesNotContain(PASSWORD);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO person VALUES ('JaneDoe4711', 31)",
                "INSERT INTO person VALUES ('x JaneDoe4711', 201)",
                "INSERT INTO person VALUES ('x JaneDoe4711', NULL)",
                "INSERT INTO pet VALUES ('x JaneDoe4711')",
                "INSERT INTO person SELECT 'x', name::integer FROM person",
                "SELECT name::date FROM person",
                "SELECT name::numeric FROM person",
                "SELECT to_timestamp(name, 'YYYY-MM-DD') FROM person",
                "DELETE FROM person",
                "DO 'BEGIN RAISE EXCEPTION ''%'', (SELECT name FROM person); END'",
                "SELECT name FROM person GROUP BY age"
            })
    void failingStatementTellsNoValueOfARow(String sql) throws SQLException {
        try (Connection connection = new Database(name -> role.secretJson(), "secrecy", "test").connect();
                Statement statement = connection.createStatement()) {
            SQLException failure = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));

            assertThat(texts(DatabaseErrors.translate(failure, "do it"))).noneMatch(text -> text.contains(VALUE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"JaneDoe4711,30\n", "x,JaneDoe4711\n", "JaneDoe4711\n", "JaneDoe4711,30,1\n", "\"JaneDoe4711"})
    void failingCopyTellsNoValueOfARow(String csv) throws SQLException {
        try (Connection connection = new Database(name -> role.secretJson(), "secrecy", "test").connect()) {
            SQLException failure = catchThrowableOfType(
                    SQLException.class,
                    () -> connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY person FROM STDIN (FORMAT csv)", new StringReader(csv)));

            assertThat(texts(DatabaseErrors.translate(failure, "do it"))).noneMatch(text -> text.contains(VALUE));
        }
    }

    /** What could be printed of an exception and of everything that hangs on it. */
    private static List<String> texts(Throwable failure) {
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed));
        List<String> texts = new ArrayList<>(List.of(printed.toString()));
        collect(failure, texts);
        return texts;
    }

    private static void collect(Throwable failure, List<String> texts) {
        texts.add(failure + " " + failure.getMessage() + " " + failure.getLocalizedMessage());
        for (Throwable suppressed : failure.getSuppressed()) {
            collect(suppressed, texts);
        }
        if (failure instanceof SQLException sql && sql.getNextException() != null) {
            collect(sql.getNextException(), texts);
        }
        if (failure.getCause() != null) {
            collect(failure.getCause(), texts);
        }
    }
}
