package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to read a table.
 *
 * @param table the table
 * @param relation which table of that name it is
 * @param reading how
 * @param since from where on CHANGES are read; null for FULL
 * @param begun where reading changes goes on when this reading is complete; null if it begins with this run's snapshot
 * @param after rows with larger keys are read; {@link TableExtract#BEFORE_EVERY_KEY} unless earlier runs have read some
 * @param before what the run before says of the table; null if it says nothing
 */
record TableReading(
        SourceTable table,
        String relation,
        Reading reading,
        @Nullable Watermark since,
        @Nullable Watermark begun,
        long after,
        @Nullable TableExtract before) {

    static TableReading full(SourceTable table, String relation, @Nullable TableExtract before) {
        return new TableReading(table, relation, Reading.FULL, null, null, TableExtract.BEFORE_EVERY_KEY, before);
    }

    String name() {
        return table.name();
    }

    /** Whether earlier runs have read a part. */
    boolean continues() {
        return begun != null;
    }
}
