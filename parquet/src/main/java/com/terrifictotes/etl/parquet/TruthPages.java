package com.terrifictotes.etl.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.BooleanStatistics;
import org.apache.parquet.column.statistics.Statistics;

/** Truth values: a bit each, which every reader knows; runs are left to the compression. */
final class TruthPages extends ColumnPages {

    private final EncodedBytes data = new EncodedBytes();

    TruthPages(ColumnDescriptor column, PageWriter pages) {
        super(column, pages);
    }

    @Override
    Page encode(ColumnValues values, Statistics<?> statistics) {
        data.clear();
        long[] numbers = presentNumbers(values);
        int count = values.size() - values.nullCount();
        long[] bits = new long[(count + Byte.SIZE - 1) / Byte.SIZE * Byte.SIZE];
        System.arraycopy(numbers, 0, bits, 0, count);
        data.putBitPacked(bits, 0, bits.length, 1);
        if (count > 0) {
            long all = 1;
            long any = 0;
            for (int i = 0; i < count; i++) {
                all &= numbers[i];
                any |= numbers[i];
            }
            ((BooleanStatistics) statistics).setMinMax(all != 0, any != 0);
        }
        return new Page(Encoding.PLAIN, data.view());
    }

    @Override
    void finish() {
        // No page refers to anything.
    }
}
