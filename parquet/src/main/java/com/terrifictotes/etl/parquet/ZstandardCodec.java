package com.terrifictotes.etl.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Zstandard, a page at a time, without Hadoop's codecs. One of it belongs to one writer or reader: the native contexts
 * are reused from page to page and freed by {@link #close}.
 */
final class ZstandardCodec
        implements CompressionCodecFactory,
                CompressionCodecFactory.BytesInputCompressor,
                CompressionCodecFactory.BytesInputDecompressor,
                AutoCloseable {

    /** The fastest: on encoded columns a higher one gains a few hundredths in size and costs a tenth of all the time. */
    private static final int LEVEL = 1;

    private static final ByteBufferAllocator HEAP = HeapByteBufferAllocator.getInstance();

    private final ZstdCompressCtx compression = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx decompression = new ZstdDecompressCtx();

    /** Reused from page to page: parquet-java copies what it is given before it asks for the next one. */
    private byte[] compressed = new byte[0];

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return requireZstandard(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return requireZstandard(codec);
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    @Override
    public BytesInput compress(BytesInput bytes) {
        // Straight from the encoder's array, if that is what it is.
        ByteBuffer source = bytes.toByteBuffer(HEAP, copy -> {});
        int bound = Math.toIntExact(Zstd.compressBound(source.remaining()));
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        int size = compression.compressByteArray(
                compressed,
                0,
                compressed.length,
                source.array(),
                source.arrayOffset() + source.position(),
                source.remaining());
        return BytesInput.from(compressed, 0, size);
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
        return BytesInput.from(decompression.decompress(array(bytes), decompressedSize));
    }

    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
        byte[] compressed = new byte[compressedSize];
        input.get(compressed);
        output.put(decompression.decompress(compressed, decompressedSize));
    }

    /** Called by parquet-java whenever it is done with one file or column; the contexts live until {@link #close}. */
    @Override
    public void release() {
        // The owner closes it.
    }

    @Override
    public void close() {
        compression.close();
        decompression.close();
    }

    private static byte[] array(BytesInput bytes) throws IOException {
        byte[] array = new byte[Math.toIntExact(bytes.size())];
        try (InputStream stream = bytes.toInputStream()) {
            stream.readNBytes(array, 0, array.length);
        }
        return array;
    }

    private ZstandardCodec requireZstandard(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("the pages are compressed with " + codec + "; expected ZSTD");
        }
        return this;
    }
}
