package com.terrifictotes.etl.parquet;

import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.BooleanStatistics;
import org.apache.parquet.column.statistics.Statistics;

/** Truth values: a bit each, which every reader knows; runs are left to the compression. */
final class TruthPages extends ColumnPages {

    private final EncodedBytes data = new EncodedBytes();

    TruthPages(Target target) {
        super(target);
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
            long smallest = numbers[0];
            long largest = numbers[0];
            for (int i = 1; i < count; i++) {
                smallest = Math.min(smallest, numbers[i]);
                largest = Math.max(largest, numbers[i]);
            }
            requireFit(smallest, largest);
            ((BooleanStatistics) statistics).setMinMax(smallest != 0, largest != 0);
        }
        return new Page(Encoding.PLAIN, data.view());
    }

    @Override
    void finish() {
        // No page refers to anything.
    }
}
