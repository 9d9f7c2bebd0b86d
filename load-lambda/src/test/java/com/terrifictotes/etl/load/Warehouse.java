package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database of its own for one test, and loaders that fill it from a lake. */
final class Warehouse {

    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(20);

    private final TestDatabase database;
    private final Lake lake;
    private final Path workFolder;
    private final String schema;

    Warehouse(Lake lake, Path workFolder) {
        this(lake, workFolder, "public");
    }

    Warehouse(Lake lake, Path workFolder, String schema) {
        this(lake, workFolder, schema, newDatabase());
    }

    Warehouse(Lake lake, Path workFolder, String schema, TestDatabase database) {
        this.lake = lake;
        this.workFolder = workFolder;
        this.schema = schema;
        this.database = database;
    }

    /** Another warehouse in the same database. */
    Warehouse another(String otherSchema) {
        return new Warehouse(lake, workFolder, otherSchema, database);
    }

    /** A warehouse that is restored from a backup of this one as it is now; nobody may be connected. */
    Warehouse backup() {
        try {
            return new Warehouse(lake, workFolder, schema, database.copy("backup"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String schema() {
        return schema;
    }

    TestDatabase database() {
        return database;
    }

    /** A new loader, as a cold start makes it. */
    LoadStage loader() {
        return loader(Warehouse.connections(database.owner()), Migration.all(), Metrics.none(), LOCK_TIMEOUT);
    }

    LoadStage loader(Supplier<Connection> connections) {
        return loader(connections, Migration.all(), Metrics.none(), LOCK_TIMEOUT);
    }

    LoadStage loader(List<Migration> migrations) {
        return loader(Warehouse.connections(database.owner()), migrations, Metrics.none(), LOCK_TIMEOUT);
    }

    /** A loader that is told by a secret where to load. */
    LoadStage loader(Database whereToLoad) {
        return loader(whereToLoad::connect, whereToLoad::forget, Migration.all(), Metrics.none(), LOCK_TIMEOUT);
    }

    LoadStage loader(
            Supplier<Connection> connections, List<Migration> migrations, Metrics metrics, Duration lockTimeout) {
        return loader(connections, () -> {}, migrations, metrics, lockTimeout);
    }

    private LoadStage loader(
            Supplier<Connection> connections,
            Runnable forget,
            List<Migration> migrations,
            Metrics metrics,
            Duration lockTimeout) {
        return new LoadStage(
                Totesys.CATALOGUE,
                migrations,
                lake.logs(),
                lake.processed(),
                connections,
                forget,
                schema,
                metrics,
                Clock.systemUTC(),
                workFolder,
                LoadStage.MASS_DELETION_PERCENT,
                lockTimeout);
    }

    /** Loads with a new loader. */
    LoadAnswer load() {
        return loader().loadPending(Deadline.none());
    }

    static Supplier<Connection> connections(TestRole role) {
        return () -> {
            try {
                return role.connect();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** Each row as PostgreSQL writes records: {@code (1,text,)}. */
    List<String> rows(String... queries) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setSchema(schema);
            for (String query : queries) {
                try (ResultSet row = statement.executeQuery("SELECT q::text FROM (" + query + ") AS q")) {
                    while (row.next()) {
                        rows.add(row.getString(1));
                    }
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", queries), e);
        }
    }

    /** The first column of a query. */
    List<String> texts(String query) {
        return values(query, String.class).stream()
                .map(row -> String.valueOf(row.getFirst()))
                .toList();
    }

    /** Each row as values of Java, of the types given for its columns. */
    List<List<@Nullable Object>> values(String query, Class<?>... types) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setSchema(schema);
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int i = 0; i < types.length; i++) {
                        values.add(row.getObject(i + 1, types[i]));
                    }
                    rows.add(values);
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /** The one value of a query. */
    @Nullable
    String text(String query) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setSchema(schema);
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() ? row.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    void execute(String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setSchema(schema);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    void executeAsSuperuser(String sql) {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** All rows of all tables with all their columns, and the ledger without its times and attempts. */
    List<String> content() {
        Stream<String> tables = Totesys.CATALOGUE.targets().stream()
                .map(table -> "SELECT '" + table.name() + "', * FROM " + table.name() + " ORDER BY 2");
        Stream<String> ledger = Stream.of(
                "SELECT 'etl_run', run, extract_attempt, snapshot_time FROM etl_run ORDER BY run",
                "SELECT run, table_name, rows_read, inserted, updated, unchanged, inferred, quarantined, bytes"
                        + " FROM etl_run_table ORDER BY run, table_name");
        return rows(Stream.concat(tables, ledger).toArray(String[]::new));
    }

    /** The constraints and indexes of all tables: a load that takes some away for a while must bring them back. */
    List<String> structure() {
        return rows(
                "SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint"
                        + " WHERE conrelid <> 0 AND connamespace = current_schema()::regnamespace"
                        + " ORDER BY conrelid::regclass::text COLLATE \"C\", conname COLLATE \"C\"",
                "SELECT indisvalid, indisready, replace(pg_get_indexdef(indexrelid), current_schema() || '.', '')"
                        + " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                        + " WHERE relnamespace = current_schema()::regnamespace ORDER BY relname COLLATE \"C\"");
    }

    private static TestDatabase newDatabase() {
        try {
            return TestServers.shared().createDatabase("warehouse");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
