package com.terrifictotes.etl.parquet;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
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
    private final Target target;
    private final EncodedBytes levels = new EncodedBytes();
    private long[] present = new long[0];
    private long[] defined = new long[0];

    ColumnPages(Target target) {
        this.target = target;
        type = target.descriptor.getPrimitiveType();
        optional = target.descriptor.getMaxDefinitionLevel() > 0;
    }

    /**
     * Where pages go.
     *
     * @param table the warehouse table, for messages
     * @param column its column
     * @param descriptor the same in the file's schema
     * @param pages takes the pages
     * @param codec compresses them
     */
    record Target(
            String table, TargetColumn column, ColumnDescriptor descriptor, PageWriter pages, ZstandardCodec codec) {}

    /** The pages of a column, by its type. */
    static ColumnPages of(Target target) {
        return switch (target.column.type()) {
            case TargetType.Text text -> new TextPages(target);
            case TargetType.Truth truth -> new TruthPages(target);
            case TargetType.Whole whole -> new NumberPages(target);
            case TargetType.Date date -> new NumberPages(target);
            case TargetType.Time time -> new NumberPages(target);
            case TargetType.Decimal decimal -> new NumberPages(target);
        };
    }

    /** Writes all values as one page. */
    final void writePage(ColumnValues values) throws IOException {
        if (values.nullCount() > 0 && !optional) {
            throw new IllegalStateException(describe() + " is NULL in " + values.nullCount() + " rows");
        }
        levels.clear();
        if (optional) {
            if (defined.length < RunLengthBitPacking.capacity(values.size())) {
                defined = new long[RunLengthBitPacking.capacity(values.size())];
            }
            for (int i = 0; i < values.size(); i++) {
                defined[i] = values.isNull(i) ? 0 : 1;
            }
            RunLengthBitPacking.encode(defined, values.size(), 1, levels);
        }
        Statistics<?> statistics = Statistics.createStats(type);
        statistics.incrementNumNulls(values.nullCount());
        Page page = encode(values, statistics);
        target.pages.writePageV2(
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

    /** The column's type in the file. */
    final PrimitiveType type() {
        return type;
    }

    /** Takes what goes before the pages. */
    final void writeDictionary(BytesInput bytes, int entries) throws IOException {
        target.pages.writeDictionaryPage(new DictionaryPage(bytes, entries, Encoding.PLAIN));
    }

    /** How many bytes of a file these would be. */
    final long compressedSize(BytesInput bytes) {
        return target.codec.compress(bytes).size();
    }

    /** A wrong number would be cut to the bits of its column and be another one. */
    final void requireFit(long smallest, long largest) {
        TargetType columnType = target.column.type();
        long least = ParquetSchemas.smallest(columnType);
        long most = ParquetSchemas.largest(columnType);
        if (smallest < least || largest > most) {
            throw new IllegalStateException(describe() + " is " + columnType + ", from " + least + " to " + most
                    + "; another number was added");
        }
    }

    private String describe() {
        return target.table + "." + target.column.name();
    }

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
