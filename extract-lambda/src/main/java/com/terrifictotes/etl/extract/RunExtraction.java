package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run in the making: which tables can be read, how each is read, and what came of it. All of it is seen in one snapshot.
 * A table that cannot be read is held back, together with those that travel with it; its state stays what it was, unless that
 * means nothing any more, so that nothing is lost.
 */
final class RunExtraction {

    private final Catalogue catalogue;
    private final Connection connection;
    private final SourceSnapshot snapshot;
    private final SourceContract.Findings findings;
    private final @Nullable RunManifest previous;
    private final ReadingPlan plan;
    private final RowQueries queries;

    /** Why tables are held back, in the order of their names. */
    private final Map<String, String> heldBack = new TreeMap<>();

    private final Map<String, TableWalk> walks = new LinkedHashMap<>();

    private RunExtraction(
            Catalogue catalogue,
            ChangeDetection detection,
            Connection connection,
            Map<String, String> problemsBefore,
            SourceSnapshot snapshot,
            SourceContract.Findings findings,
            @Nullable RunManifest previous,
            Reading requested) {
        this.catalogue = catalogue;
        this.connection = connection;
        this.snapshot = snapshot;
        this.findings = findings;
        this.previous = previous;
        problemsBefore.forEach(this::holdBack);
        findings.problems().forEach(this::holdBack);
        requireSomeTable(catalogue, heldBack);
        this.plan = new ReadingPlan(
                catalogue, detection, previous, requested, snapshot.source(), snapshot.next(), findings.relations());
        this.queries = new RowQueries(catalogue, detection, plan.readings());
    }

    /**
     * Takes the snapshot and decides how the tables are read.
     *
     * @param connection new
     * @param previous the latest run; null before the first
     * @param requested FULL to read every row of every table again
     * @throws PipelineException {@link ErrorCode#SOURCE_CONTRACT_BROKEN} if no table can be read
     */
    static RunExtraction begin(
            Catalogue catalogue,
            ChangeDetection detection,
            Connection connection,
            @Nullable RunManifest previous,
            Reading requested)
            throws SQLException {
        SourceContract contract = new SourceContract(catalogue, detection);
        List<String> tables = contract.tables();
        Map<String, String> problems = Map.of();
        try {
            SourceTransaction.begin(connection, tables);
        } catch (SQLException e) {
            if (!DatabaseErrors.isMissingOrForbidden(e) && !DatabaseErrors.isLockNotAvailable(e)) {
                throw e;
            }
            connection.rollback();
            problems = problems(connection, contract, e);
            connection.rollback();
            if (problems.isEmpty()) {
                throw e;
            }
            requireSomeTable(catalogue, problems);
            List<String> readable = new ArrayList<>(tables);
            readable.removeAll(problems.keySet());
            SourceTransaction.begin(connection, readable);
        }
        SourceSnapshot snapshot = SourceSnapshot.take(connection);
        return new RunExtraction(
                catalogue, detection, connection, problems, snapshot, contract.check(connection), previous, requested);
    }

    /** Which tables stand in the way of a transaction; empty if that is not known. */
    private static Map<String, String> problems(Connection connection, SourceContract contract, SQLException e)
            throws SQLException {
        return DatabaseErrors.isLockNotAvailable(e)
                ? SourceTransaction.locked(connection, contract.tables())
                : contract.check(connection).problems();
    }

    /** The snapshot that all tables are read from. */
    SourceSnapshot snapshot() {
        return snapshot;
    }

    /** Columns that the catalogue does not know, by table. */
    Map<String, List<String>> newColumns() {
        Map<String, List<String>> found = new LinkedHashMap<>(findings.newColumns());
        found.keySet().removeAll(heldBack.keySet());
        return found;
    }

