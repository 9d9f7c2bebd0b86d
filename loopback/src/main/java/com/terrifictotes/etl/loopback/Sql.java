package com.terrifictotes.etl.loopback;

/**
 * Quoting for statements that take no parameters, such as CREATE ROLE. The JDBC driver's own quoting refuses names with a
 * quotation mark.
 *
 * @see <a href="https://www.postgresql.org/docs/17/sql-syntax-lexical.html">PostgreSQL manual, lexical structure</a>
 */
final class Sql {

    private Sql() {}

    static String identifier(String name) {
        requireNoZero(name);
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Correct with {@code standard_conforming_strings}, the default of every supported version. */
    static String literal(String text) {
        requireNoZero(text);
        return "'" + text.replace("'", "''") + "'";
    }

    private static void requireNoZero(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL has no character U+0000, in names as little as in texts");
        }
    }
}
