package com.terrifictotes.etl.parquet;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one warehouse table into a local Parquet file, by column: add the values of one or several rows to
 * every {@link #column} (in the order of {@link TargetTable#columns()}), then call {@link #endRows}; at last
 * {@link #finish}. The same calls give the same bytes: nothing in the file depends on clock, machine or locale.
 *
 * <p>Memory is bounded by one row group, compressed, and one page of each column. Not for several threads.
 */
public final class ParquetTableWriter implements AutoCloseable {

    /**
     * Measured: fewer rows cost time, for every page has its own headers and statistics. More than 256 KiB of plain numbers
     * is what Zstandard compresses with larger tables, faster and less.
     */
    public static final int PAGE_ROWS = 32_000;

    /** A page ends early when its text has as many bytes. */
    private static final int PAGE_TEXT_BYTES = 1 << 20;

    /** Finished pages, compressed; it bounds the memory of writer and reader. */
    private static final long ROW_GROUP_BYTES = 16L * 1024 * 1024;

    /** Parquet's default length of the bounds in a column index. */
    private static final int COLUMN_INDEX_TRUNCATE_LENGTH = 64;

    private static final int NO_PADDING = 0;

    private static final ParquetProperties PROPERTIES = ParquetProperties.builder()
            .withWriterVersion(WriterVersion.PARQUET_2_0)
            .withPageWriteChecksumEnabled(true)
            .build();

    private final Path path;
    private final TargetTable table;
    private final long rowGroupBytes;
    private final MessageType schema;
    private final ColumnValues[] values;
    private final ZstandardCodec codec = new ZstandardCodec();
    private final ParquetFileWriter file;
    private @Nullable RowGroup group;
    private int pageRows;
    private long rows;
    private boolean finished;

    /**
     * @param path a file that does not exist yet
     * @param table the table whose rows follow
     */
    public ParquetTableWriter(Path path, TargetTable table) {
        this(path, table, ROW_GROUP_BYTES);
    }

    ParquetTableWriter(Path path, TargetTable table, long rowGroupBytes) {
        this.path = path;
        this.rowGroupBytes = rowGroupBytes;
        this.table = requireNonNull(table, "table is null");
        schema = ParquetSchemas.of(table);
        values = table.columns().stream()
                .map(column -> new ColumnValues(column.type() instanceof TargetType.Text))
                .toArray(ColumnValues[]::new);
        try {
            file = new ParquetFileWriter(
                    new BufferedOutputFile(path),
                    schema,
                    ParquetFileWriter.Mode.CREATE,
                    rowGroupBytes,
                    NO_PADDING,
                    null,
                    PROPERTIES);
            file.start();
        } catch (IOException e) {
            codec.close();
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    /** Takes the next values of a column. It is the same object for the whole file, and may have values already. */
    public ColumnValues column(int index) {
        return values[index];
    }

    /** How many rows may be added before {@link #endRows} must be called; at least 1. */
    public int room() {
        return PAGE_ROWS - pageRows;
    }

    /**
     * Ends rows.
     *
     * @param count how many rows were added to every column; at most {@link #room()}
     * @throws IllegalStateException if a column has more or fewer values than that, if a mandatory one has NULL, or if a
     *     number is none of the column's type; the file cannot be finished then
     */
    public void endRows(int count) {
        pageRows += count;
        rows += count;
        long textBytes = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i].size() != pageRows) {
                throw new IllegalStateException(
                        table.name() + "." + table.columns().get(i).name() + " has " + values[i].size()
                                + " values in this page; expected " + pageRows);
            }
            textBytes = Math.max(textBytes, values[i].byteCount());
        }
        if (pageRows >= PAGE_ROWS || textBytes >= PAGE_TEXT_BYTES) {
            endPage();
        }
    }

    /** The rows written so far. */
    public long rows() {
        return rows;
    }

    /**
     * Completes the file.
     *
     * @param metadata key/value metadata, see {@link MetadataKeys}
     */
    public void finish(Map<String, String> metadata) {
        endPage();
        endGroup();
        try {
            // Sorted, because the order of a caller's map may differ from run to run.
            file.end(new TreeMap<>(metadata));
        } catch (IOException e) {
            throw unwritable(e);
        }
        finished = true;
    }

    /** Frees what the writer holds; without {@link #finish} the file is left incomplete, and no reader accepts it. */
    @Override
    public void close() {
        try (codec) {
            if (group != null) {
                group.close();
                group = null;
            }
            if (!finished) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the Parquet file of " + table.name(), e);
        }
    }

    private void endPage() {
        if (pageRows == 0) {
            return;
        }
        RowGroup current = group == null ? startGroup() : group;
        try {
            current.writePages(values, pageRows);
        } catch (IOException e) {
            throw unwritable(e);
        }
        for (ColumnValues column : values) {
            column.clear();
        }
        pageRows = 0;
        if (current.bytes() >= rowGroupBytes) {
            endGroup();
        }
    }

    private RowGroup startGroup() {
        RowGroup started = new RowGroup(table, schema, codec);
        group = started;
        return started;
    }

    private void endGroup() {
        if (group == null) {
            return;
        }
        try {
            group.writeTo(file);
            group.close();
            group = null;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private UncheckedIOException unwritable(IOException cause) {
        return new UncheckedIOException(
                "cannot write the Parquet file of " + table.name() + " to " + path
                        + "; if the disk is full, it needs more room (in Lambda: ephemeral storage)",
                cause);
    }

    /** The pages that are encoded and not in the file yet. */
    private static final class RowGroup implements AutoCloseable {
        private final ColumnChunkPageWriteStore store;
        private final List<PageWriter> writers;
        private final ColumnPages[] columns;
        private long rows;

        RowGroup(TargetTable table, MessageType schema, ZstandardCodec codec) {
            store = new ColumnChunkPageWriteStore(
                    codec, schema, HeapByteBufferAllocator.getInstance(), COLUMN_INDEX_TRUNCATE_LENGTH, true);
            writers = schema.getColumns().stream().map(store::getPageWriter).toList();
            columns = IntStream.range(0, writers.size())
                    .mapToObj(i -> ColumnPages.of(new ColumnPages.Target(
                            table.name(),
                            table.columns().get(i),
                            schema.getColumns().get(i),
                            writers.get(i),
                            codec)))
                    .toArray(ColumnPages[]::new);
        }

        void writePages(ColumnValues[] values, int count) throws IOException {
            for (int i = 0; i < columns.length; i++) {
                columns[i].writePage(values[i]);
            }
            rows += count;
        }

        /** How much it will be in the file, dictionaries not counted. */
        long bytes() {
            return writers.stream().mapToLong(PageWriter::getMemSize).sum();
        }

        void writeTo(ParquetFileWriter file) throws IOException {
            for (ColumnPages column : columns) {
                column.finish();
            }
            file.startBlock(rows);
            store.flushToFileWriter(file);
            file.endBlock();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
