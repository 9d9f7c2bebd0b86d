package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes many rows at once cheap: a fact without its foreign keys and, if it is empty, without its secondary indexes,
 * until {@link #end} makes them again. A foreign key costs a query a row when rows are inserted, and one join over the
 * whole table when it is made; it is enforced all the same, in the same transaction.
 *
 * <p>Nobody else can use the table and its dimensions meanwhile. That is why it is for loads that are large beside the
 * table, and why nobody is waited for in the queue of the lock, where every reader would have to wait behind the loader.
 *
 * @see <a href="https://www.postgresql.org/docs/current/populate.html">PostgreSQL: Populating a Database</a>
 */
final class BulkLoad {

    /** With fewer rows there is nothing to gain. */
    private static final long FEWEST_ROWS = 10_000;

    /** Making foreign keys again is worth it when the table has up to thirty times as many rows; this bounds the lock. */
    private static final long LARGEST_TABLE = 10;

    private static final int ATTEMPTS = 20;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(BulkLoad.class);

    /** Making again wants an owner who may create indexes in the schema, refer to the dimensions, and lock them. */
    private static final String MAY_ALTER = """
            SELECT pg_has_role(relowner, 'USAGE') AND has_schema_privilege(relnamespace, 'CREATE') AND NOT EXISTS (
                SELECT FROM pg_constraint
                WHERE conrelid = pg_class.oid AND contype = 'f'
                  AND NOT (has_table_privilege(confrelid, 'REFERENCES') AND has_table_privilege(confrelid, 'UPDATE')))
            FROM pg_class WHERE oid = ?::regclass""";

    /**
     * Only what {@code pg_get_constraintdef} says completely: it knows no comments. One that is NOT VALID is checked for new
     * rows, and would not be when it is made again.
     */
    private static final String FOREIGN_KEYS = """
            SELECT quote_ident(conname), pg_get_constraintdef(oid), confrelid::regclass
            FROM pg_constraint
            WHERE conrelid = ?::regclass AND contype = 'f' AND convalidated AND conparentid = 0
              AND obj_description(oid, 'pg_constraint') IS NULL
            ORDER BY conname""";

    /** Only what {@code pg_get_indexdef} says completely: it knows no comments, tablespaces, clustering or identity. */
    private static final String SECONDARY_INDEXES = """
            SELECT indexrelid::regclass, pg_get_indexdef(indexrelid)
            FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE indrelid = ?::regclass AND indisvalid AND NOT indisclustered AND NOT indisreplident
              AND reltablespace = 0 AND relkind = 'i' AND NOT relispartition
              AND obj_description(indexrelid, 'pg_class') IS NULL
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
            ORDER BY indexrelid""";

    private record ForeignKey(String name, String definition, String dimension) {}

    private record Index(String name, String definition) {}

    private final Connection connection;
    private final String table;
    private final List<ForeignKey> foreignKeys;
    private final List<Index> indexes;

    private BulkLoad(Connection connection, String table) throws SQLException {
        this.connection = connection;
        this.table = table;
        foreignKeys = foreignKeys(connection, table);
        indexes = isEmpty(connection, table) ? indexes(connection, table) : List.of();
    }

    /**
     * Prepares a fact, if it is worth it and possible.
     *
     * @param staged how many rows are about to be added
     * @param versions how many the table has, at most
     * @return empty if the rows are too few, the role may not make again what it drops, others keep using the table, or
     *     dropping is refused
     */
    static Optional<BulkLoad> begin(Connection connection, TargetTable fact, long staged, long versions)
            throws SQLException {
        String table = quote(fact.name());
        if (staged < FEWEST_ROWS || staged < versions / LARGEST_TABLE || !mayAlter(connection, table)) {
            return Optional.empty();
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Savepoint before = connection.setSavepoint();
            try {
                BulkLoad load = new BulkLoad(connection, table);
                load.lock();
                load.drop();
                connection.releaseSavepoint(before);
                return Optional.of(load);
            } catch (SQLException e) {
                connection.rollback(before);
                if (!DatabaseErrors.isLockNotAvailable(e)) {
                    leaveAlone(fact, "SQLState " + e.getSQLState());
                    return Optional.empty();
                }
            }
            pause();
        }
        leaveAlone(fact, "others use the table or its dimensions");
        return Optional.empty();
    }

    private static void leaveAlone(TargetTable fact, String reason) {
        LOG.atInfo()
                .addKeyValue("table", fact.name())
                .addKeyValue("reason", reason)
                .log("foreign keys stay, and each row's references are checked by themselves");
    }

    /** Makes again what was dropped; fails if a row refers to one that is not there. */
    void end() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Index index : indexes) {
                statement.execute(index.definition());
            }
            if (!foreignKeys.isEmpty()) {
                statement.execute(foreignKeys.stream()
                        .map(key -> "ADD CONSTRAINT " + key.name() + " " + key.definition())
                        .collect(joining(", ", "ALTER TABLE " + table + " ", "")));
            }
            // Whoever asks next should not have to wait for autovacuum to find out how large the table has become.
            statement.execute("ANALYZE " + table);
        }
    }

    private void drop() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // No table is altered while a deferred check of it, or a trigger, is still to come.
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
            if (!foreignKeys.isEmpty()) {
                statement.execute(foreignKeys.stream()
                        .map(key -> "DROP CONSTRAINT " + key.name())
                        .collect(joining(", ", "ALTER TABLE " + table + " ", "")));
            }
            if (!indexes.isEmpty()) {
                statement.execute(indexes.stream().map(Index::name).collect(joining(", ", "DROP INDEX ", "")));
            }
        }
    }

    private void lock() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(Stream.concat(
                            Stream.of(table),
                            foreignKeys.stream().map(ForeignKey::dimension).distinct())
                    .collect(joining(", ", "LOCK TABLE ", " IN ACCESS EXCLUSIVE MODE NOWAIT")));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean mayAlter(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MAY_ALTER)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static boolean isEmpty(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT FROM " + table + " LIMIT 1")) {
            return !row.next();
        }
    }

    private static List<ForeignKey> foreignKeys(Connection connection, String table) throws SQLException {
        List<ForeignKey> foreignKeys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(FOREIGN_KEYS)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    foreignKeys.add(new ForeignKey(row.getString(1), row.getString(2), row.getString(3)));
                }
            }
        }
        return foreignKeys;
    }

    private static List<Index> indexes(Connection connection, String table) throws SQLException {
        List<Index> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SECONDARY_INDEXES)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    indexes.add(new Index(row.getString(1), row.getString(2)));
                }
            }
        }
        return indexes;
    }
}