    /** Why tables are read in full although they were read before; for people. */
    List<String> reasonsForFull() {
        return plan.reasonsForFull().entrySet().stream()
                .filter(reason -> !heldBack.containsKey(reason.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Whether the source is another one than before, so that every table is read in full. */
    boolean isSourceReplaced() {
        return plan.isSourceReplaced();
    }

    /** Why tables were not read although they should have been, by table. */
    Map<String, String> heldBack() {
        return Map.copyOf(heldBack);
    }

    /**
     * Looks what there is to read.
     *
     * @return whether there is anything
     */
    boolean probe(RunBudget budget) throws SQLException {
        Map<String, TableReading> readings = new LinkedHashMap<>(plan.readings());
        readings.keySet().removeAll(heldBack.keySet());
        Map<String, TableProbe> probes =
                probes(readings.values(), Math.min(TableWalk.FIRST_SLICE_ROWS, budget.mostRows()));
        readings.forEach((table, reading) -> {
            TableProbe probe = probes.get(table);
            if (probe != null) {
                walks.put(table, new TableWalk(reading, probe, budget));
            }
        });
        return walks.values().stream().anyMatch(walk -> !walk.isComplete() || completes(walk));
    }

    /**
     * Reads it.
     *
     * @return whether there is anything to commit; not if the tables with changes could not be read
     */
    boolean read(RunReading reading) throws SQLException {
        reading.read(connection);
        walks.values().forEach(walk -> walk.failure().ifPresent(reason -> holdBack(walk.table(), reason)));
        return walks.values().stream()
                .filter(walk -> !heldBack.containsKey(walk.table()))
                .anyMatch(walk -> walk.hasRows() || (walk.dealtWith() != null && completes(walk)));
    }

    /** Whether reading a table to its end is worth a run, even if there is no row. */
    private boolean completes(TableWalk walk) {
        return previous != null && (walk.reading().continues() || walk.reading().reading() == Reading.FULL);
    }

    /** Whether rows that the run had no room for wait for the next one. */
    boolean isMore() {
        return walks.values().stream().anyMatch(walk -> !heldBack.containsKey(walk.table()) && !walk.isComplete());
    }

    /** The tables of which nothing is left unread, so that the next state of the warehouse is what the snapshot says. */
    Map<String, TableWalk> complete() {
        Map<String, TableWalk> complete = new LinkedHashMap<>(walks);
        complete.values()
                .removeIf(
                        walk -> !walk.isComplete() || walk.failure().isPresent() || heldBack.containsKey(walk.table()));
        return complete;
    }

    /** What the manifest says about each table. */
    List<TableExtract> extracts() {
        List<TableExtract> extracts = new ArrayList<>();
        for (SourceTable table : catalogue.sources()) {
            TableWalk walk = walks.get(table.name());
            String fingerprint = catalogue.fingerprint(table.name());
            String reason = heldBack.get(table.name());
            extracts.add(
                    reason == null && walk != null
                            ? walk.extract(fingerprint, snapshot.watermark())
                            : heldBack(table, fingerprint, reason));
        }
        return extracts;
    }

    /** What was known of it before, unless that means nothing any more: then it is read in full once it can be. */
    private TableExtract heldBack(SourceTable table, String fingerprint, @Nullable String reason) {
        TableReading reading = requireNonNull(plan.readings().get(table.name()));
        TableExtract before = reading.before();
        return before != null && before.isBegun() && (reading.continues() || reading.reading() == Reading.CHANGES)
                ? before.unchanged(reason, List.of())
                : TableExtract.notBegun(
                        table.name(), reading.relation(), fingerprint, snapshot.watermark(), reason, List.of());
    }

    /** The queries of this run. */
    RowQueries queries() {
        return queries;
    }

    /** What {@link #probe} found to be read, by table. */
    Map<String, TableWalk> walks() {
        return walks;
    }

    /** All at once; one by one where that fails, so that one table does not take the others down. */
    private Map<String, TableProbe> probes(Collection<TableReading> readings, long fewRows) throws SQLException {
        try {
            return TableProbe.of(connection, snapshot, queries, readings, fewRows);
        } catch (SQLException e) {
            if (!DatabaseErrors.isAboutOneTable(e)) {
                throw e;
            }
        }
        Map<String, TableProbe> probes = new HashMap<>();
        for (TableReading reading : readings) {
            try {
                probes.putAll(TableProbe.of(connection, snapshot, queries, List.of(reading), fewRows));
            } catch (SQLException e) {
                if (!DatabaseErrors.isAboutOneTable(e)) {
                    throw e;
                }
                holdBack(
                        reading.name(),
                        String.valueOf(DatabaseErrors.translate(e, "look for changes in table " + reading.name())
                                .getMessage()));
            }
        }
        probes.keySet().removeAll(heldBack.keySet());
        return probes;
    }

    /** Why a table is held back that nothing else is wrong with. */
    static String travelsWith(String table) {
        return "it travels with table " + table;
    }

    private void holdBack(String table, String reason) {
        for (String companion : catalogue.companions(table)) {
            heldBack.merge(
                    companion,
                    companion.equals(table) ? reason : travelsWith(table),
                    (first, second) -> companion.equals(table) ? second : first);
        }
    }

    private static void requireSomeTable(Catalogue catalogue, Map<String, String> problems) {
        if (problems.keySet()
                .containsAll(catalogue.sources().stream().map(SourceTable::name).toList())) {
            throw new PipelineException(
                    ErrorCode.SOURCE_CONTRACT_BROKEN,
                    "no source table can be read (is it the right database, and has the role USAGE on the schema?): "
                            + String.join("; ", problems.values())
                            + ". Nothing was extracted and nothing is lost: once the source or the catalogue is put"
                            + " right, the next run has every change");
        }
    }
}
