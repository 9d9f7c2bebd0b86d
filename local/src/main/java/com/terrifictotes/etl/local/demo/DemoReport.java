package com.terrifictotes.etl.local.demo;

import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.local.AuditTotals;
import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.Pipeline.Tick;
import com.terrifictotes.etl.local.RunTotals;
import com.terrifictotes.etl.local.quarantine.QuarantineCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** What the demonstration tells a person, while it runs and at its end. The figures come from the warehouse's ledger. */
final class DemoReport {

    private static final String RUN_TABLES = """
            SELECT run, table_name, rows_read, inserted, updated, unchanged
            FROM etl_run_table WHERE rows_read > 0 ORDER BY run, table_name
            """;

    private static final String REVENUE = "SELECT currency_code, sales, revenue FROM revenue_total ORDER BY 1";

    private static final String FRESHNESS = """
            SELECT count(*), avg(seconds), max(seconds)
            FROM (SELECT extract(epoch FROM committed_at - snapshot_time) AS seconds FROM etl_run) AS run
            """;

    private final PrintWriter out;
    private final Ansi ansi;

    DemoReport(PrintWriter out, ColorScheme colours) {
        this.out = out;
        this.ansi = colours.ansi();
    }

    void started(DemoServers servers, Path state, long nanoseconds) {
        line("@|bold Totesys ETL|@: the real pipeline, on servers of its own");
        line("  PostgreSQL            %s", servers.postgresAddress());
        line("  S3, Secrets Manager   %s", servers.endpoint());
        line("  everything is kept in %s", state);
        line("  started in %s", seconds(nanoseconds));
        line("");
    }

    void filled(long rows, long seed) {
        line("Totesys now holds %,d invented rows (seed %d). A tick of the pipeline follows each day:", rows, seed);
        line("");
    }

    /** Plays a tick and tells what it did. */
    void tick(String day, String title, Pipeline pipeline, Connection warehouse) throws SQLException {
        tick(day, title, pipeline, ExtractRequest.changes(), warehouse);
    }

    /** The same for a tick that is asked for something. */
    void tick(String day, String title, Pipeline pipeline, ExtractRequest request, Connection warehouse)
            throws SQLException {
        out.printf(Locale.ROOT, "%-11s %s ", day, title);
        out.flush();
        long start = System.nanoTime();
        Tick tick = pipeline.tick(request, runs -> {});
        long took = System.nanoTime() - start;
        line("");
        if (tick.isQuiet()) {
            line("            @|faint nothing changed, nothing written; %s|@", seconds(took));
        }
        for (long run : tick.loaded()) {
            line("            @|green run %d|@: %s; %s", run, RunTotals.read(warehouse, run), seconds(took));
            AuditTotals.read(warehouse, run).ifPresent(audit -> line("            @|green audit|@: %s", audit));
        }
        if (tick.quarantined() > 0 || tick.pending() > 0) {
            line("            @|red %d rows quarantined, %d runs still pending|@", tick.quarantined(), tick.pending());
        }
        tick.quarantinedByRun()
                .keySet()
                .forEach(run -> line(
                        "            with --keep, to see them: %s",
                        QuarantineCommand.toShow(run, DemoServers.PROCESSED_BUCKET)));
    }

    /** The ledger, run by run and table by table. */
    void ledger(Connection warehouse) throws SQLException {
        line("");
        line("@|bold What each run brought|@ (the warehouse's own ledger, tables etl_run and etl_run_table)");
        line("");
        line("  @|underline %5s  %-20s %9s %9s %9s %9s|@", "run", "table", "read", "inserted", "updated", "unchanged");
        try (Statement statement = warehouse.createStatement()) {
            try (ResultSet row = statement.executeQuery(RUN_TABLES)) {
                long last = 0;
                while (row.next()) {
                    long run = row.getLong(1);
                    line(
                            "  %5s  %-20s %,9d %,9d %,9d %,9d",
                            run == last ? "" : Long.toString(run),
                            row.getString(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6));
                    last = run;
                }
            }
            try (ResultSet row = statement.executeQuery(FRESHNESS)) {
                row.next();
                line("");
                line(
                        "@|bold Freshness|@: %d runs, from the snapshot of Totesys to the commit in the warehouse %.2f s"
                                + " on average, %.2f s at most",
                        row.getLong(1), row.getDouble(2), row.getDouble(3));
            }
        }
    }

