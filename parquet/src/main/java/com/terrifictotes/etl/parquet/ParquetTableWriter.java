package com.terrifictotes.etl.parquet;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one warehouse table into a local Parquet file: set the values of a row by column index (the order
 * of {@link TargetTable#columns()}), then {@link #endRow}; at last {@link #finish}. The same rows give the same bytes:
 * nothing in the file depends on clock, machine or locale.
 *
 * <p>Memory is bounded by one row group. Not for several threads.
 */
public final class ParquetTableWriter implements AutoCloseable {

    /** Finished pages, compressed, and those being filled; it bounds the memory of writer and reader. */
    private static final long ROW_GROUP_BYTES = 64L * 1024 * 1024;

    /** Asking for the size visits every column, so it is not done for every row. */
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 5_000;

    /** Parquet's default length of the bounds in a column index. */
    private static final int COLUMN_INDEX_TRUNCATE_LENGTH = 64;

    private static final int NO_PADDING = 0;

    private static final ParquetProperties PROPERTIES = ParquetProperties.builder()
            .withWriterVersion(WriterVersion.PARQUET_2_0)
            .withPageWriteChecksumEnabled(true)
            .build();

    private final TargetTable table;
    private final long rowGroupBytes;
    private final TargetColumn[] columns;
    private final PrimitiveTypeName[] physicalTypes;
    private final long[] decimalBounds;
    private final MessageType schema;
    private final ZstandardCodec codec = new ZstandardCodec();
    private final ParquetFileWriter file;

    /** The row being filled: numbers (0 and 1 for truth values) or text; what is not set is NULL. */
    private final boolean[] present;

    private final long[] numbers;
    private final @Nullable Binary[] texts;

    private final ColumnWriter[] writers;
    private @Nullable RowGroup group;
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
        this.rowGroupBytes = rowGroupBytes;
        this.table = requireNonNull(table, "table is null");
        columns = table.columns().toArray(TargetColumn[]::new);
        physicalTypes = Arrays.stream(columns)
                .map(column -> ParquetSchemas.physicalType(column.type()))
                .toArray(PrimitiveTypeName[]::new);
        decimalBounds = Arrays.stream(columns)
                .mapToLong(column -> column.type() instanceof TargetType.Decimal decimal
                        ? BigInteger.TEN.pow(decimal.precision()).longValueExact()
                        : 0)
                .toArray();
        schema = ParquetSchemas.of(table);
        present = new boolean[columns.length];
        numbers = new long[columns.length];
        texts = new Binary[columns.length];
        writers = new ColumnWriter[columns.length];
        try {
            file = new ParquetFileWriter(
                    new LocalOutputFile(path),
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

    /** Sets a whole number, or a day as days since 1970-01-01. */
    public void setInt(int column, int value) {
        TargetType type = columns[column].type();
        require(column, type instanceof TargetType.Whole || type instanceof TargetType.Date, "an int");
        setNumber(column, value);
    }

    /** Sets a time of day in microseconds since midnight. */
    public void setLong(int column, long microseconds) {
        require(column, columns[column].type() instanceof TargetType.Time, "a long");
        setNumber(column, microseconds);
    }

    /** Sets a decimal as its digits without the point: 12.50 at scale 2 is 1250. */
    public void setDecimal(int column, long unscaled) {
        long bound = decimalBounds[column];
        require(column, unscaled < bound && unscaled > -bound, "a decimal of that many digits");
        setNumber(column, unscaled);
    }

    /** Sets a truth value. */
    public void setBoolean(int column, boolean value) {
        require(column, columns[column].type() instanceof TargetType.Truth, "a boolean");
        setNumber(column, value ? 1 : 0);
    }

    /** Sets text. */
    public void setText(int column, String value) {
        require(column, columns[column].type() instanceof TargetType.Text, "text");
        texts[column] = Binary.fromString(value);
        present[column] = true;
    }

    /** Sets text; the array must not be changed afterwards. */
    public void setUtf8(int column, byte[] value) {
        require(column, columns[column].type() instanceof TargetType.Text, "text");
        texts[column] = Binary.fromConstantByteArray(value);
        present[column] = true;
    }

    /** Sets NULL, which is also what a column is that nothing was set in. */
    public void setNull(int column) {
        present[column] = false;
    }

    /** Forgets what was set since the last row ended. */
    public void discardRow() {
        Arrays.fill(present, false);
    }

    /**
     * Ends a row; the next one begins with nothing set.
     *
     * @throws IllegalStateException if a mandatory column is NULL; the row is not written, not even in part
     */
    public void endRow() {
        for (int i = 0; i < columns.length; i++) {
            if (!present[i] && !columns[i].nullable()) {
                throw new IllegalStateException(
                        "row " + (rows + 1) + " of " + table.name() + " has no " + columns[i].name());
            }
        }
        RowGroup current = group == null ? startGroup() : group;
        for (int i = 0; i < columns.length; i++) {
            write(i, writers[i]);
            present[i] = false;
        }
        current.store.endRecord();
        current.rows++;
        rows++;
        if (current.rows % ROWS_BETWEEN_SIZE_CHECKS == 0 && current.store.getBufferedSize() >= rowGroupBytes) {
            endGroup();
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
        endGroup();
        try {
            // Sorted, because the order of a caller's map may differ from run to run.
            file.end(new TreeMap<>(metadata));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot complete the Parquet file of " + table.name(), e);
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

    private void write(int column, ColumnWriter writer) {
        int definitionLevel = columns[column].nullable() ? 1 : 0;
        if (!present[column]) {
            writer.writeNull(0, 0);
            return;
        }
        switch (physicalTypes[column]) {
            case INT32 -> writer.write((int) numbers[column], 0, definitionLevel);
            case INT64 -> writer.write(numbers[column], 0, definitionLevel);
            case BOOLEAN -> writer.write(numbers[column] != 0, 0, definitionLevel);
            case BINARY -> writer.write(requireNonNull(texts[column]), 0, definitionLevel);
            case INT96, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY ->
                throw new IllegalStateException("no column has type " + physicalTypes[column]);
        }
    }

    private void setNumber(int column, long value) {
        numbers[column] = value;
        present[column] = true;
    }

    private void require(int column, boolean fits, String given) {
        if (!fits) {
            throw new IllegalArgumentException(
                    table.name() + "." + columns[column].name() + " is " + columns[column].type() + ", not " + given);
        }
    }

    private RowGroup startGroup() {
        RowGroup started = new RowGroup(schema, codec);
        for (int i = 0; i < columns.length; i++) {
            writers[i] = started.store.getColumnWriter(schema.getColumns().get(i));
        }
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
            throw new UncheckedIOException("cannot write the Parquet file of " + table.name(), e);
        }
    }

    /** The rows that are encoded and not in the file yet. */
    private static final class RowGroup implements AutoCloseable {
        private final ColumnChunkPageWriteStore pages;
        private final ColumnWriteStore store;
        private long rows;

        RowGroup(MessageType schema, ZstandardCodec codec) {
            pages = new ColumnChunkPageWriteStore(
                    codec, schema, HeapByteBufferAllocator.getInstance(), COLUMN_INDEX_TRUNCATE_LENGTH, true);
            store = PROPERTIES.newColumnWriteStore(schema, pages, pages);
        }

        void writeTo(ParquetFileWriter file) throws IOException {
            store.flush();
            file.startBlock(rows);
            pages.flushToFileWriter(file);
            file.endBlock();
        }

        @Override
        public void close() {
            store.close();
            pages.close();
        }
    }
}
