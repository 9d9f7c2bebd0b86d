package com.terrifictotes.etl.parquet;

import java.io.IOException;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Whole numbers, days, times and decimals: by dictionary where few of them differ, else by their differences, or
 * plain where that is smaller.
 */
final class NumberPages extends ColumnPages {

    /** A page of fewer values is no sample, and nobody minds its size. */
    private static final int TRIAL_VALUES = 1_000;

    /** Whether they are INT32, not INT64. */
    private final boolean narrow;

    private final NumberDictionary dictionary = new NumberDictionary(DICTIONARY_ENTRIES);
    private final DictionaryIndices indices = new DictionaryIndices();
    private final DeltaBinaryPacking deltas = new DeltaBinaryPacking();
    private final EncodedBytes data = new EncodedBytes();
    private boolean decided;
    private boolean plain;

    NumberPages(Target target) {
        super(target);
        narrow = ParquetSchemas.physicalType(target.column().type()) == PrimitiveTypeName.INT32;
    }

    @Override
    Page encode(ColumnValues values, Statistics<?> statistics) {
        data.clear();
        long[] numbers = presentNumbers(values);
        int count = values.size() - values.nullCount();
        if (count > 0) {
            describe(numbers, count, statistics);
        }
        if (indices.isOpen() && index(numbers, count) && indices.encode(count, dictionary.size(), data)) {
            return new Page(Encoding.RLE_DICTIONARY, data.view());
        }
        if (!decided && count >= TRIAL_VALUES) {
            decided = true;
            plain = isSmallerPlain(numbers, count);
        }
        if (plain) {
            putPlain(numbers, count, data);
            return new Page(Encoding.PLAIN, data.view());
        }
        deltas.encode(numbers, count, narrow, data);
        return new Page(Encoding.DELTA_BINARY_PACKED, data.view());
    }

    @Override
    void finish() throws IOException {
        if (indices.entries() == 0) {
            return;
        }
        data.clear();
        putPlain(dictionary.numbers(), indices.entries(), data);
        writeDictionary(data.view(), indices.entries());
    }

    private boolean isSmallerPlain(long[] numbers, int count) {
        EncodedBytes trial = new EncodedBytes();
        putPlain(numbers, count, trial);
        long plainSize = compressedSize(trial.view());
        trial.clear();
        deltas.encode(numbers, count, narrow, trial);
        return plainSize < compressedSize(trial.view());
    }

    private void putPlain(long[] numbers, int count, EncodedBytes out) {
        for (int i = 0; i < count; i++) {
            if (narrow) {
                out.putInt((int) numbers[i]);
            } else {
                out.putLong(numbers[i]);
            }
        }
    }

    private boolean index(long[] numbers, int count) {
        long[] places = indices.reserve(count);
        long last = 0;
        int index = -1;
        for (int i = 0; i < count; i++) {
            if (index < 0 || numbers[i] != last) {
                last = numbers[i];
                index = dictionary.indexOf(last);
                if (index < 0) {
                    indices.close();
                    return false;
                }
            }
            places[i] = index;
        }
        return true;
    }

    private void describe(long[] numbers, int count, Statistics<?> statistics) {
        long smallest = numbers[0];
        long largest = numbers[0];
        for (int i = 1; i < count; i++) {
            smallest = Math.min(smallest, numbers[i]);
            largest = Math.max(largest, numbers[i]);
        }
        requireFit(smallest, largest);
        if (narrow) {
            ((IntStatistics) statistics).setMinMax(Math.toIntExact(smallest), Math.toIntExact(largest));
        } else {
            ((LongStatistics) statistics).setMinMax(smallest, largest);
        }
    }
}
