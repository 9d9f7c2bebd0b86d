package com.terrifictotes.etl.parquet;

import java.io.IOException;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one column chunk: encodes a page of values at a time and hands it to parquet-java, which compresses it and
 * writes headers, checksums, indexes and footer. Pages are of version 2, whose definition levels stay uncompressed.
 *
 * <p>Not for several threads.
 */
abstract sealed class ColumnPages permits NumberPages, TruthPages, TextPages {

    /** A dictionary is built until it has as many entries; indices of more bits save nothing. */
    static final int DICTIONARY_ENTRIES = 1 << 15;

    /** Every reader holds the dictionary in memory. */
    static final int DICTIONARY_BYTES = 1 << 20;

    private static final @Nullable GeospatialStatistics NO_PLACES = null;

    private final PrimitiveType type;
    private final boolean optional;
    private final PageWriter pages;
    private final EncodedBytes levels = new EncodedBytes();
    private long[] present = new long[0];

    ColumnPages(ColumnDescriptor column, PageWriter pages) {
        this.type = column.getPrimitiveType();
        this.optional = column.getMaxDefinitionLevel() > 0;
        this.pages = pages;
    }

    /** The pages of a column of that type. */
    static ColumnPages of(ColumnDescriptor column, PageWriter pages) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> new NumberPages(column, pages, true);
            case INT64 -> new NumberPages(column, pages, false);
            case BOOLEAN -> new TruthPages(column, pages);
            case BINARY -> new TextPages(column, pages);
            case INT96, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY ->
                throw new IllegalArgumentException("no column has the type of " + column);
        };
    }

    /** Writes all values as one page. */
    final void writePage(ColumnValues values) throws IOException {
        levels.clear();
        if (optional) {
            long[] defined = new long[RunLengthBitPacking.capacity(values.size())];
            for (int i = 0; i < values.size(); i++) {
                defined[i] = values.isNull(i) ? 0 : 1;
            }
            RunLengthBitPacking.encode(defined, values.size(), 1, levels);
        }
        Statistics<?> statistics = Statistics.createStats(type);
        statistics.incrementNumNulls(values.nullCount());
        Page page = encode(values, statistics);
        pages.writePageV2(
                values.size(),
                values.nullCount(),
                values.size(),
                BytesInput.empty(),
                levels.view(),
                page.encoding,
                page.bytes,
                statistics,
                sizes(values),
                NO_PLACES);
    }

    /** Writes what belongs to all pages; after the last one. */
    abstract void finish() throws IOException;

    /**
     * Encodes the values that are not NULL.
     *
     * @param statistics to be told the smallest and the largest of them, if there are any
     */
    abstract Page encode(ColumnValues values, Statistics<?> statistics);

    /** The numbers that are not NULL, packed; there may be more elements than that. */
    final long[] presentNumbers(ColumnValues values) {
        if (values.nullCount() == 0) {
            return values.numbers();
        }
        if (present.length < values.size()) {
            present = new long[values.size()];
        }
        int count = 0;
        for (int i = 0; i < values.size(); i++) {
            if (!values.isNull(i)) {
                present[count] = values.number(i);
                count++;
            }
        }
        return present;
    }

    /** Without histograms of levels, which say nothing that the number of NULLs does not say where a level is 1 at most. */
    private SizeStatistics sizes(ColumnValues values) {
        return new SizeStatistics(type, values.byteCount(), List.of(), List.of());
    }

    /**
     * Values of a page.
     *
     * @param encoding how they are encoded
     * @param bytes what they became
     */
    record Page(Encoding encoding, BytesInput bytes) {}
}
