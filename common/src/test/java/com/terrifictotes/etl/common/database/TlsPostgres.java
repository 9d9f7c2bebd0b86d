package com.terrifictotes.etl.common.database;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terrifictotes.etl.common.database.Authority.ServerCertificate;
import com.terrifictotes.etl.loopback.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A PostgreSQL that talks to the role of the tests through TLS only.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ssl-tcp.html">PostgreSQL: Secure TCP/IP Connections with SSL</a>
 */
final class TlsPostgres implements AutoCloseable {

    static final String ROLE = "reader";
    static final String PASSWORD = "correct-horse";

    private static final String DATABASE = "postgres";

    private final LocalPostgres server;

    TlsPostgres(Path folder) throws SQLException, IOException {
        server = LocalPostgres.start(folder);
        server.createRole(ROLE, PASSWORD);
        Files.writeString(Path.of(ask("SHOW hba_file")), """
                host    all  postgres  127.0.0.1/32  trust
                hostssl all  all       127.0.0.1/32  scram-sha-256
                """);
    }

    int port() {
        return server.port();
    }

    /** Where the database is, as messages say it. */
    String address(String host) {
        return host + ":" + port() + "/" + DATABASE;
    }

    /** The certificate that new connections are shown from now on. */
    void show(ServerCertificate certificate) throws SQLException, InterruptedException {
        String before = ask("SELECT pg_conf_load_time()");
        execute("ALTER SYSTEM SET ssl_cert_file = '" + certificate.certificate() + "'");
        execute("ALTER SYSTEM SET ssl_key_file = '" + certificate.key() + "'");
        execute("ALTER SYSTEM SET ssl = on");
        execute("SELECT pg_reload_conf()");
        while (ask("SELECT pg_conf_load_time()").equals(before)) {
            Thread.sleep(10);
        }
    }

    /** The secret of the tests' role; without sslrootcert if there is none. */
    String secret(String host, String sslMode, String... sslRootCertificates) {
        ObjectNode secret = JsonNodeFactory.instance
                .objectNode()
                .put("host", host)
                .put("port", port())
                .put("username", ROLE)
                .put("password", PASSWORD)
                .put("dbname", DATABASE)
                .put("sslmode", sslMode);
        return sslRootCertificates.length == 0
                ? secret.toString()
                : secret.put("sslrootcert", String.join("", sslRootCertificates))
                        .toString();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
