package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Databases for warehouses beside the one of Totesys, and the role that loads them. The role may do what a loader must
 * be allowed to do, and nothing else.
 */
final class Warehouses implements AutoCloseable {

    private static final String PREFIX = "totesys_benchmark_";

    /** From here on copying goes through the log of the server, unless it is told otherwise. */
    private static final int FIRST_VERSION_WITH_STRATEGY = 15;

    private final DatabaseSecret administrator;
    private final DatabaseSecret loader;
    private final Set<Warehouse> made = ConcurrentHashMap.newKeySet();

    private Warehouses(DatabaseSecret administrator, DatabaseSecret loader) {
        this.administrator = administrator;
        this.loader = loader;
    }

    /**
     * Makes the role.
     *
     * @param administrator the login of a superuser
     */
    static Warehouses create(DatabaseSecret administrator) throws SQLException {
        DatabaseSecret loader = new DatabaseSecret(
                administrator.host(),
                administrator.port(),
                newName(),
                UUID.randomUUID().toString(),
                administrator.database(),
                administrator.sslMode(),
                administrator.sslRootCertificates());
        Warehouses warehouses = new Warehouses(administrator, loader);
        warehouses.execute("CREATE ROLE " + loader.username() + " LOGIN PASSWORD '" + loader.password() + "'");
        return warehouses;
    }

    /** A new, empty one. */
    Warehouse create() throws SQLException {
        Warehouse warehouse = register();
        execute("CREATE DATABASE " + warehouse.name());
        execute(warehouse.name(), "GRANT CREATE, USAGE ON SCHEMA public TO " + loader.username());
        return warehouse;
    }

    /**
     * A new one, equal to another one to the last page.
     *
     * @param template which nobody may be connected to
     * @see <a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">PostgreSQL: CREATE DATABASE</a>
     */
    Warehouse copyOf(Warehouse template) throws SQLException {
        Warehouse warehouse = register();
        try (Connection connection = connect(administrator.database());
                Statement statement = connection.createStatement()) {
            boolean hasStrategy = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_VERSION_WITH_STRATEGY;
            statement.execute("CREATE DATABASE " + warehouse.name() + " TEMPLATE " + template.name()
                    + (hasStrategy ? " STRATEGY FILE_COPY" : ""));
        }
        return warehouse;
    }

    /** Whoever reads new rows first writes their hint bits, and autovacuum would come at any time: both happen here. */
    void tidy(Warehouse warehouse) throws SQLException {
        execute(warehouse.name(), "VACUUM (ANALYZE)");
    }

    /** Writes down what the server has not written yet: nobody's share of the work that comes next. */
    void checkpoint() throws SQLException {
        execute("CHECKPOINT");
    }

    /** Removes one. */
    void drop(Warehouse warehouse) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + warehouse.name() + " WITH (FORCE)");
        made.remove(warehouse);
    }

    /** Removes all of them, and the role. */
    @Override
    public void close() throws SQLException {
        for (Warehouse left : made) {
            drop(left);
        }
        execute("DROP ROLE " + loader.username());
    }

    private Warehouse register() {
        Warehouse warehouse = new Warehouse(in(loader, newName()));
        made.add(warehouse);
        return warehouse;
    }

    private static String newName() {
        return PREFIX + UUID.randomUUID().toString().substring(0, 8);
    }

    private static DatabaseSecret in(DatabaseSecret login, String database) {
        return new DatabaseSecret(
                login.host(),
                login.port(),
                login.username(),
                login.password(),
                database,
                login.sslMode(),
                login.sslRootCertificates());
    }

    private void execute(String sql) throws SQLException {
        execute(administrator.database(), sql);
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect(String database) {
        return BenchmarkServers.database(Secrets.json(in(administrator, database)))
                .connect();
    }
}
