package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeFigures;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeReading;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.TableAudit;
import com.terrifictotes.etl.load.AuditLedger.Difference;
import com.terrifictotes.etl.load.AuditLedger.OpenRange;
import com.terrifictotes.etl.load.AuditLedger.State;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares one table with what a run says of the source, in the transaction that brings the run: once its rows are merged, the
 * table must be what the run's snapshot was. Where it is not, the extraction is asked to read the range again. The rows that
 * this brings are merged like any others, and keys that the source has no longer are noted as gone.
 */
final class AuditTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTransaction.class);

    /**
     * What the run has staged for the table.
     *
     * @param readAgainFrom position of the first row that was read again
     * @param quarantined rows among those read again that could not be represented
     */
    record Staged(long readAgainFrom, long quarantined) {}

    /** What the rest of the transaction may take. */
    private static final Duration TIME_TO_COMMIT = Duration.ofMinutes(1);

    /** A function has 15 minutes, and so has any other loader. */
    private static final long MOST_SECONDS = 600;

    private final Connection connection;
    private final RunManifest run;
    private final SourceAudit audit;
    private final int massDeletionPercent;
    private final Deadline deadline;
    private final AuditStatements sql;
    private final String table;
    private final Map<Long, OpenRange> open;

    private boolean whole;
    private long rowsCompared;

    /** The first keys of ranges that were no longer what the runs said: one that is found in both ways counts once. */
    private final Set<Long> different = new TreeSet<>();

    private long repaired;
    private long deleted;

    /**
     * @param connection in the transaction of the run, which has merged the table's rows
     * @param run the run
     * @param audit what it says of the source
     * @param massDeletionPercent if more rows of a table are gone than this part of it, it is not believed
     * @param deadline when the transaction must be committed: what does not fit is left to the next audit
     * @param sql of the table
     */
    AuditTransaction(
            Connection connection,
            RunManifest run,
            SourceAudit audit,
            int massDeletionPercent,
            Deadline deadline,
            AuditStatements sql)
            throws SQLException {
        this.connection = connection;
        this.run = run;
        this.audit = audit;
        this.massDeletionPercent = massDeletionPercent;
        this.deadline = deadline;
        this.sql = sql;
        this.table = sql.table().name();
        this.open = AuditLedger.open(connection, table);
    }

    /**
     * Compares what the run says of the table, and records what came of it.
     *
     * @param staged null if the run has no rows of the table
     */
    void compare(@Nullable Staged staged) throws SQLException {
        List<RangeReading> ranges = audit.ranges().stream()
                .filter(range -> range.target().equals(table))
                .toList();
        List<TableFigures> figures = audit.tables().stream()
                .filter(whole -> whole.target().equals(table))
                .toList();
        boolean isAudit = !audit.tables().isEmpty();
        // What an audit leaves out is told by it all the same, as long as it is open.
        if (ranges.isEmpty() && figures.isEmpty() && (open.isEmpty() || !isAudit)) {
            return;
        }
        Instant verified = null;
        if (!ranges.isEmpty()) {
            // What was found then is settled now, unless something is left.
            OptionalLong found = known(ranges)
                    .filter(known -> known.state() == State.ASKED)
                    .mapToLong(OpenRange::run)
                    .min();
            compareRanges(ranges, staged, found.orElse(run.run() - 1));
            verified = found.isPresent() ? AuditLedger.snapshotTime(connection, found.getAsLong()) : null;
        }
        for (TableFigures of : figures) {
            Optional<Map<Long, Difference>> differing = differing(of);
            if (differing.isPresent()) {
                compareWhole(of, differing.get());
                verified = run.snapshotTime();
            } else if (ranges.isEmpty() && open.isEmpty()) {
                return;
            }
        }
        if (isAudit) {
            open.values().stream()
                    .filter(range -> range.state() == State.UNEXPLAINED)
                    .forEach(range -> different.add(range.first()));
        }
        TableAudit result = new TableAudit(
                table, whole, different.size(), repaired, deleted, heldBack(), isVerified() ? verified : null);
        AuditLedger.record(connection, run.run(), result, rowsCompared);
        // terraform/queries/audits.query knows them by their order.
        LOG.atInfo()
                .addKeyValue("table", table)
                .addKeyValue("rows", rowsCompared)
                .addKeyValue("differences", result.differences())
                .addKeyValue("repaired", result.repaired())
                .addKeyValue("deleted", result.deleted())
                .addKeyValue("held_back", result.heldBack())
                .log(done(ranges));
    }

    private String done(List<RangeReading> ranges) {
        if (whole) {
            return "audited table";
        }
        return ranges.isEmpty() ? "table is not audited, and differs" : "audited ranges";
    }

    private void compareWhole(TableFigures source, Map<Long, Difference> differing) throws SQLException {
        whole = true;
        rowsCompared = source.ranges().stream().mapToLong(RangeFigures::rows).sum();
        long rows = rowsCompared
                - differing.values().stream().mapToLong(Difference::rows).sum();
        long gone = differing.entrySet().stream()
                .filter(range -> !accepts(source, range.getKey()))
                .mapToLong(range -> Math.max(0, -range.getValue().rows()))
                .sum();
        boolean tooMany = isMass(gone, rows);
        long width = 1L << source.rangeBits();
        for (OpenRange range : List.copyOf(open.values())) {
            if (!differing.containsKey(range.first()) || range.last() != range.first() + width - 1) {
                remove(range.first());
            }
        }
        for (Map.Entry<Long, Difference> entry : differing.entrySet()) {
            long first = entry.getKey();
            Difference difference = entry.getValue();
            OpenRange known = open.get(first);
            boolean accepts = accepts(source, first);
            boolean heldBack = known != null && known.state() == State.HELD_BACK;
            if ((tooMany || heldBack) && !accepts && difference.rows() < 0) {
                put(first, width, State.HELD_BACK, false, difference, -difference.rows());
            } else if (!isKnown(known, difference) || (heldBack && accepts)) {
                put(first, width, State.ASKED, accepts, difference, 0);
            }
        }
        if (tooMany) {
            LOG.error(
                    "at least {} of {} rows of {} are gone from the source, more than {} %: held back",
                    gone, rows, table, massDeletionPercent);
        }
    }

    private Stream<OpenRange> known(List<RangeReading> ranges) {
        return ranges.stream()
                .flatMap(range -> Stream.ofNullable(open.get(range.figures().first())));
    }

    /** Also if it was said of an audit before, and the range has not been read again since. */
    private boolean accepts(TableFigures source, long first) {
        OpenRange known = open.get(first);
        return source.acceptsDeletions() || (known != null && known.state() == State.ASKED && known.acceptsDeletions());
    }

    /** Whether the range was read again since, and nothing has happened in it. */
    private static boolean isKnown(@Nullable OpenRange range, Difference difference) {
        return range != null
                && range.state() != State.ASKED
                && range.difference().equals(difference);
    }

    /** The ranges that differ; empty if there is no time to find out, since the run must not wait for its audit. */
    private Optional<Map<Long, Difference>> differing(TableFigures source) throws SQLException {
        long seconds = Math.min(deadline.remaining().get().minus(TIME_TO_COMMIT).toSeconds(), MOST_SECONDS);
        Savepoint before = connection.setSavepoint();
        if (seconds > 0) {
            try {
                return Optional.of(differing(source, Math.toIntExact(seconds)));
            } catch (SQLException e) {
                if (!DatabaseErrors.isCancelled(e)) {
                    throw e;
                }
                connection.rollback(before);
            }
        }
        LOG.error("table {} is left to the next audit: there is no time to compare it", table);
        return Optional.empty();
    }

    private Map<Long, Difference> differing(TableFigures source, int seconds) throws SQLException {
        Map<Long, Difference> differing = new TreeMap<>();
        source.ranges()
                .forEach(range ->
                        differing.put(range.first(), new Difference(range.rows(), new BigDecimal(range.checksum()))));
        try (PreparedStatement statement = connection.prepareStatement(sql.figures())) {
            statement.setInt(1, source.rangeBits());
            statement.setQueryTimeout(seconds);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long rows = row.getLong(2);
                    BigDecimal checksum = row.getBigDecimal(3);
                    differing.merge(
                            row.getLong(1) << source.rangeBits(),
                            new Difference(-rows, checksum.negate()),
                            (there, here) -> new Difference(
                                    there.rows() + here.rows(), there.checksum().add(here.checksum())));
                }
            }
        }
        differing.values().removeIf(Difference::isNone);
        return differing;
    }

    private void compareRanges(List<RangeReading> ranges, @Nullable Staged staged, long found) throws SQLException {
        boolean accepted = known(ranges).anyMatch(OpenRange::acceptsDeletions);
        Map<Long, Long> gone = new HashMap<>();
        for (RangeReading range : ranges) {
            gone.put(range.figures().first(), noteGone(range));
        }
        long now = sum(gone.values());
        long since = number(sql.goneSince(), found);
        boolean tooMany = now > 0 && !accepted && isMass(since, number(sql.rows()) + since);
        if (tooMany) {
            // Those of earlier readings as well: the next audit finds, and holds back, all of it.
            update(sql.takeBack(), found);
            LOG.error(
                    "{} rows of {} are gone from the source, more than {} % of it since run {}: held back",
                    since, table, massDeletionPercent, found);
        } else {
            deleted += now;
        }
        for (RangeReading range : ranges) {
            settle(
                    range.figures(),
                    staged,
                    tooMany ? gone.getOrDefault(range.figures().first(), 0L) : 0,
                    found);
        }
    }

    /** What becomes of a range whose rows were merged, and whose missing keys were noted or held back. */
    private void settle(RangeFigures source, @Nullable Staged staged, long heldBack, long found) throws SQLException {
        rowsCompared += source.rows();
        long repairs = staged == null ? 0 : repaired(source, staged);
        repaired += repairs;
        Difference difference = difference(source);
        State state = State.UNEXPLAINED;
        if (heldBack > 0) {
            state = State.HELD_BACK;
        } else if (staged != null && staged.quarantined() > 0) {
            state = State.QUARANTINED;
        }
        if (difference.isNone()) {
            remove(source.first());
        } else {
            put(new OpenRange(source.first(), source.last(), found, state, false, difference, heldBack));
        }
        if (repairs > 0 || (!difference.isNone() && state == State.UNEXPLAINED)) {
            different.add(source.first());
            LOG.error(
                    "table {} was not what the runs said for keys {} to {}: {} rows are repaired, {}",
                    table,
                    source.first(),
                    source.last(),
                    repairs,
                    difference.isNone() ? "and it equals the source now" : "and it differs still");
        }
    }

    private long noteGone(RangeReading range) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.gone())) {
            statement.setLong(1, run.run());
            statement.setLong(2, range.figures().first());
            statement.setLong(3, range.figures().last());
            for (int end = 0; end < 2; end++) {
                int which = end;
                statement.setArray(
                        4 + end,
                        connection.createArrayOf(
                                "bigint",
                                range.keys().stream()
                                        .map(sequence -> sequence.get(which))
                                        .toArray()));
            }
            return statement.executeLargeUpdate();
        }
    }

    private long repaired(RangeFigures range, Staged staged) throws SQLException {
        return number(sql.repaired(), run.run(), staged.readAgainFrom(), range.first(), range.last());
    }

    private Difference difference(RangeFigures source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.figuresOfRange())) {
            statement.setLong(1, source.first());
            statement.setLong(2, source.last());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Difference(
                        source.rows() - row.getLong(1),
                        new BigDecimal(source.checksum()).subtract(row.getBigDecimal(2)));
            }
        }
    }

    /** A single row is no mass, however small the table is. */
    private boolean isMass(long gone, long rows) {
        return gone > 1 && gone * 100 > rows * massDeletionPercent;
    }

    private void update(String statement, long parameter) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(statement)) {
            update.setLong(1, parameter);
            update.executeUpdate();
        }
    }

    private long number(String query, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private boolean isVerified() {
        return open.values().stream().allMatch(range -> range.state() == State.QUARANTINED);
    }

    private long heldBack() {
        return open.values().stream().mapToLong(OpenRange::rowsGone).sum();
    }

    private void put(
            long first, long width, State state, boolean acceptsDeletions, Difference difference, long rowsGone)
            throws SQLException {
        put(new OpenRange(first, first + width - 1, run.run(), state, acceptsDeletions, difference, rowsGone));
    }

    private void put(OpenRange range) throws SQLException {
        open.put(range.first(), range);
        AuditLedger.put(connection, table, range);
    }

    private void remove(long first) throws SQLException {
        open.remove(first);
        AuditLedger.remove(connection, table, first);
    }

    private static long sum(Collection<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).sum();
    }
}
