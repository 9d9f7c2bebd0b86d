package com.terrifictotes.etl.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * A fact as PostgreSQL's own catalogue describes it. Names are quoted where that is needed.
 *
 * @param name the table
 * @param surrogateKey the identity that numbers the rows
 * @param columns all others, in their order
 * @param extras what can be dropped and made again, in an order in which it can be made
 */
record FactTable(String name, String surrogateKey, List<String> columns, List<Extra> extras) {

    /** Says which run brought a row; what copies rows by hand is free to say any. */
    private static final String RUN = "etl_run";

    private static final String COLUMNS = """
            SELECT quote_ident(attname), attidentity <> '' FROM pg_attribute
            WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum""";

    /** Indexes first, then constraints with an index, then foreign keys, which may refer to one of those. */
    private static final String EXTRAS = """
            WITH fact AS (SELECT ?::regclass AS oid)
            SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 1 AS place,
                indexrelid::regclass::text AS name
            FROM fact JOIN pg_index ON indrelid = fact.oid
            WHERE NOT indisprimary AND NOT EXISTS (
                SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = fact.oid AND contype IN ('u', 'x'))
            UNION ALL
            SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', fact.oid::regclass, conname),
                format('ALTER TABLE %s ADD CONSTRAINT %I %s', fact.oid::regclass, conname,
                    pg_get_constraintdef(pg_constraint.oid)),
                CASE contype WHEN 'f' THEN 3 ELSE 2 END, conname
            FROM fact JOIN pg_constraint ON conrelid = fact.oid
            WHERE contype IN ('f', 'u', 'x')
            ORDER BY place, name""";

    FactTable {
        columns = List.copyOf(columns);
        extras = List.copyOf(extras);
    }

    /**
     * A secondary index, or a constraint other than the primary key and checks of a row by itself.
     *
     * @param drop removes it
     * @param create makes it again
     */
    record Extra(String drop, String create) {}

    /**
     * What rows add up to, but for their surrogate keys and runs.
     *
     * @param rows how many there are
     * @param sum of a hash of each
     */
    record Contents(long rows, BigDecimal sum) {}

    /** Reads the description of a table in the search path. */
    static FactTable of(Connection connection, String name) throws SQLException {
        String surrogateKey = "";
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (row.getBoolean(2)) {
                        surrogateKey = row.getString(1);
                    } else {
                        columns.add(row.getString(1));
                    }
                }
            }
        }
        if (surrogateKey.isEmpty() || !columns.contains(RUN)) {
            throw new IllegalStateException(
                    name + " has the columns " + columns + "; expected were an identity and " + RUN);
        }
        return new FactTable(name, surrogateKey, columns, extras(connection, name));
    }

    /** What the table has in it. */
    Contents contents(Connection connection) throws SQLException {
        String compared = String.join(
                ", ", columns.stream().filter(column -> !column.equals(RUN)).toList());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*), coalesce(sum(hashtextextended(ROW(%s)::text, 0)), 0) FROM %s"
                                .formatted(compared, name))) {
            row.next();
            return new Contents(row.getLong(1), row.getBigDecimal(2));
        }
    }

    /**
     * Writes rows without their surrogate keys to a file, in the order of those keys and the text format of COPY.
     *
     * @param after the run after which rows count
     * @param last the run that the rows of later ones are said to be of
     */
    void export(Connection connection, long after, long last, Path file) throws SQLException, IOException {
        String values = String.join(
                ", ",
                columns.stream()
                        .map(column -> column.equals(RUN) ? "least(" + RUN + ", " + last + ")" : column)
                        .toList());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (SELECT %s FROM %s WHERE %s > %d ORDER BY %s) TO STDOUT"
                                    .formatted(values, name, RUN, after, surrogateKey),
                            out);
        }
    }

    /** Removes every row; the next one is numbered as the first one was. */
    void truncate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + name + " RESTART IDENTITY");
        }
    }

    private static List<Extra> extras(Connection connection, String name) throws SQLException {
        List<Extra> extras = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(EXTRAS)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    extras.add(new Extra(row.getString(1), row.getString(2)));
                }
            }
        }
        return extras;
    }
}
