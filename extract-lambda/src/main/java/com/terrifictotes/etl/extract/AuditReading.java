package com.terrifictotes.etl.extract;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.RowChecksum;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.SourceAudit;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeFigures;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeReading;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.extract.RowQueries.KeyRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the source for an audit, in the snapshot of a run: the load, which has the warehouse, compares. Only tables of which
 * the run leaves nothing unread are looked at, since only of those the warehouse is what the snapshot says once the run is
 * loaded. What fails here because of one table, or takes too long, is left to the next audit.
 */
final class AuditReading {

    /** Few enough rows to be read again for one that differs. */
    private static final int FEWEST_RANGE_BITS = 10;

    /** A longer list would make the manifest heavy. */
    private static final long MOST_RANGES = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(AuditReading.class);

    private final Catalogue catalogue;
    private final Connection connection;
    private final Map<String, TableWalk> complete;
    private final RunBudget budget;

    /**
     * @param connection holds the snapshot
     * @param complete the tables that the run has read to their end, by name
     * @param budget what the run may still do
     */
    AuditReading(Catalogue catalogue, Connection connection, Map<String, TableWalk> complete, RunBudget budget) {
        this.catalogue = catalogue;
        this.connection = connection;
        this.complete = complete;
        this.budget = budget;
    }

    /**
     * What whole tables are like.
     *
     * @param acceptingDeletions warehouse tables of which however many rows may be gone
     */
    List<TableFigures> tables(Set<String> acceptingDeletions) throws SQLException {
        List<TableFigures> tables = new ArrayList<>();
        for (TargetTable target : catalogue.targets()) {
            String source = target.sourceTable().orElse("");
            if (source.isEmpty()) {
                continue;
            }
            if (!complete.containsKey(source) || !budget.leavesTime()) {
                LOG.warn(
                        "table {} is left to the next audit: {}",
                        source,
                        complete.containsKey(source) ? "time is up" : "it is held back, or not read to its end yet");
                continue;
            }
            try {
                SourceTransaction.limitStatements(connection, budget.timeLeft());
                int bits = rangeBits(catalogue.source(source));
                tables.add(new TableFigures(
                        target.name(), bits, acceptingDeletions.contains(target.name()), figures(target, bits)));
            } catch (SQLException e) {
                leaveToNextAudit(source, e);
            }
        }
        SourceTransaction.limitStatements(connection, SourceTransaction.LONGEST_STATEMENT);
        return tables;
    }

    /**
     * Reads ranges again, as many as there is room for.
     *
     * @param rows where rows are read
     * @return what was read; the others are asked for again
     */
    SourceAudit ranges(List<DifferentRange> differing, List<TableFigures> tables, RunReading rows) throws SQLException {
        List<RangeReading> read = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        Map<String, TargetTable> targets = new HashMap<>();
        catalogue.targets().forEach(target -> targets.put(target.name(), target));
        for (DifferentRange range : differing) {
            // A version of the load that knows more tables may have asked.
            TargetTable target = targets.get(range.target());
            TableWalk walk = target == null ? null : complete.get(target.requireSource());
            long taken = walk == null ? 0 : budget.take(1);
            if (target == null || walk == null || taken == 0) {
                continue;
            }
            try {
                RangeFigures figures = figures(target, range);
                List<List<Long>> keys = keys(walk.reading().table(), range);
                List<CsvObject> written =
                        rows.readAgain(connection, walk, new KeyRange(range.first() - 1, range.last()));
                budget.spend(
                        taken,
                        written.stream().mapToLong(CsvObject::rows).sum(),
                        written.stream().mapToLong(CsvObject::bytes).sum());
                read.add(new RangeReading(target.name(), figures, keys));
                written.forEach(object -> objects.add(object.key()));
            } catch (SQLException e) {
                budget.giveBack(taken);
                leaveToNextAudit(walk.table(), e);
            }
        }
        return new SourceAudit(tables, read, objects);
    }

    private static void leaveToNextAudit(String table, SQLException e) throws SQLException {
        if (!DatabaseErrors.isAboutOneTable(e) && !DatabaseErrors.isCancelled(e)) {
            throw e;
        }
        LOG.error("table {} is not audited", table, DatabaseErrors.translate(e, "audit table " + table));
    }

