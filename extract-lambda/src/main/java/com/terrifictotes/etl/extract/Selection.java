package com.terrifictotes.etl.extract;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a run reads. A row has changed when the transaction that wrote it is not older than the horizon of the run
 * before: no clock is asked, so a late commit, a slow application clock or a forgotten {@code last_updated} loses nothing.
 * Changed rows bring the rows they join to, and those that join to them.
 *
 * <p>{@code xmin} is a 32-bit number that wraps around, so rows are compared by age, which is negative for a number from
 * the other half of the circle. Freezing leaves the number as it was: a row that is 2^32 transactions old is read again
 * for a while, which changes nothing.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ddl-system-columns.html">PostgreSQL: System Columns</a>
 * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND">PostgreSQL:
 *     Preventing Transaction ID Wraparound Failures</a>
 */
final class Selection {

    /** Half the 32-bit circle: from there on the age of a transaction tells nothing. */
    private static final long WRAPAROUND = 1L << 31;

    private static final long LOW_32_BITS = 0xFFFF_FFFFL;

    private final Catalogue catalogue;
    private final long horizon;
    private final Map<String, String> relations;

    /** The horizon to read changes from, per table; a table without one is read in full. */
    private final Map<String, Long> since = new LinkedHashMap<>();

    private final List<String> reasonsForFull = new ArrayList<>();

    private Selection(Catalogue catalogue, long horizon, Map<String, String> relations) {
        this.catalogue = catalogue;
        this.horizon = horizon;
        this.relations = relations;
    }

    /**
     * What the run after {@code previous} reads.
     *
     * @param previous the latest run, empty before the first
     * @param snapshot what it reads from
     * @param relations which relation stands behind each table's name
     */
    static Selection since(
            Catalogue catalogue,
            Optional<RunManifest> previous,
            SourceSnapshot snapshot,
            Map<String, String> relations) {
        Selection selection = new Selection(catalogue, snapshot.horizon(), Map.copyOf(relations));
        previous.ifPresent(run -> selection.continueFrom(run, snapshot));
        return selection;
    }

    private void continueFrom(RunManifest previous, SourceSnapshot snapshot) {
        if (!previous.source().equals(snapshot.source())) {
            reasonsForFull.add("the source is another one than in run " + previous.run() + ": " + snapshot.source()
                    + " instead of " + previous.source() + " (restored, replaced or failed over); every table is read"
                    + " in full");
            return;
        }
        for (SourceTable table : catalogue.sources()) {
            Optional<TableExtract> before = previous.table(table.name());
            Optional<String> reason = before.isEmpty()
                    ? Optional.of("it is new since run " + previous.run())
                    : reasonForFull(table.name(), before.get(), previous.run(), snapshot.next());
            if (reason.isEmpty()) {
                since.put(table.name(), before.orElseThrow().horizon());
            } else {
                reasonsForFull.add("table " + table.name() + " is read in full: " + reason.get());
            }
        }
    }

    private Optional<String> reasonForFull(String table, TableExtract before, long run, long next) {
        if (!before.relation().equals(relations.get(table))) {
            return Optional.of("another table has taken its place since run " + run);
        }
        if (!before.targets().equals(catalogue.fingerprint(table))) {
            return Optional.of("the catalogue makes other warehouse tables of it than in run " + run);
        }
        if (before.horizon() > next) {
            return Optional.of("run " + run + " knows transaction " + before.horizon()
                    + ", but the source has only come to " + next + " (restored from a backup?)");
        }
        if (next - before.horizon() >= WRAPAROUND) {
            return Optional.of("run " + run + " is " + (next - before.horizon())
                    + " transactions old, too old to tell changed rows");
        }
        return Optional.empty();
    }

    /** Why tables are read in full although there was a run before; for people. */
    List<String> reasonsForFull() {
        return List.copyOf(reasonsForFull);
    }

    /**
     * The tables that the run has to read, found in one round trip: those with changed rows, and those that travel with
     * them.
     */
    Set<String> changedTables(Connection connection) throws SQLException {
        List<SourceTable> tables = catalogue.sources();
        String query = tables.stream()
                .map(table ->
                        "EXISTS (SELECT FROM " + quote(table.name()) + " t WHERE " + changed(table.name(), "t") + ")")
                .collect(Collectors.joining(",\n       ", "SELECT ", ""));
        Set<String> found = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            for (int i = 0; i < tables.size(); i++) {
                if (row.getBoolean(i + 1)) {
                    found.add(tables.get(i).name());
                }
            }
        }
        List<Join> joins = catalogue.joins();
        joins.stream().filter(join -> found.contains(join.parent())).toList().forEach(join -> found.add(join.child()));
        joins.stream().filter(join -> found.contains(join.child())).toList().forEach(join -> found.add(join.parent()));
        return found;
    }

    /** The query for the rows that the run reads of a table. */
    String query(SourceTable table) {
        return "SELECT t.* FROM " + quote(table.name()) + " t WHERE " + travels(table.name(), "t");
    }

    /** What the manifest says about a table. */
    TableExtract extract(SourceTable table, List<CsvObject> objects) {
        @Nullable Long from = since.get(table.name());
        return new TableExtract(
                table.name(),
                requireNonNull(relations.get(table.name()), () -> "no relation of " + table.name()),
                catalogue.fingerprint(table.name()),
                from == null ? Reading.FULL : Reading.CHANGES,
                from,
                horizon,
                objects.stream().mapToLong(CsvObject::rows).sum(),
                objects);
    }

    /** A row that changed itself. */
    private String changed(String table, String alias) {
        Long from = since.get(table);
        return from == null ? "TRUE" : "age(%s.xmin) BETWEEN 0 AND age('%d'::xid)".formatted(alias, from & LOW_32_BITS);
    }

    /** A row that changed itself, or joins to a changed one. */
    private String changedOrJoinsToChanged(String table, String alias) {
        StringBuilder condition = new StringBuilder(changed(table, alias));
        for (Join join : catalogue.joins()) {
            if (join.child().equals(table)) {
                condition.append(" OR %s.%s IN (SELECT p.%s FROM %s p WHERE %s)"
                        .formatted(
                                alias,
                                quote(join.column()),
                                quote(catalogue.source(join.parent()).key()),
                                quote(join.parent()),
                                changed(join.parent(), "p")));
            }
        }
        return condition.toString();
    }

    /** A row of the run: one that changed, joins to a changed one, or is joined by a row of the run. */
    private String travels(String table, String alias) {
        StringBuilder condition = new StringBuilder(changedOrJoinsToChanged(table, alias));
        for (Join join : catalogue.joins()) {
            if (join.parent().equals(table)) {
                condition.append(" OR %s.%s IN (SELECT c.%s FROM %s c WHERE %s)"
                        .formatted(
                                alias,
                                quote(catalogue.source(table).key()),
                                quote(join.column()),
                                quote(join.child()),
                                changedOrJoinsToChanged(join.child(), "c")));
            }
        }
        return condition.toString();
    }
}