    /** One of the questions that the business asked. */
    void revenue(Connection warehouse) throws SQLException {
        line("");
        line(
                "@|bold Total revenue|@ (view revenue_total, docs/warehouse.md has the others; one invented sale has as many"
                        + " units as an integer can hold)");
        line("");
        line("  @|underline %-8s %9s %24s|@", "currency", "sales", "revenue");
        try (Statement statement = warehouse.createStatement();
                ResultSet row = statement.executeQuery(REVENUE)) {
            while (row.next()) {
                line("  %-8s %,9d %,24.2f", row.getString(1), row.getLong(2), row.getBigDecimal(3));
            }
        }
    }

    /** The verdict, and where to look. */
    void result(DemoServers servers, Comparison comparison, boolean kept) {
        line("");
        line("@|bold The warehouse against the star schema computed from Totesys itself, row for row|@");
        line("");
        line("  @|underline %-24s %9s %9s %12s|@", "table or view", "expected", "found", "differences");
        for (Comparison.Table table : comparison.tables()) {
            line(
                    "  %-24s %,9d %,9d @|%s %,12d|@",
                    table.name(),
                    table.rowsExpected(),
                    table.rowsFound(),
                    table.differenceCount() == 0 ? "green" : "red",
                    table.differenceCount());
        }
        line("");
        if (comparison.isEqual()) {
            line("@|bold,green EQUAL|@: no row is missing, doubled or different.");
        } else {
            line("@|bold,red DIFFERENT|@:");
            out.println(comparison.describe());
        }
        line("");
        if (kept) {
            line("@|bold Look around|@");
            line("  warehouse    %s", servers.psql());
            line("               try: select * from revenue_by_month order by first_day; or \\d+ to see all tables");
            line(
                    "  CSV          %s",
                    servers.bucket(DemoServers.INGESTION_BUCKET).resolve("data"));
            line(
                    "  Parquet      %s",
                    servers.bucket(DemoServers.PROCESSED_BUCKET).resolve("data"));
            line(
                    "  manifests    %s",
                    servers.bucket(DemoServers.INGESTION_BUCKET).resolve("runs"));
            line(
                    "               %s",
                    servers.bucket(DemoServers.PROCESSED_BUCKET).resolve("runs"));
            line(
                    "  the S3 API   AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo aws --endpoint-url %s s3 ls"
                            + " --recursive s3://%s",
                    servers.endpoint(), DemoServers.INGESTION_BUCKET);
            line("  Totesys      %s", servers.sourcePsql());
            line(
                    "               try: update sales_order set agreed_delivery_date = '2023-02-30' where sales_order_id = 2;");
            line(
                    "  a tick       %s bin/totesys run --totesys-secret %s --warehouse-secret %s --ingestion-bucket %s"
                            + " --processed-bucket %s",
                    servers.environment(),
                    DemoServers.TOTESYS_SECRET,
                    DemoServers.WAREHOUSE_SECRET,
                    DemoServers.INGESTION_BUCKET,
                    DemoServers.PROCESSED_BUCKET);
            line("  an audit     the same with --audit, after: delete from payment where payment_id < 10;");
            line(
                    "  from nothing %s bin/totesys rebuild --warehouse-secret %s --ingestion-bucket %s --processed-bucket"
                            + " %s --warehouse-schema rebuilt --compare-with %s",
                    servers.environment(),
                    DemoServers.WAREHOUSE_SECRET,
                    DemoServers.INGESTION_BUCKET,
                    DemoServers.PROCESSED_BUCKET,
                    DemoServers.WAREHOUSE_SCHEMA);
            line(
                    "  quarantine   %s bin/totesys quarantine list --processed-bucket %s",
                    servers.environment(), DemoServers.PROCESSED_BUCKET);
            line("");
            line("Everything stays up until you press Ctrl-C.");
        } else {
            line("Everything is removed now. To look at warehouse, CSV, Parquet and manifests: @|bold make demo"
                    + " ARGS=--keep|@");
        }
    }

    private void line(String format, Object... arguments) {
        out.println(ansi.string(String.format(Locale.ROOT, format, arguments)));
        out.flush();
    }

    private static String seconds(long nanoseconds) {
        return String.format(Locale.ROOT, "%.2f s", nanoseconds / 1e9);
    }
}
