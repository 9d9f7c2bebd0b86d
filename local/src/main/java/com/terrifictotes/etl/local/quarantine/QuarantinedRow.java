package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of a quarantine object. Each field may be missing: an older line lacks what was added later, and fields that are
 * not known here are ignored.
 *
 * @param target the warehouse table
 * @param table its source table
 * @param run the run
 * @param object the CSV object, {@code s3://bucket/key}
 * @param record the number of the record within it, from 1, the header not counted
 * @param offset its first byte within the object, from 0
 * @param column the column that is to blame, {@code table.column} for a joined one; null if it is the whole record
 * @param reason what is wrong with it
 * @param values the raw values by source column, in the order of the object; null is NULL
 * @param truncated whether long values were cut
 */
record QuarantinedRow(
        @Nullable String target,
        @Nullable String table,
        @Nullable Long run,
        @Nullable String object,
        @Nullable Long record,
        @Nullable Long offset,
        @Nullable String column,
        @Nullable String reason,
        @Nullable Map<String, @Nullable String> values,
        @Nullable Boolean truncated) {

    QuarantinedRow {
        // Not Map.copyOf: it keeps neither the order nor a null.
        values = values == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads a line.
     *
     * @throws IOException if it is no JSON object, or one of its fields is of another type
     */
    static QuarantinedRow parse(byte[] line) throws IOException {
        return Json.read(line, QuarantinedRow.class);
    }

    @Override
    public Map<String, @Nullable String> values() {
        return values == null ? Map.of() : values;
    }

    /** Whether long values were cut; a line that does not say so has them whole. */
    boolean isTruncated() {
        return Boolean.TRUE.equals(truncated);
    }

    /** Why the row is here, in one sentence: {@code staff_id is NULL, which the star schema does not allow}. */
    String why() {
        String said = reason == null ? "the reason was not written down" : reason;
        if (column == null) {
            return said;
        }
        return reason == null ? column + ": " + said : column + " " + said;
    }
}
