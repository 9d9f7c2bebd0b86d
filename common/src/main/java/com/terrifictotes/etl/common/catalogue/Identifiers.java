package com.terrifictotes.etl.common.catalogue;

import java.util.regex.Pattern;

/** Names of tables and columns, and how they stand in SQL. */
public final class Identifiers {

    /** PostgreSQL folds nothing in such a name and needs no quotes for it (63 bytes is NAMEDATALEN - 1). */
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Identifiers() {}

    static String requireValid(String name) {
        if (!PLAIN.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a table or column name: expected lower-case"
                    + " letters, digits and underscores, at most 63");
        }
        return name;
    }

    /**
     * The name between double quotes, so that a reserved word (such as {@code transaction}) is one as well.
     *
     * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS">PostgreSQL:
     *     Identifiers and Key Words</a>
     */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
