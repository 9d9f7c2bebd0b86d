package com.terrifictotes.etl.benchmarks;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody types to bring a file of rows into a fact by hand: one transaction around one {@code COPY}.
 *
 * @param before statements
 * @param target the table that the rows are copied to, and its columns
 * @param after statements
 */
record CopyScript(List<String> before, String target, List<String> after) {

    private static final String INCOMING = "incoming";

    CopyScript {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Straight into the fact as it is. */
    static CopyScript plain(FactTable fact) {
        return new CopyScript(List.of(), target(fact.name(), fact), List.of());
    }

    /** Into the fact without foreign keys and secondary indexes, which are made again afterwards. */
    static CopyScript bare(FactTable fact) {
        return new CopyScript(
                fact.extras().reversed().stream().map(FactTable.Extra::drop).toList(),
                target(fact.name(), fact),
                fact.extras().stream().map(FactTable.Extra::create).toList());
    }

    /** Into a temporary table, and from there into the fact as it is. */
    static CopyScript throughTemporaryTable(FactTable fact) {
        String columns = String.join(", ", fact.columns());
        return new CopyScript(
                List.of("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA"
                        .formatted(INCOMING, columns, fact.name())),
                target(INCOMING, fact),
                List.of("INSERT INTO %s (%s) SELECT %s FROM %s".formatted(fact.name(), columns, columns, INCOMING)));
    }

    /** The copy, of rows that the client sends. */
    String copy() {
        return "COPY " + target + " FROM STDIN";
    }

    /** All of it for psql, which reads the rows itself. */
    String psql(Path rows) {
        String file = rows.toAbsolutePath().toString().replace("'", "''");
        return Stream.of(
                        before.stream().map(statement -> statement + ";"),
                        Stream.of("\\copy " + target + " FROM '" + file + "'"),
                        after.stream().map(statement -> statement + ";"))
                .flatMap(lines -> lines)
                .collect(joining("\n", "", "\n"));
    }

    private static String target(String table, FactTable fact) {
        return table + " (" + String.join(", ", fact.columns()) + ")";
    }
}
