package com.terrifictotes.etl.load;

import static com.terrifictotes.etl.common.catalogue.Identifiers.quote;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import com.terrifictotes.etl.common.catalogue.CalendarField;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The SQL that brings the rows of a run into one table, derived from the catalogue. A run's rows are staged in a
 * temporary table, in the order of the run's units; where a key occurs twice, the later row counts.
 *
 * @param table the table
 * @param stage creates the staging table, for the transaction
 * @param copy fills it: the table's columns and the row's position in the run
 * @param inferences for each dimension that the table refers to, the statement that makes up what is missing
 * @param versions what only a fact has
 * @param merge takes the run's number and answers with the numbers of inserted and of updated rows
 */
record MergeStatements(
        TargetTable table,
        String stage,
        String copy,
        List<Inference> inferences,
        Optional<Versions> versions,
        String merge) {

    /**
     * How missing rows of a dimension are made up.
     *
     * @param dimension the dimension's name
     * @param insert takes the run's number
     */
    record Inference(String dimension, String insert) {}

    /**
     * What only a fact has.
     *
     * @param align makes the identity go on after the last version, whatever numbers failed loads have used up: a
     *     warehouse that is rebuilt gets the same surrogate keys. Answers with the number of versions, at most
     * @param allNew whether every key of the run is beyond those of the table, as in a first load
     * @param mergeAllNew the same as {@code merge} for such a run: there is nothing to compare with
     */
    record Versions(String align, String allNew, String mergeAllNew) {}

    /** The column of a staging table that says which rows came later. */
    static final String POSITION = "staged_position";

    /** Derives the statements of a table. */
    static MergeStatements of(Catalogue catalogue, TargetTable table) {
        String staging = staging(table);
        String names = names(table);
        String stage = table.columns().stream()
                .map(column -> quote(column.name()) + " " + SqlTypes.nameOf(column.type()))
                .collect(joining(
                        ", ", "CREATE TEMPORARY TABLE " + staging + " (", ", " + POSITION + " bigint) ON COMMIT DROP"));
        String copy = "COPY " + staging + " (" + names + ", " + POSITION + ") FROM STDIN (FORMAT binary)";
        boolean fact = table.kind() == TargetTable.Kind.FACT;
        return new MergeStatements(
                table,
                stage,
                copy,
                inferences(catalogue, table, staging),
                fact ? Optional.of(versions(table, staging)) : Optional.empty(),
                fact ? addVersions(table, staging) : upsert(table, staging));
    }

    /** The temporary table that a run's rows of a table are staged in. */
    static String staging(TargetTable table) {
        return quote("staged_" + table.name());
    }

    /** All parts of a statement see the table as it was before: a row that it knew is an update. */
    private static String upsert(TargetTable table, String staging) {
        String target = quote(table.name());
        String key = quote(table.key());
        String assignments = table.columns().stream()
                .map(TargetColumn::name)
                .filter(name -> !name.equals(table.key()))
                .map(name -> quote(name) + " = excluded." + quote(name) + ", ")
                .collect(joining());
        String changed = "existing.inferred OR (" + names(table, "existing") + ") IS DISTINCT FROM ("
                + names(table, "excluded") + ")";
        return """
                WITH merged AS (
                    INSERT INTO %1$s AS existing (%2$s, etl_run, inferred) OVERRIDING SYSTEM VALUE
                    SELECT %2$s, ?, false FROM (%3$s) AS staged ORDER BY %4$s
                    ON CONFLICT (%4$s) DO UPDATE SET %5$setl_run = excluded.etl_run, inferred = false
                    WHERE %6$s
                    RETURNING %4$s)
                SELECT count(*) - count(known.%4$s), count(known.%4$s)
                FROM merged LEFT JOIN %1$s AS known USING (%4$s)""".formatted(target, names(table), latestStaged(table, staging), key, assignments, changed);
    }

    private static String addVersions(TargetTable table, String staging) {
        return """
                WITH merged AS (
                    INSERT INTO %1$s (%2$s, etl_run, supersedes)
                    SELECT %3$s, ?, latest.%6$s FROM (%4$s) AS staged
                    LEFT JOIN LATERAL (
                        SELECT %6$s, %2$s FROM %1$s AS version WHERE version.%5$s = staged.%5$s
                        ORDER BY %6$s DESC LIMIT 1) AS latest ON true
                    WHERE latest.%6$s IS NULL OR (%3$s) IS DISTINCT FROM (%7$s)
                    ORDER BY staged.%5$s
                    RETURNING 1)
                SELECT count(*), 0::bigint FROM merged""".formatted(
                        quote(table.name()),
                        names(table),
                        names(table, "staged"),
                        latestStaged(table, staging),
                        quote(table.key()),
                        quote(table.requireSurrogateKey()),
                        names(table, "latest"));
    }

    private static Versions versions(TargetTable table, String staging) {
        String allNew = "SELECT coalesce((SELECT max(%1$s) FROM %2$s) < (SELECT min(%1$s) FROM %3$s), true)"
                .formatted(quote(table.key()), quote(table.name()), staging);
        return new Versions(align(table), allNew, addFirstVersions(table, staging));
    }

    private static String addFirstVersions(TargetTable table, String staging) {
        return """
                WITH merged AS (
                    INSERT INTO %1$s (%2$s, etl_run)
                    SELECT %2$s, ? FROM (%3$s) AS staged ORDER BY %4$s
                    RETURNING 1)
                SELECT count(*), 0::bigint FROM merged""".formatted(quote(table.name()), names(table), latestStaged(table, staging), quote(table.key()));
    }

    private static String align(TargetTable table) {
        String name = quote(table.name());
        return "SELECT setval(pg_get_serial_sequence('%1$s', '%2$s'), coalesce(max(%3$s), 0) + 1, false) - 1 FROM %1$s"
                .formatted(name, table.requireSurrogateKey(), quote(table.requireSurrogateKey()));
    }

    private static List<Inference> inferences(Catalogue catalogue, TargetTable table, String staging) {
        Map<String, List<TargetColumn>> references = table.columns().stream()
                .filter(column -> column.references().isPresent())
                .collect(groupingBy(column -> column.references().orElseThrow(), LinkedHashMap::new, toList()));
        return references.entrySet().stream()
                .map(entry -> new Inference(
                        entry.getKey(), infer(catalogue.target(entry.getKey()), staging, entry.getValue())))
                .toList();
    }

    private static String infer(TargetTable dimension, String staging, List<TargetColumn> references) {
        String mentioned = references.stream()
                .map(column -> "SELECT " + quote(column.name()) + " AS key FROM " + staging)
                .collect(joining(" UNION ALL "));
        String values = dimension.columns().stream()
                .map(column -> column.name().equals(dimension.key()) ? "key" : madeUp(column))
                .collect(joining(", "));
        // What is missing is sought before duplicates are: hardly anything is.
        return """
                INSERT INTO %1$s (%2$s, etl_run, inferred) OVERRIDING SYSTEM VALUE
                SELECT %3$s, ?, true FROM (
                    SELECT DISTINCT key FROM (%4$s) AS mentioned
                    WHERE key IS NOT NULL AND NOT EXISTS (SELECT FROM %1$s AS known WHERE known.%5$s = key)) AS missing
                ORDER BY key""".formatted(quote(dimension.name()), names(dimension), values, mentioned, quote(dimension.key()));
    }

    private static String madeUp(TargetColumn column) {
        if (column.expression() instanceof Expression.Calendar calendar) {
            return attributeOfDay(calendar.field());
        }
        return column.nullable() ? "NULL" : SqlTypes.unknown(column.type());
    }

    /** Without the prefix TM, to_char writes English whatever the server's locale is. */
    private static String attributeOfDay(CalendarField field) {
        return switch (field) {
            case DATE -> "key";
            case YEAR -> "extract(year FROM key)";
            case MONTH -> "extract(month FROM key)";
            case DAY -> "extract(day FROM key)";
            case DAY_OF_WEEK -> "extract(isodow FROM key)";
            case DAY_NAME -> "to_char(key, 'FMDay')";
            case MONTH_NAME -> "to_char(key, 'FMMonth')";
            case QUARTER -> "extract(quarter FROM key)";
        };
    }

    private static String latestStaged(TargetTable table, String staging) {
        return "SELECT DISTINCT ON (%1$s) * FROM %2$s ORDER BY %1$s, %3$s DESC"
                .formatted(quote(table.key()), staging, POSITION);
    }

    private static String names(TargetTable table) {
        return table.columns().stream().map(column -> quote(column.name())).collect(joining(", "));
    }

    private static String names(TargetTable table, String alias) {
        return table.columns().stream()
                .map(column -> alias + "." + quote(column.name()))
                .collect(joining(", "));
    }
}
