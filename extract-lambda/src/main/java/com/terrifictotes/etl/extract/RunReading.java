package com.terrifictotes.etl.extract;

import static java.util.function.Predicate.not;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.RowQueries.KeyRange;
import com.terrifictotes.etl.extract.TableWalk.Slice;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Reads the rows of one run, over the connection that holds the snapshot and, for large tables, over some that share it. What
 * changed comes first, so that tables that are complete are followed while others are still read in full; then dimensions,
 * then facts, so that a fact does not come before the rows that it refers to.
 */
final class RunReading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunReading.class);

    private final Catalogue catalogue;
    private final Database source;
    private final ObjectStore ingestion;
    private final RowQueries queries;
    private final int connections;
    private final long run;
    private final String attempt;
    private final SourceSnapshot snapshot;

    /** What is read, by table. */
    private final Map<String, TableWalk> walks;

    private final ExecutorService uploads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param source where connections that share the snapshot come from
     * @param connections how many may read at a time
     * @param run the run, for keys and messages
     * @param attempt makes the keys this extraction's alone
     * @param snapshot what is read from
     * @param walks what is read, by table
     */
    RunReading(
            Catalogue catalogue,
            Database source,
            ObjectStore ingestion,
            RowQueries queries,
            int connections,
            long run,
            String attempt,
            SourceSnapshot snapshot,
            Map<String, TableWalk> walks) {
        this.catalogue = catalogue;
        this.source = source;
        this.ingestion = ingestion;
        this.queries = queries;
        this.connections = connections;
        this.run = run;
        this.attempt = attempt;
        this.snapshot = snapshot;
        this.walks = walks;
    }

    /** Reads as much of the tables as the budget allows, and with it the rows that are joined to. */
    void read(Connection connection) throws SQLException {
        Collection<TableWalk> all = walks.values();
        // A query for one table reads those that it joins to as well.
        List<String> tables = all.stream().map(TableWalk::table).toList();
        List<TableWalk> changes = all.stream().filter(RunReading::isChanges).toList();
        List<TableWalk> dimensions = all.stream()
                .filter(not(RunReading::isChanges))
                .filter(not(this::isFact))
                .toList();
        List<TableWalk> facts = all.stream()
                .filter(not(RunReading::isChanges))
                .filter(this::isFact)
                .toList();
        readTogether(connection, changes, tables);
        readTogether(connection, dimensions, tables);
        // One that is held back must not hold the facts back as well.
        boolean dimensionsAreComplete = dimensions.stream()
                .allMatch(walk -> walk.isComplete() || walk.failure().isPresent());
        readTogether(
                connection,
                facts.stream()
                        .filter(fact -> dimensionsAreComplete || fact.reading().reading() == Reading.CHANGES)
                        .toList(),
                tables);
        readJoined(connection, all);
        readSeen(connection, all);
    }

    /**
     * Reads the rows of a range of keys whether they have changed or not, and the rows that they join to.
     *
     * @param walk of their table
     * @return the objects that hold them
     */
    List<CsvObject> readAgain(Connection connection, TableWalk walk, KeyRange range) throws SQLException {
        TableReading everything =
                TableReading.full(walk.reading().table(), walk.reading().relation(), null);
        Map<TableWalk, List<CsvObject>> written = new LinkedHashMap<>();
        SourceTransaction.attempt(connection, () -> {
            written.put(walk, write(connection, walk, queries.rows(everything, range)));
            for (TableWalk parent : walks.values()) {
                Optional<String> joined = queries.joinedRows(parent.reading().table(), null, Map.of(everything, range));
                if (joined.isPresent()) {
                    written.put(parent, write(connection, parent, joined.get()));
                }
            }
        });
        written.forEach(TableWalk::add);
        return written.values().stream().flatMap(List::stream).toList();
    }

    private List<CsvObject> write(Connection connection, TableWalk walk, String query) throws SQLException {
        try (CsvObjects objects = objects(walk)) {
            objects.append(connection, query);
            return objects.finish();
        }
    }

    @Override
    public void close() {
        uploads.close();
    }

    private static boolean isChanges(TableWalk walk) {
        return walk.reading().reading() == Reading.CHANGES && !walk.reading().continues();
    }

    private boolean isFact(TableWalk walk) {
        return catalogue.targetsOf(walk.table()).stream().anyMatch(target -> target.kind() == TargetTable.Kind.FACT);
    }

    private void readTogether(Connection connection, List<TableWalk> walks, List<String> tables) throws SQLException {
        int helpers = walks.stream().anyMatch(TableWalk::isLarge) ? connections - 1 : 0;
        if (helpers == 0) {
            work(connection, walks);
            return;
        }
        String exported = export(connection);
        List<Future<?>> others = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(helpers)) {
            for (int i = 0; i < helpers; i++) {
                others.add(threads.submit(() -> help(exported, walks, tables)));
            }
            try {
                work(connection, walks);
                for (Future<?> other : others) {
                    other.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading run " + run, e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof PipelineException failure) {
                    throw failure;
                }
                throw new IllegalStateException("cannot read run " + run, e.getCause());
            } finally {
                // After a failure the others must not go on; after success nothing is left for them.
                walks.forEach(TableWalk::abandon);
            }
        }
    }

    private static String export(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Works over a connection of its own; where there is none, the others do the work. */
    private void help(String exported, List<TableWalk> walks, List<String> tables) {
        try (MDC.MDCCloseable ignored = MDC.putCloseable("run", Long.toString(run))) {
            Optional<Connection> shared = share(exported, tables);
            if (shared.isPresent()) {
                try (Connection connection = shared.get()) {
                    work(connection, walks);
                }
            }
        } catch (SQLException e) {
            walks.forEach(TableWalk::abandon);
            throw DatabaseErrors.translate(e, "extract run " + run + " from the operational database");
        } catch (RuntimeException e) {
            walks.forEach(TableWalk::abandon);
            throw e;
        }
    }

    /** A connection that sees what the snapshot sees; the caller closes it. */
    private Optional<Connection> share(String exported, List<String> tables) throws SQLException {
        Connection connection;
        try {
            connection = source.connect();
        } catch (PipelineException e) {
            LOG.warn("one connection fewer reads: {}", e.getMessage());
            return Optional.empty();
        }
        try {
            if (SourceTransaction.join(connection, exported, tables)) {
                return Optional.of(connection);
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        LOG.info("one connection fewer reads: somebody waits to change a table");
        return Optional.empty();
    }

    private void work(Connection connection, List<TableWalk> walks) throws SQLException {
        for (TableWalk walk : walks) {
            if (!walk.isComplete()) {
                AtomicReference<@Nullable KeyRange> reading = new AtomicReference<>();
                unlessTheTableFails(connection, walk, reading, () -> read(connection, walk, reading));
            }
        }
    }

    private void read(Connection connection, TableWalk walk, AtomicReference<@Nullable KeyRange> reading)
            throws SQLException {
        TableWalk.KeyFinder ends = (after, rows) -> endOfSlice(connection, walk.reading(), after, rows);
        try (CsvObjects objects = objects(walk)) {
            Optional<Slice> slice = walk.next(ends);
            while (slice.isPresent()) {
                reading.set(slice.get().keys());
                read(connection, walk, slice.get(), objects);
                slice = walk.next(ends);
            }
            reading.set(null);
            walk.add(objects.finish());
        }
    }

    private void read(Connection connection, TableWalk walk, Slice slice, CsvObjects objects) throws SQLException {
        long before = objects.bytes();
        boolean done = false;
        try {
            long rows = objects.append(connection, queries.rows(walk.reading(), slice.keys()));
            walk.done(slice, rows, objects.bytes() - before);
            done = true;
        } finally {
            if (!done) {
                walk.giveUp(slice);
            }
        }
    }

    private OptionalLong endOfSlice(Connection connection, TableReading reading, long after, long rows)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(queries.endOfSlice(reading, after, rows))) {
            row.next();
            long key = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(key);
        }
    }

    /** Rows that rows of this run join to, unless they are in it anyway. */
    private void readJoined(Connection connection, Collection<TableWalk> all) throws SQLException {
        Map<TableReading, KeyRange> children = new LinkedHashMap<>();
        for (TableWalk walk : all) {
            KeyRange keys = walk.dealtWith();
            if (walk.hasRows() && keys != null && walk.failure().isEmpty()) {
                children.put(walk.reading(), keys);
            }
        }
        for (TableWalk parent : all) {
            Optional<String> query = queries.joinedRows(parent.reading().table(), parent.dealtWith(), children);
            if (query.isPresent() && parent.failure().isEmpty()) {
                unlessTheTableFails(
                        connection,
                        parent,
                        new AtomicReference<>(),
                        () -> parent.add(write(connection, parent, query.get())));
            }
        }
    }

    /** Of tables that were read in full; of changes it is known already. */
    private void readSeen(Connection connection, Collection<TableWalk> all) throws SQLException {
        List<String> whole = all.stream()
                .filter(walk -> walk.reading().reading() == Reading.FULL && walk.isWhole())
                .map(TableWalk::table)
                .toList();
        Map<String, List<Long>> seen = TableProbe.seen(connection, snapshot, queries, whole);
        all.forEach(walk -> {
            List<Long> transactions = seen.get(walk.table());
            if (transactions != null) {
                walk.seen(transactions);
            }
        });
    }

    private CsvObjects objects(TableWalk walk) {
        return new CsvObjects(
                ingestion,
                ignored -> ObjectKeys.csv(walk.table(), snapshot.day(), run, attempt, walk.nextPart()),
                uploads,
                CsvObjects.OBJECT_BYTES);
    }

    /**
     * What is wrong with one table takes nothing down but what travels with it.
     *
     * @param reading the keys of the rows that are being read; null where that is not known
     */
    private void unlessTheTableFails(
            Connection connection,
            TableWalk walk,
            AtomicReference<@Nullable KeyRange> reading,
            SourceTransaction.Work work)
            throws SQLException {
        try {
            SourceTransaction.attempt(connection, work);
        } catch (SQLException e) {
            PipelineException failure = DatabaseErrors.translate(e, "read table " + walk.table() + " for run " + run);
            if (!DatabaseErrors.isAboutOneTable(e)) {
                throw failure;
            }
            KeyRange keys = reading.get();
            String row = keys != null && DatabaseErrors.isNotInEncoding(e)
                    ? UnreadableText.find(connection, queries, walk.reading(), keys)
                    : "";
            fail(walk, failure.getMessage() + row);
        }
    }

    /** Nothing of the tables that travel with it can be kept: they need not be read. */
    private void fail(TableWalk walk, String reason) {
        walk.fail(reason);
        for (String companion : catalogue.companions(walk.table())) {
            TableWalk other = walks.get(companion);
            if (other != null && other.failure().isEmpty()) {
                other.fail(RunExtraction.travelsWith(walk.table()));
            }
        }
    }
}
