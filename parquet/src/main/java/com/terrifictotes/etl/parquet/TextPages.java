package com.terrifictotes.etl.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.internal.column.columnindex.BinaryTruncator;
import org.apache.parquet.io.api.Binary;

/**
 * Text: by dictionary where few texts differ, else plain, which every engine reads. (Some of those that know the deltas of
 * numbers do not know those of lengths.)
 */
final class TextPages extends ColumnPages {

    private static final int BOUND_BYTES = 1024;

    private final TextDictionary dictionary = new TextDictionary(DICTIONARY_ENTRIES, DICTIONARY_BYTES);
    private final DictionaryIndices indices = new DictionaryIndices();
    private final EncodedBytes data = new EncodedBytes();

    TextPages(Target target) {
        super(target);
    }

    @Override
    Page encode(ColumnValues values, Statistics<?> statistics) {
        data.clear();
        int count = values.size() - values.nullCount();
        if (count > 0) {
            describe(values, statistics);
        }
        if (indices.isOpen() && index(values, count) && indices.encode(count, dictionary.size(), data)) {
            return new Page(Encoding.RLE_DICTIONARY, data.view());
        }
        for (int i = 0; i < values.size(); i++) {
            if (!values.isNull(i)) {
                putPlain(values.bytes(), values.start(i), values.end(i));
            }
        }
        return new Page(Encoding.PLAIN, data.view());
    }

    @Override
    void finish() throws IOException {
        if (indices.entries() == 0) {
            return;
        }
        data.clear();
        for (int i = 0; i < indices.entries(); i++) {
            putPlain(dictionary.bytes(), dictionary.start(i), dictionary.end(i));
        }
        writeDictionary(data.view(), indices.entries());
    }

    private boolean index(ColumnValues values, int count) {
        long[] places = indices.reserve(count);
        int next = 0;
        for (int i = 0; i < values.size(); i++) {
            if (!values.isNull(i)) {
                int index = dictionary.indexOf(values.bytes(), values.start(i), values.end(i));
                if (index < 0) {
                    indices.close();
                    return false;
                }
                places[next] = index;
                next++;
            }
        }
        return true;
    }

    private void putPlain(byte[] bytes, int start, int end) {
        data.putInt(end - start);
        data.put(bytes, start, end - start);
    }

    /** Bounds in the order of unsigned bytes, which is that of code points. */
    private void describe(ColumnValues values, Statistics<?> statistics) {
        int smallest = -1;
        int largest = -1;
        for (int i = 0; i < values.size(); i++) {
            if (!values.isNull(i)) {
                smallest = smallest < 0 || compare(values, i, smallest) < 0 ? i : smallest;
                largest = largest < 0 || compare(values, i, largest) > 0 ? i : largest;
            }
        }
        // Bounds of a page stay in memory until the file is done, and nobody looks at the end of a long one.
        BinaryTruncator truncator = BinaryTruncator.getTruncator(type());
        statistics.updateStats(truncator.truncateMin(text(values, smallest), BOUND_BYTES));
        statistics.updateStats(truncator.truncateMax(text(values, largest), BOUND_BYTES));
    }

    private static int compare(ColumnValues values, int one, int other) {
        return Arrays.compareUnsigned(
                values.bytes(),
                values.start(one),
                values.end(one),
                values.bytes(),
                values.start(other),
                values.end(other));
    }

    private static Binary text(ColumnValues values, int index) {
        return Binary.fromConstantByteArray(Arrays.copyOfRange(values.bytes(), values.start(index), values.end(index)));
    }
}
