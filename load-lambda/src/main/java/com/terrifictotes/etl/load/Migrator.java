package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema of the warehouse to this loader's version: each migration in a transaction of its own, under the
 * loaders' lock, and recorded in {@code schema_migration}. A role that may not create anything is enough when there is
 * nothing to do.
 */
final class Migrator {

    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);

    private static final String SCHEMA_EXISTS = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ?)";

    /** In the catalogue, not in information_schema, which hides what the role has no privilege on. */
    private static final String HISTORY_EXISTS = "SELECT EXISTS (SELECT FROM pg_class JOIN pg_namespace"
            + " ON pg_namespace.oid = relnamespace WHERE nspname = ? AND relname = 'schema_migration')";

    private static final String CREATE_HISTORY = """
            CREATE TABLE schema_migration (
                version     int         PRIMARY KEY,
                description varchar     NOT NULL,
                checksum    varchar     NOT NULL,
                applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
            )""";

    private static final String RECORD =
            "INSERT INTO schema_migration (version, description, checksum) VALUES (?, ?, ?)";

    private final List<Migration> migrations;
    private final WarehouseContract contract;

    /**
     * @param migrations versions 1, 2, 3 …
     * @param contract what tables must be like that are there before the first one
     * @throws IllegalArgumentException if one is missing or out of order
     */
    Migrator(List<Migration> migrations, WarehouseContract contract) {
        this.contract = contract;
        this.migrations = List.copyOf(migrations);
        for (int i = 0; i < migrations.size(); i++) {
            if (migrations.get(i).version() != i + 1) {
                throw new IllegalArgumentException("migration " + (i + 1) + " is missing or out of order; found "
                        + migrations.get(i).version());
            }
        }
    }

    /** The version that {@link #migrate} leads to. */
    int version() {
        return migrations.size();
    }

    /**
     * Applies what has not been applied.
     *
     * @throws PipelineException {@link ErrorCode#WAREHOUSE_CONTRACT_BROKEN} if the schema is newer than this loader, was
     *     made by other migrations, or has tables that cannot be adopted
     */
    void migrate(WarehouseSession session) {
        WarehouseSchema schema = session.schema();
        int applied = session.transaction(
                "read the migrations of warehouse schema " + schema.name(), connection -> applied(connection, schema));
        while (applied < version()) {
            Migration next = migrations.get(applied);
            applied = session.exclusively(
                    "apply migration " + describe(next) + " to warehouse schema " + schema.name(),
                    connection -> applyNext(connection, schema));
        }
    }

    /** Another loader may have been faster: what is next is looked up again under the lock. */
    private int applyNext(Connection connection, WarehouseSchema schema) throws SQLException {
        int applied = applied(connection, schema);
        if (applied == version()) {
            return applied;
        }
        Migration migration = migrations.get(applied);
        try (Statement statement = connection.createStatement()) {
            // While it waits for a lock on a table, every reader of that table waits behind it.
            statement.execute("SET LOCAL lock_timeout TO '2s'");
            if (applied == 0) {
                contract.makeAdoptable(connection, schema);
                createHistory(connection, statement, schema);
            }
            statement.execute(migration.sql());
        }
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setInt(1, migration.version());
            statement.setString(2, migration.description());
            statement.setString(3, migration.checksum());
            statement.executeUpdate();
        }
        LOG.info("applied migration {} to warehouse schema {}", describe(migration), schema.name());
        return applied + 1;
    }

    private static void createHistory(Connection connection, Statement statement, WarehouseSchema schema)
            throws SQLException {
        // CREATE SCHEMA IF NOT EXISTS wants the privilege to create even if there is nothing to create.
        if (!exists(connection, SCHEMA_EXISTS, schema)) {
            statement.execute("CREATE SCHEMA " + schema.quoted());
        }
        if (!exists(connection, HISTORY_EXISTS, schema)) {
            statement.execute(CREATE_HISTORY);
        }
    }

    private int applied(Connection connection, WarehouseSchema schema) throws SQLException {
        if (!exists(connection, HISTORY_EXISTS, schema)) {
            return 0;
        }
        // With its schema, since a search path silently passes over one that the role may not use.
        String history = "SELECT version, checksum FROM " + schema.quoted() + ".schema_migration ORDER BY version";
        List<Integer> versions = new ArrayList<>();
        List<String> checksums = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(history)) {
            while (rows.next()) {
                versions.add(rows.getInt(1));
                checksums.add(rows.getString(2));
            }
        }
        check(schema, versions, checksums);
        return versions.size();
    }

    private void check(WarehouseSchema schema, List<Integer> versions, List<String> checksums) {
        if (!versions.isEmpty() && versions.getLast() > version()) {
            throw broken("warehouse schema " + schema.name() + " has version " + versions.getLast()
                    + "; this loader knows versions up to " + version()
                    + "; deploy the loader that made it, or a newer one");
        }
        for (int i = 0; i < versions.size(); i++) {
            Migration known = migrations.get(i);
            if (versions.get(i) != known.version()) {
                throw broken("warehouse schema " + schema.name() + " has migration " + versions.get(i) + " and not "
                        + known.version() + "; restore the rows of " + schema.locate("schema_migration"));
            }
            if (!checksums.get(i).equals(known.checksum())) {
                throw broken("migration " + describe(known) + " of warehouse schema " + schema.name()
                        + " was applied with checksum " + checksums.get(i) + "; this loader has one with checksum "
                        + known.checksum()
                        + "; put its file back as it was, and what is new into a migration of its own");
            }
        }
    }

    private static boolean exists(Connection connection, String query, WarehouseSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String describe(Migration migration) {
        return migration.version() + " (" + migration.description() + ")";
    }

    private static PipelineException broken(String message) {
        return new PipelineException(ErrorCode.WAREHOUSE_CONTRACT_BROKEN, message);
    }
}
