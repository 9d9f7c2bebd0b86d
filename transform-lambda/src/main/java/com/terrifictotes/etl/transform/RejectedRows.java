package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.parquet.ParquetTableWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which records of a range cannot be represented, and why: the first reason that was found. */
final class RejectedRows {

    /**
     * Why a record cannot be represented.
     *
     * @param column the source column, {@code table.column} for a joined one; null if it is the record as a whole
     * @param reason what is wrong with its value, without the value
     */
    record Problem(@Nullable String column, String reason) {}

    private final boolean[] rejected = new boolean[ParquetTableWriter.PAGE_ROWS];
    private final @Nullable Problem[] problems = new @Nullable Problem[ParquetTableWriter.PAGE_ROWS];
    private boolean any;

    /** Begins a range. */
    void clear() {
        if (any) {
            Arrays.fill(rejected, false);
            Arrays.fill(problems, null);
            any = false;
        }
    }

    /** Rejects a record of the range because of a field, if it is not rejected yet. */
    void reject(int row, String column, String reason) {
        if (!rejected[row]) {
            rejected[row] = true;
            problems[row] = new Problem(column, reason);
            any = true;
        }
    }

    /** Rejects a record as a whole, whatever was found in its fields. */
    void replace(int row, String reason) {
        rejected[row] = true;
        problems[row] = new Problem(null, reason);
        any = true;
    }

    /** Whether any record was rejected. */
    boolean any() {
        return any;
    }

    /** Of each record in the range, whether it was rejected. */
    boolean[] flags() {
        return rejected;
    }

    /** Why a record was rejected; null if it was not. */
    @Nullable
    Problem problem(int row) {
        return problems[row];
    }
}
