package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalPostgresIT {

    @TempDir
    private static Path folder;

    private static LocalPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = LocalPostgres.start(folder);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void isSetUpAsItsUsersNeed() throws SQLException {
        assertThat(show("server_version")).startsWith("17.");
        assertThat(show("server_encoding")).isEqualTo("UTF8");
        assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(Integer.parseInt(show("max_connections"))).isGreaterThanOrEqualTo(50);
        assertThat(Integer.parseInt(show("max_prepared_transactions"))).isPositive();
        assertThat(show("password_encryption")).isEqualTo("scram-sha-256");
    }

    @Test
    void asksOrdinaryRolesForTheirPassword() throws SQLException {
        postgres.createDatabase("Guarded");
        postgres.createRole("o'brien \"x\"", "it's right");

        try (Connection connection = postgres.connect("Guarded", "o'brien \"x\"", "it's right")) {
            assertThat(connection.isValid(1)).isTrue();
        }
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> postgres.connect("Guarded", "o'brien \"x\"", "wrong"))
                .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void leavesNothingBehind(@TempDir Path other) throws Exception {
        LocalPostgres second = LocalPostgres.start(other);
        long process = processId(other);
        assertThat(ProcessHandle.of(process)).isPresent();

        second.close();
        second.close();

        assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
        try (var left = Files.list(other)) {
            assertThat(left).isEmpty();
        }
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(second::port)
                .withMessage("the server is closed");
    }

    @Test
    void createsTheOperationalSchemaAndItsReader() throws SQLException {
        postgres.createDatabase("totesys");
        try (Connection connection = postgres.connect("totesys")) {
            TotesysSchema.create(connection);
            TotesysSchema.createReader(connection, "reader", "secret");
        }
        try (Connection connection = postgres.connect("totesys", "reader", "secret");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("SELECT * FROM transaction").next())
                    .isFalse();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeQuery("SELECT * FROM _prisma_migrations"))
                    .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("42501"));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute("DELETE FROM payment"))
                    .satisfies(failure -> assertThat(failure.getSQLState()).isIn("25006", "42501"));
        }
    }

    private static String show(String setting) throws SQLException {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    private static long processId(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            Path file = files.filter(path -> path.endsWith("postmaster.pid"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(
                    Files.readAllLines(file, StandardCharsets.UTF_8).getFirst());
        }
    }
}
