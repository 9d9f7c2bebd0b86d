package com.terrifictotes.etl.parquet;

import java.io.IOException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;

/** Whole numbers, days, times and decimals: by dictionary where few of them differ, else by their differences. */
final class NumberPages extends ColumnPages {

    private final PageWriter pages;
    private final boolean narrow;
    private final NumberDictionary dictionary = new NumberDictionary(DICTIONARY_ENTRIES);
    private final DictionaryIndices indices = new DictionaryIndices();
    private final DeltaBinaryPacking deltas = new DeltaBinaryPacking();
    private final EncodedBytes data = new EncodedBytes();

    /**
     * @param narrow whether they are INT32, not INT64
     */
    NumberPages(ColumnDescriptor column, PageWriter pages, boolean narrow) {
        super(column, pages);
        this.pages = pages;
        this.narrow = narrow;
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
            return indices.page(data);
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
        for (int i = 0; i < indices.entries(); i++) {
            if (narrow) {
                data.putInt((int) dictionary.number(i));
            } else {
                data.putLong(dictionary.number(i));
            }
        }
        pages.writeDictionaryPage(new DictionaryPage(data.view(), indices.entries(), Encoding.PLAIN));
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
        if (narrow) {
            ((IntStatistics) statistics).setMinMax(Math.toIntExact(smallest), Math.toIntExact(largest));
        } else {
            ((LongStatistics) statistics).setMinMax(smallest, largest);
        }
    }
}
