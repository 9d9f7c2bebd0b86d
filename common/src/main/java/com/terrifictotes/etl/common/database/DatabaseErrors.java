package com.terrifictotes.etl.common.database;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error of PostgreSQL means for the pipeline; the one place where that is decided.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL: Error Codes</a>
 */
public final class DatabaseErrors {

    private DatabaseErrors() {}

    /**
     * Whether the error is about what one statement read, so that statements about other tables may well work: data that
     * cannot be read (class 22), a name or privilege (class 42), damage (class XX).
     */
    public static boolean isAboutOneTable(SQLException e) {
        String state = stateOf(e);
        return state.startsWith("22") || state.startsWith("42") || state.startsWith("XX");
    }

    /** Whether a table is not there, is none, or may not be read. */
    public static boolean isMissingOrForbidden(SQLException e) {
        return List.of("42P01", "42501", "42809").contains(stateOf(e));
    }

    /** Whether a lock could not be had at once, or in time. */
    public static boolean isLockNotAvailable(SQLException e) {
        return stateOf(e).equals("55P03");
    }

    /** Whether a statement was cancelled, by somebody or because its time was up. */
    public static boolean isCancelled(SQLException e) {
        return stateOf(e).equals("57014");
    }

    /** Whether a text has bytes that its encoding does not allow. */
    public static boolean isNotInEncoding(SQLException e) {
        return stateOf(e).equals("22021");
    }

    /**
     * The exception for an error of the driver or the server.
     *
     * @param e what the driver threw
     * @param action what was tried, with table or address: "read sales_order from …"
     */
    public static PipelineException translate(SQLException e, String action) {
        return translate(e, action, remedyOf(stateOf(e)));
    }

    /** The same for a connection that could not be opened, where the secret is what can be put right. */
    static PipelineException translateConnect(SQLException e, String action) {
        String state = stateOf(e);
        ErrorCode code = codeOf(state);
        if (code == ErrorCode.DATABASE_LOGIN_REFUSED) {
            return translate(e, action, "check username, password and sslmode of the secret");
        }
        if (code == ErrorCode.SECRET_INVALID) {
            return translate(e, action, "check dbname of the secret");
        }
        if (state.equals("08001")) {
            return translate(e, action, "if it lasts, check host and port of the secret, the network and the server");
        }
        return translate(e, action, remedyOf(state));
    }

    private static PipelineException translate(SQLException failure, String action, String remedy) {
        SQLException e = withoutBatch(failure);
        String state = stateOf(e);
        String message = "cannot " + action + ": SQLState " + (state.isEmpty() ? "unknown" : state) + describe(e, state)
                + (remedy.isEmpty() ? "" : "; " + remedy);
        return PipelineException.of(codeOf(state), message, mayQuoteRows(state) ? null : e);
    }

    /** Of a batch, the text is the statement with its values; what the server said is the cause. */
    private static SQLException withoutBatch(SQLException e) {
        return e instanceof BatchUpdateException && e.getCause() instanceof SQLException server ? server : e;
    }

    private static ErrorCode codeOf(String state) {
        return switch (state) {
            case "40001", "40P01", "55P03", "57014" -> ErrorCode.DATABASE_BUSY;
            // The server ended a session that said nothing, or a transaction that took too long.
            case "25P03", "25P04" -> ErrorCode.DATABASE_UNAVAILABLE;
            // 3F000: there is a schema, but the role may not use it.
            case "42501", "25006", "3F000" -> ErrorCode.DATABASE_ACCESS_DENIED;
            // 3D000: the database does not exist. The driver also reports a refused connection as 08001.
            case "3D000" -> ErrorCode.SECRET_INVALID;
            default -> {
                if (state.startsWith("28")) {
                    yield ErrorCode.DATABASE_LOGIN_REFUSED;
                }
                // Connection lost, out of resources, operator intervention, system error.
                if (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || state.startsWith("58")) {
                    yield ErrorCode.DATABASE_UNAVAILABLE;
                }
                yield ErrorCode.DATABASE_FAILED;
            }
        };
    }

    /** What to do, where the server's own text does not say; empty if only whoever knows the statement can tell. */
    private static String remedyOf(String state) {
        return switch (state) {
            case "25006" -> "the secret must lead to the primary, and default_transaction_read_only be off";
            case "42501" -> "give the role what it lacks";
            case "3F000" -> "GRANT USAGE, CREATE on the schema to the role, or migrate it once as its owner";
            case "40P01", "55P03" ->
                "the next tick tries again; if it lasts, pg_locks and pg_stat_activity say who holds it";
            case "42P07", "42710" -> "rename or drop what has that name";
            case "53100" -> "make room on the server's disk";
            case "53200" -> "the server needs more memory, or fewer sessions";
            case "53300" -> "end sessions that nobody needs, or allow more";
            case "53400" -> "raise that limit";
            case "40001", "57014", "57P01", "57P02", "57P03", "25P03", "25P04" -> "the next tick tries again";
            default -> state.startsWith("08") ? "the next tick tries again" : "";
        };
    }

    /** Data exceptions and constraint violations put values into their texts; those of PL/pgSQL are up to its author. */
    private static boolean mayQuoteRows(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("P0");
    }

    private static String describe(SQLException e, String state) {
        ServerErrorMessage server = e instanceof PSQLException error ? error.getServerErrorMessage() : null;
        StringBuilder text = new StringBuilder();
        if (!mayQuoteRows(state)) {
            text.append(", ").append(server == null ? e.getMessage() : server.getMessage());
        }
        if (server != null) {
            append(text, "schema", server.getSchema());
            append(text, "table", server.getTable());
            append(text, "column", server.getColumn());
            append(text, "constraint", server.getConstraint());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            text.append(String.format(Locale.ROOT, ", %s %s", name, value));
        }
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
