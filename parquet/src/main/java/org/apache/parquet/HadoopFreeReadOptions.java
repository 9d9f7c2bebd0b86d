package org.apache.parquet;

import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.jspecify.annotations.NullMarked;

/**
 * Options for reading without Hadoop on the class path. It stands in this package because the public builder loads
 * {@code ParquetInputFormat}, hence Hadoop's MapReduce, and the constructor that does not is package-private.
 *
 * @see <a href="https://github.com/apache/parquet-java/issues/3780">parquet-java: decouple from
 *     hadoop-mapreduce-client-core</a>
 */
@NullMarked
public final class HadoopFreeReadOptions {

    /** The default of parquet-java: how much is read at once. */
    private static final int MAXIMUM_ALLOCATION_BYTES = 8 * 1024 * 1024;

    private HadoopFreeReadOptions() {}

    /**
     * Options for reading whole files with the checksum of every page verified.
     *
     * @param codecs decompresses the pages
     */
    public static ParquetReadOptions of(CompressionCodecFactory codecs) {
        return new ParquetReadOptions(
                /* useSignedStringMinMax */ false,
                /* useStatsFilter */ false,
                /* useDictionaryFilter */ false,
                /* useRecordFilter */ false,
                /* useColumnIndexFilter */ false,
                /* usePageChecksumVerification */ true,
                /* useBloomFilter */ false,
                /* useOffHeapDecryptBuffer */ false,
                /* useHadoopVectoredIo */ false,
                FilterCompat.NOOP,
                ParquetMetadataConverter.NO_FILTER,
                codecs,
                HeapByteBufferAllocator.getInstance(),
                MAXIMUM_ALLOCATION_BYTES,
                Map.of(),
                /* fileDecryptionProperties */ null,
                /* metricsCallback */ null,
                new PlainParquetConfiguration());
    }
}
