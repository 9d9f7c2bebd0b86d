package com.terrifictotes.etl.testsupport;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A role that can log in to a database.
 *
 * @param database the database it is meant for; a role itself belongs to the whole server
 */
public record TestRole(String host, int port, String database, String username, String password) {

    /** Opens a connection; it is the caller's to close. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), username, password);
    }

    /** Returns {@code jdbc:postgresql://<host>:<port>/<database>}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** Returns the credentials as the secret of an RDS database: host, port, username, password, dbname. */
    public String secretJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("host", host)
                .put("port", port)
                .put("username", username)
                .put("password", password)
                .put("dbname", database)
                .toString();
    }

    /** Returns the same role in another database of the server. */
    TestRole in(String otherDatabase) {
        return new TestRole(host, port, otherDatabase, username, password);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "TestRole[" + username + " in " + jdbcUrl() + "]";
    }
}
