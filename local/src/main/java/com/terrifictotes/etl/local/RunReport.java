package com.terrifictotes.etl.local;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseErrors;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.local.quarantine.QuarantineCommand;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code totesys run} tells a person: a line for each run, with the time in front. */
final class RunReport {

    /** Each attempt names its objects anew. */
    private static final Pattern ATTEMPT = Pattern.compile("[0-9a-f]{32}");

    private final PrintWriter out;
    private final PrintWriter error;
    private final Clock clock;
    private final Database warehouse;
    private final String schema;
    private final String processedBucket;

    private @Nullable String lastFailure;
    private int failuresInARow;

    /**
     * @param out for what was done
     * @param error for what went wrong
     * @param warehouse whose ledger has the figures
     * @param schema where it is
     * @param processedBucket where quarantined rows wait
     */
    RunReport(
            PrintWriter out,
            PrintWriter error,
            Clock clock,
            Database warehouse,
            String schema,
            String processedBucket) {
        this.out = requireNonNull(out, "out is null");
        this.error = requireNonNull(error, "error is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.warehouse = requireNonNull(warehouse, "warehouse is null");
        this.schema = requireNonNull(schema, "schema is null");
        this.processedBucket = requireNonNull(processedBucket, "processedBucket is null");
    }

    /** Tells what a tick did, and what it left undone. */
    void tick(Tick tick, Duration took) {
        lastFailure = null;
        String seconds = seconds(took);
        tick.heldBack().forEach(table -> say(error, "table " + table.table() + " is held back: " + table.reason()));
        if (tick.isQuiet()) {
            say(out, (tick.heldBack().isEmpty() ? "nothing changed; " : "nothing else changed; ") + seconds);
            return;
        }
        tick.quarantinedByRun()
                .forEach((run, rows) -> say(
                        error,
                        count(rows, "row") + " of run " + run + " quarantined; to see them: "
                                + QuarantineCommand.toShow(run, processedBucket)));
        if (tick.more()) {
            say(error, "rows that one tick had no room for wait for the next");
        }
        if (tick.pending() > 0) {
            say(
                    error,
                    count(tick.pending(), "run") + " pending: "
                            + (tick.waitingFor() == null ? "the next tick goes on" : tick.waitingFor()));
        }
    }

    /** Tells why a tick failed; of the same failure again and again, that it is the same. */
    void failure(RuntimeException e) {
        String failure = e instanceof PipelineException ? String.valueOf(e.getMessage()) : e.toString();
        String comparable = ATTEMPT.matcher(failure).replaceAll("");
        if (comparable.equals(lastFailure)) {
            failuresInARow++;
            String code = e instanceof PipelineException known
                    ? known.code().name()
                    : e.getClass().getSimpleName();
            say(error, code + ": the same again, " + failuresInARow + " times in a row");
        } else {
            lastFailure = comparable;
            failuresInARow = 1;
            say(error, failure);
        }
    }

    /**
     * Tells what became of runs that have just been loaded.
     *
     * @param took how long that was in the making
     */
    void loaded(List<Long> runs, Duration took) {
        if (runs.isEmpty()) {
            return;
        }
        try (Connection connection = warehouse.connect()) {
            connection.setSchema(schema);
            for (long run : runs) {
                say(out, "run " + run + ": " + RunTotals.read(connection, run) + "; " + seconds(took));
                AuditTotals.read(connection, run).ifPresent(audit -> say(out, "run " + run + ": " + audit));
            }
        } catch (SQLException e) {
            throw DatabaseErrors.translate(e, "read the ledger of the warehouse");
        }
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.2f s", took.toNanos() / 1e9);
    }

    private static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : noun + "s");
    }

    private void say(PrintWriter writer, String text) {
        writer.println(clock.instant().truncatedTo(ChronoUnit.SECONDS) + "  " + text);
        writer.flush();
    }
}
