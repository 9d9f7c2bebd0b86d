package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.transform.UnitTransformation.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a batch.
 *
 * @param run the run's number
 * @param batch the batch's number in the run
 * @param existed whether all its objects were there already; nothing was read then, and the figures are zero
 * @param rows rows in its Parquet objects
 * @param quarantined source rows that could not be represented
 * @param bytes size of its Parquet objects
 * @param tables the same figures for each warehouse table of the batch; none if all objects were there already
 */
public record TransformedBatch(
        long run, int batch, boolean existed, long rows, long quarantined, long bytes, List<TransformedTable> tables) {

    public TransformedBatch {
        tables = List.copyOf(tables);
    }

    /**
     * What became of the units of one warehouse table.
     *
     * @param table the warehouse table
     * @param rows rows in its Parquet objects
     * @param quarantined source rows that could not be represented
     * @param bytes size of its Parquet objects
     */
    public record TransformedTable(String table, long rows, long quarantined, long bytes) {

        private TransformedTable plus(TransformedTable other) {
            return new TransformedTable(table, rows + other.rows, quarantined + other.quarantined, bytes + other.bytes);
        }
    }

    static TransformedBatch existing(long run, int batch) {
        return new TransformedBatch(run, batch, true, 0, 0, 0, List.of());
    }

    static TransformedBatch of(long run, int batch, List<Outcome> outcomes) {
        Map<String, TransformedTable> tables = new LinkedHashMap<>();
        TransformedTable sum = new TransformedTable("", 0, 0, 0);
        for (Outcome outcome : outcomes) {
            TransformedTable table = new TransformedTable(
                    outcome.unit().target(), outcome.rows(), outcome.quarantined(), outcome.bytes());
            tables.merge(table.table, table, TransformedTable::plus);
            sum = sum.plus(table);
        }
        return new TransformedBatch(
                run, batch, false, sum.rows, sum.quarantined, sum.bytes, new ArrayList<>(tables.values()));
    }
}