    private int rangeBits(SourceTable table) throws SQLException {
        String key = quote(table.key());
        long[] keys = new long[2];
        SourceTransaction.query(
                connection, "SELECT min(%1$s), max(%1$s) FROM %2$s".formatted(key, quote(table.name())), row -> {
                    row.next();
                    keys[0] = row.getLong(1);
                    keys[1] = row.getLong(2);
                });
        int bits = FEWEST_RANGE_BITS;
        while ((keys[1] >> bits) - (keys[0] >> bits) >= MOST_RANGES) {
            bits++;
        }
        return bits;
    }

    private List<RangeFigures> figures(TargetTable target, int bits) throws SQLException {
        List<RangeFigures> ranges = new ArrayList<>();
        SourceTransaction.query(
                connection,
                "SELECT %s::bigint >> %d, %s GROUP BY 1 ORDER BY 1".formatted(key(target), bits, figuresOf(target)),
                row -> {
                    while (row.next()) {
                        long first = row.getLong(1) << bits;
                        ranges.add(new RangeFigures(first, first + (1L << bits) - 1, row.getLong(2), row.getString(3)));
                    }
                });
        return ranges;
    }

    private RangeFigures figures(TargetTable target, DifferentRange range) throws SQLException {
        List<RangeFigures> found = new ArrayList<>();
        SourceTransaction.query(
                connection,
                "SELECT %s WHERE %s BETWEEN %d AND %d"
                        .formatted(figuresOf(target), key(target), range.first(), range.last()),
                row -> {
                    row.next();
                    found.add(new RangeFigures(range.first(), range.last(), row.getLong(1), row.getString(2)));
                });
        return found.getFirst();
    }

    /** What belongs together has the same distance to its place in the order. */
    private List<List<Long>> keys(SourceTable table, DifferentRange range) throws SQLException {
        List<List<Long>> sequences = new ArrayList<>();
        SourceTransaction.query(
                connection,
                """
                SELECT min(key), max(key)
                FROM (SELECT %1$s::bigint AS key, %1$s - row_number() OVER (ORDER BY %1$s) AS sequence
                      FROM %2$s WHERE %1$s BETWEEN %3$d AND %4$d) AS keys
                GROUP BY sequence ORDER BY 1""".formatted(quote(table.key()), quote(table.name()), range.first(), range.last()),
                row -> {
                    while (row.next()) {
                        sequences.add(List.of(row.getLong(1), row.getLong(2)));
                    }
                });
        return sequences;
    }

    private String key(TargetTable target) {
        return "t." + quote(catalogue.source(target.requireSource()).key());
    }

    /** Figures, and the FROM clause that they are taken from. */
    private String figuresOf(TargetTable target) {
        Map<String, String> aliases = new HashMap<>(Map.of(target.requireSource(), "t"));
        StringBuilder from = new StringBuilder(" FROM " + quote(target.requireSource()) + " t");
        for (Join join : target.joins()) {
            String alias = "j" + aliases.size();
            aliases.put(join.parent(), alias);
            from.append(" LEFT JOIN %s %s ON %s.%s = t.%s"
                    .formatted(
                            quote(join.parent()),
                            alias,
                            alias,
                            quote(catalogue.source(join.parent()).key()),
                            quote(join.column())));
        }
        return RowChecksum.figures(target, column -> value(column, aliases)) + from;
    }

    /** What the transformation makes of it, as far as SQL can tell; text that becomes a date is a date's text already. */
    private static String value(TargetColumn column, Map<String, String> aliases) {
        return switch (column.expression()) {
            case Expression.Value value -> aliases.get(value.table()) + "." + quote(value.column());
            case Expression.DateOf date -> "t." + quote(date.column()) + "::date";
            case Expression.TimeOf time -> "t." + quote(time.column()) + "::time";
            case Expression.CurrencyName name -> throw notComparable(column);
            case Expression.Calendar calendar -> throw notComparable(column);
        };
    }

    private static IllegalArgumentException notComparable(TargetColumn column) {
        return new IllegalArgumentException(column.name() + " is none of the columns that can be compared");
    }
}
