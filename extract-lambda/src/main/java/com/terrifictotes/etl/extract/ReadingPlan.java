package com.terrifictotes.etl.extract;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How each table is read in a run: decided from the run before and from what the source is like now, and from nothing else.
 * Whatever makes the recorded watermark meaningless makes the table be read in full; never is such a table taken for
 * unchanged.
 */
final class ReadingPlan {

    /**
     * Half the 32-bit circle: from there on the age of a transaction tells nothing. The margin is for subtransactions, whose
     * numbers a snapshot does not know of and which count in the age.
     */
    static final long OLDEST_AGE = (1L << 31) - (1L << 24);

    private final Catalogue catalogue;
    private final ChangeDetection detection;
    private final @Nullable RunManifest previous;
    private final long nextTransaction;
    private final Map<String, String> relations;

    private final Map<String, TableReading> readings = new LinkedHashMap<>();
    private final Map<String, String> reasonsForFull = new LinkedHashMap<>();
    private final boolean sourceReplaced;

    /**
     * @param previous the latest run; null before the first
     * @param requested FULL to read every row of every table again
     * @param source which database it is now
     * @param nextTransaction no transaction with this number or a larger one is over there
     * @param relations for each table that it has, a text that tells the table from any other of the same name
     */
    ReadingPlan(
            Catalogue catalogue,
            ChangeDetection detection,
            @Nullable RunManifest previous,
            Reading requested,
            SourceIdentity source,
            long nextTransaction,
            Map<String, String> relations) {
        this.catalogue = catalogue;
        this.detection = detection;
        this.previous = previous;
        this.nextTransaction = nextTransaction;
        this.relations = Map.copyOf(relations);
        Optional<String> otherSource = previous == null ? Optional.empty() : otherSource(previous, source);
        otherSource.ifPresent(reason -> reasonsForFull.put("", reason + "; every table is read in full"));
        sourceReplaced = otherSource.isPresent();
        for (SourceTable table : catalogue.sources()) {
            TableReading reading = !sourceReplaced && requested == Reading.CHANGES ? continued(table) : full(table);
            readings.put(table.name(), reading);
        }
        if (!sourceReplaced) {
            takeAlongWhatJoins();
        }
    }

    /** How the tables are read, in the order of the catalogue. */
    Map<String, TableReading> readings() {
        return readings;
    }

    /** Why tables are read in full although they were read before, by table; one for all of them has no name. For people. */
    Map<String, String> reasonsForFull() {
        return reasonsForFull;
    }

    /** Whether the source is another one than before, or has gone back, so that every table is read in full. */
    boolean isSourceReplaced() {
        return sourceReplaced;
    }

    private Optional<String> otherSource(RunManifest before, SourceIdentity source) {
        if (!before.source().equals(source)) {
            return Optional.of("the source is another one than in run " + before.run() + ": " + source + " instead of "
                    + before.source() + " (restored, replaced or failed over)");
        }
        return before.nextTransaction() > nextTransaction
                ? Optional.of("the source has gone back: run " + before.run() + " knows transactions up to "
                        + before.nextTransaction() + ", and it has only come to " + nextTransaction
                        + " (restored from a backup?)")
                : Optional.empty();
    }

    private TableReading continued(SourceTable table) {
        TableExtract before = before(table);
        if (before == null) {
            if (previous != null) {
                reasonsForFull.put(
                        table.name(),
                        "table " + table.name() + " is read in full: it is new since run " + previous.run());
            }
            return full(table);
        }
        if (!before.isBegun()) {
            // It was to be read in full and has not been begun: nothing that the run before knows of it matters.
            return full(table);
        }
        Optional<String> reason =
                reasonForFull(table, before, requireNonNull(previous).run());
        if (reason.isPresent()) {
            reasonsForFull.put(table.name(), "table " + table.name() + " is read in full: " + reason.get());
            return full(table);
        }
        String relation = relation(table);
        return before.cursor() == null
                ? new TableReading(
                        table,
                        relation,
                        Reading.CHANGES,
                        usable(before.watermark()),
                        null,
                        TableExtract.BEFORE_EVERY_KEY,
                        before)
                : new TableReading(
                        table,
                        relation,
                        before.reading(),
                        before.since() == null ? null : usable(before.since()),
                        before.watermark(),
                        before.cursor(),
                        before);
    }

    private Optional<String> reasonForFull(SourceTable table, TableExtract before, long run) {
        if (!before.relation().equals(relation(table))) {
            return Optional.of("another table has taken its place since run " + run);
        }
        if (!before.targets().equals(catalogue.fingerprint(table.name()))) {
            return Optional.of("the catalogue makes other warehouse tables of it than in run " + run);
        }
        // A reading that is not complete has two ages: what it is read since, and where changes go on afterwards.
        Watermark oldest = before.since() == null || before.cursor() == null ? before.watermark() : before.since();
        return isTooOld(oldest) && readsTransactions(table)
                ? Optional.of("run " + run + " is " + (nextTransaction - oldest.horizon())
                        + " transactions old, too old to tell changed rows")
                : Optional.empty();
    }

    /** Without numbers that may have been given out again. */
    private Watermark usable(Watermark watermark) {
        return isTooOld(watermark) ? watermark.seeing(List.of()) : watermark;
    }

    private boolean isTooOld(Watermark watermark) {
        return nextTransaction - watermark.horizon() >= OLDEST_AGE;
    }

    /** Whether its changed rows, or those of a table that it joins to, are told by their transactions. */
    private boolean readsTransactions(SourceTable table) {
        return detection.of(table.name()) == ChangeDetection.Strategy.SNAPSHOT
                || catalogue.joins().stream()
                        .filter(join -> join.child().equals(table.name()))
                        .anyMatch(join -> detection.of(join.parent()) == ChangeDetection.Strategy.SNAPSHOT);
    }

    /** A row says the same as before, but what it joins to may not: a table that is read anew takes along what joins to it. */
    private void takeAlongWhatJoins() {
        catalogue.joins().forEach(join -> {
            TableReading parent = readings.get(join.parent());
            TableReading child = readings.get(join.child());
            if (parent != null && child != null && beginsAgain(parent) && !beginsAgain(child)) {
                if (child.before() != null && child.before().isBegun()) {
                    reasonsForFull.put(
                            child.name(), "table " + child.name() + " is read in full: it joins to " + parent.name());
                }
                readings.put(child.name(), full(child.table()));
            }
        });
    }

    /** Whether a table of which something was read before is read in full from the beginning. */
    private static boolean beginsAgain(TableReading reading) {
        return reading.reading() == Reading.FULL
                && !reading.continues()
                && reading.before() != null
                && reading.before().isBegun();
    }

    private TableReading full(SourceTable table) {
        return TableReading.full(table, relation(table), before(table));
    }

    private @Nullable TableExtract before(SourceTable table) {
        return previous == null ? null : previous.table(table.name()).orElse(null);
    }

    /** Of a table that is not there, the one that it was: it may come back. */
    private String relation(SourceTable table) {
        TableExtract before = before(table);
        return relations.getOrDefault(table.name(), before == null ? "" : before.relation());
    }
}
