package com.terrifictotes.etl.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints memory by size of the database, MiB. */
final class MemoryTable {

    private static final String ROW = "  %12s %10s %10s %10s %10s %10s %10s";

    private final Report report;

    /** Prints the names of the columns. */
    MemoryTable(Report report) {
        this.report = report;
        report.line(ROW, "sales orders", "CSV", "seconds", "alive", "used", "committed", "resident");
    }

    /**
     * Prints a line.
     *
     * @param salesOrders rows of the large table
     * @param bytes of CSV, of all tables
     * @param seconds what it took, with the garbage collections that were forced
     */
    void row(long salesOrders, long bytes, double seconds, MemoryUse memory) {
        report.line(
                ROW,
                String.format(Locale.ROOT, "%,d", salesOrders),
                mebibytes(bytes),
                String.format(Locale.ROOT, "%.1f", seconds),
                mebibytes(memory.heapAlive()),
                mebibytes(memory.heapUsed()),
                mebibytes(memory.heapCommitted()),
                mebibytes(memory.resident()));
    }

    private static String mebibytes(@Nullable Long bytes) {
        return bytes == null ? "-" : Long.toString(Math.round(bytes / 1048576.0));
    }
}
