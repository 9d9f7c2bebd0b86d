package com.terrifictotes.etl.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

class DatabaseErrorsIT {

    /** A value that would be recognised anywhere in a log. */
    private static final String TELLING = "Jane-Doe-4711";

    private static TestRole owner = new TestRole("", 0, "", "", "");
    private static TestRole reader = owner;

    @BeforeAll
    static void createTables() throws SQLException {
        TestDatabase database = TestServers.shared().createDatabase("errors");
        owner = database.owner();
        database.execute("CREATE TABLE person (name text PRIMARY KEY, age integer NOT NULL CHECK (age < 200))");
        database.execute("CREATE TABLE pet (owner text CONSTRAINT pet_owner REFERENCES person)");
        database.execute("INSERT INTO person VALUES ('" + TELLING + "', 30)");
        reader = database.createRole("reader");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO person VALUES ('Jane-Doe-4711', 31) | 23505, schema public, table person, constraint person_pkey",
                "INSERT INTO pet VALUES ('no-Jane-Doe-4711')     | 23503, schema public, table pet, constraint pet_owner",
                "INSERT INTO person VALUES ('x Jane-Doe-4711', 201) | 23514, schema public, table person, constraint person_age_check",
                "INSERT INTO person VALUES ('x Jane-Doe-4711', NULL) | 23502, schema public, table person, column age",
                "SELECT 'Jane-Doe-4711'::integer                 | 22P02",
                "SELECT 'Jane-Doe-4711'::date                    | 22007"
            })
    void errorsOfRowsNameTheConstraintAndNoValue(String sql, String description) {
        PipelineException exception = provoke(owner, sql);

        assertThat(exception)
                .hasMessage("DATABASE_FAILED: cannot do it: SQLState " + description)
                .hasNoCause();
        assertThat(printed(exception)).doesNotContain(TELLING);
    }

    @Test
    void errorInsideACopyTellsNoLineOfIt() throws SQLException {
        try (Connection connection = connect(owner)) {
            SQLException cause = catchThrowableOfType(
                    SQLException.class,
                    () -> connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(
                                    "COPY person FROM STDIN (FORMAT csv)",
                                    new StringReader("a,1\nb," + TELLING + "\n")));

            PipelineException exception = DatabaseErrors.translate(cause, "do it");

            assertThat(exception)
                    .hasMessage("DATABASE_FAILED: cannot do it: SQLState 22P02")
                    .hasNoCause();
        }
    }

    @Test
    void errorOfABatchTellsNoValueOfIt() throws SQLException {
        try (Connection connection = connect(reader);
                PreparedStatement statement = connection.prepareStatement("INSERT INTO person VALUES (?, 1)")) {
            statement.setString(1, TELLING);
            statement.addBatch();
            statement.setString(1, TELLING);
            statement.addBatch();
            SQLException cause = catchThrowableOfType(SQLException.class, statement::executeBatch);

            PipelineException exception = DatabaseErrors.translate(cause, "do it");

            assertThat(exception)
                    .hasMessage("DATABASE_ACCESS_DENIED: cannot do it: SQLState 42501, permission denied for table"
                            + " person; give the role what it lacks");
            assertThat(printed(exception)).doesNotContain(TELLING);
        }
    }

    @Test
    void missingPrivilegeNamesTheTable() {
        PipelineException exception = provoke(reader, "SELECT * FROM person");

        assertThat(exception.code()).isEqualTo(ErrorCode.DATABASE_ACCESS_DENIED);
        assertThat(exception)
                .hasMessage("DATABASE_ACCESS_DENIED: cannot do it: SQLState 42501, permission denied for table person;"
                        + " give the role what it lacks")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void readOnlyTransactionIsAMatterOfPrivileges() {
        assertThat(provoke(owner, "SET TRANSACTION READ ONLY; DELETE FROM pet"))
                .hasMessage("DATABASE_ACCESS_DENIED: cannot do it: SQLState 25006, cannot execute DELETE in a read-only"
                        + " transaction; the secret must lead to the primary, and default_transaction_read_only be"
                        + " off");
    }

    @Test
    void unknownTableIsNeitherTransientNorSecret() {
        assertThat(provoke(owner, "SELECT * FROM nothing"))
                .isNotInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_FAILED: cannot do it: SQLState 42P01, relation \"nothing\" does not exist");
    }

    @Test
    void cancelledStatementMayBeTriedAgain() {
        assertThat(provoke(owner, "SET LOCAL statement_timeout = 20; SELECT pg_sleep(10)"))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_BUSY: cannot do it: SQLState 57014, canceling statement due to statement timeout;"
                        + " the next tick tries again");
    }

    @Test
    void lockThatIsHeldMayBeTriedAgain() throws SQLException {
        try (Connection other = connect(owner);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE person");

            assertThat(provoke(owner, "LOCK TABLE person NOWAIT"))
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessage("DATABASE_BUSY: cannot do it: SQLState 55P03, could not obtain lock on relation"
                            + " \"person\"; the next tick tries again; if it lasts, pg_locks and pg_stat_activity say"
                            + " who holds it");
        }
    }

    @Test
    void terminatedConnectionIsTransient() {
        assertThat(provoke(owner, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("DATABASE_UNAVAILABLE: cannot do it: SQLState 57P01, terminating connection due to"
                        + " administrator command; the next tick tries again");
    }

    @Test
    void sessionThatTheServerEndedBecauseItSaidNothingIsTransient() throws Exception {
        try (Connection connection = connect(owner);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = 1");
            awaitEndOf(connection.unwrap(PGConnection.class).getBackendPID());
            SQLException cause = catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 1"));

            assertThat(DatabaseErrors.translate(cause, "do it"))
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessage("DATABASE_UNAVAILABLE: cannot do it: SQLState 25P03, terminating connection due to"
                            + " idle-in-transaction timeout; the next tick tries again");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40001 | DATABASE_BUSY | ; the next tick tries again",
                "40P01 | DATABASE_BUSY | ; the next tick tries again; if it lasts, pg_locks and pg_stat_activity say who holds it",
                "08006 | DATABASE_UNAVAILABLE | ; the next tick tries again",
                "25P04 | DATABASE_UNAVAILABLE | ; the next tick tries again",
                "53100 | DATABASE_UNAVAILABLE | ; make room on the server's disk",
                "53200 | DATABASE_UNAVAILABLE | ; the server needs more memory, or fewer sessions",
                "53300 | DATABASE_UNAVAILABLE | ; end sessions that nobody needs, or allow more",
                "53400 | DATABASE_UNAVAILABLE | ; raise that limit",
                "57P02 | DATABASE_UNAVAILABLE | ; the next tick tries again",
                "57P03 | DATABASE_UNAVAILABLE | ; the next tick tries again",
                "58030 | DATABASE_UNAVAILABLE | ''",
                "28000 | DATABASE_LOGIN_REFUSED | ''",
                "XX001 | DATABASE_FAILED | ''"
            })
    void statesHaveTheirCodesAndRemedies(String state, ErrorCode code, String remedy) {
        PipelineException exception = DatabaseErrors.translate(new SQLException("reason", state), "do it");

        assertThat(exception.code()).isEqualTo(code);
        assertThat(exception).hasMessage(code + ": cannot do it: SQLState " + state + ", reason" + remedy);
    }

    @Test
    void errorWithoutStateIsToldAsSuch() {
        assertThat(DatabaseErrors.translate(new SQLException("reason"), "do it"))
                .hasMessage("DATABASE_FAILED: cannot do it: SQLState unknown, reason");
    }

    /** Runs statements in one transaction and translates how they fail. */
    private static PipelineException provoke(TestRole role, String sql) {
        SQLException cause = catchThrowableOfType(SQLException.class, () -> {
            try (Connection connection = connect(role);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute(sql);
            }
        });
        return DatabaseErrors.translate(cause, "do it");
    }

    private static void awaitEndOf(int process) throws SQLException {
        try (Connection connection = connect(owner);
                PreparedStatement statement =
                        connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ?)")) {
            statement.setInt(1, process);
            boolean running = true;
            while (running) {
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    running = row.getBoolean(1);
                }
            }
        }
    }

    private static Connection connect(TestRole role) {
        return new Database(name -> role.secretJson(), "errors", "test").connect();
    }

    private static String printed(Throwable exception) {
        StringWriter text = new StringWriter();
        exception.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
