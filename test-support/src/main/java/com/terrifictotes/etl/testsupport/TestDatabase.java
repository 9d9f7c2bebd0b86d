package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.TotesysSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A database of one test, with a role of its own that owns it. */
public final class TestDatabase {

    private final TestRole superuser;
    private final TestRole owner;

    TestDatabase(TestRole superuser, TestRole owner) {
        this.superuser = superuser;
        this.owner = owner;
    }

    /** Returns the name of the host the server listens on. */
    public String host() {
        return owner.host();
    }

    /** Returns the server's port. */
    public int port() {
        return owner.port();
    }

    /** Returns the database's name. */
    public String name() {
        return owner.database();
    }

    /** Returns the role that owns the database and may do everything in it. */
    public TestRole owner() {
        return owner;
    }

    /** Opens a connection as the owner; it is the caller's to close. */
    public Connection connect() throws SQLException {
        return owner.connect();
    }

    /** Opens a connection as the server's superuser; it is the caller's to close. */
    public Connection connectAsSuperuser() throws SQLException {
        return superuser.connect();
    }

    /** Returns the owner's credentials as a secret, see {@link TestRole#secretJson}. */
    public String secretJson() {
        return owner.secretJson();
    }

    /** Runs one or several statements as the owner. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Creates a role that may log in and do what is granted to everybody, and what is given here.
     *
     * @param prefix what its name starts with: lower-case letters, digits, underscores
     * @param privileges each the middle of a GRANT, such as {@code SELECT ON staff}
     */
    public TestRole createRole(String prefix, String... privileges) throws SQLException {
        TestRole role = newRole(prefix);
        try (Connection connection = connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + role.username() + " LOGIN PASSWORD '" + role.password() + "'");
            for (String privilege : privileges) {
                statement.execute("GRANT " + privilege + " TO " + role.username());
            }
        }
        return role;
    }

    /** Creates the read-only role of the extractor in a database with the operational schema, see {@link TotesysSchema#createReader}. */
    public TestRole createReader(String prefix) throws SQLException {
        TestRole role = newRole(prefix);
        try (Connection connection = connectAsSuperuser()) {
            TotesysSchema.createReader(connection, role.username(), role.password());
        }
        return role;
    }

    /**
     * Copies the database as it is, as a backup that is restored elsewhere. Nobody else may be connected to it.
     *
     * @param prefix what the name of the copy starts with: lower-case letters, digits, underscores
     */
    public TestDatabase copy(String prefix) throws SQLException {
        String copy = Names.identifier(prefix);
        try (Connection connection = connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + name() + " OWNER " + owner.username());
        }
        return new TestDatabase(superuser.in(copy), owner.in(copy));
    }

    private TestRole newRole(String prefix) {
        return new TestRole(host(), port(), name(), Names.identifier(prefix), Names.password());
    }

    @Override
    public String toString() {
        return "TestDatabase[" + owner.jdbcUrl() + "]";
    }
}
