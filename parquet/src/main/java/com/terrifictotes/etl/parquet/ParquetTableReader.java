package com.terrifictotes.etl.parquet;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.parquet.HadoopFreeReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a local Parquet file of one warehouse table, row by row: {@link #next}, then the row's values by column index
 * (the order of {@link TargetTable#columns()}), in any order and as often as wanted.
 *
 * <p>Memory is bounded by one row group, compressed. Not for several threads.
 */
public final class ParquetTableReader implements AutoCloseable {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Magic, footer length, magic. */
    private static final int SMALLEST_FILE = 12;

    private final String location;
    private final ZstandardCodec codec;
    private final ParquetFileReader file;
    private final TargetTable table;
    private final MessageType schema;

    /** Of each column of the table, null where the file lacks it. */
    private final @Nullable ColumnReader[] columns;

    private @Nullable PageReadStore group;
    private long rowsLeftInGroup;

    private ParquetTableReader(
            String location, ZstandardCodec codec, ParquetFileReader file, TargetTable table, MessageType schema) {
        this.location = location;
        this.codec = codec;
        this.file = file;
        this.table = table;
        this.schema = schema;
        columns = new @Nullable ColumnReader[table.columns().size()];
    }

    /**
     * Opens a file and checks that it is complete and can be read as rows of the table. Columns are matched by name: one
     * that the file lacks is NULL in every row, one that the table lacks is passed over.
     *
     * @param path the local file
     * @param table the table that it must be of
     * @param location where it was copied from, for messages: {@code s3://bucket/key}
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if it is no complete Parquet file, or lacks a mandatory
     *     column, or has one of another type or with NULL where the table does not allow it
     */
    public static ParquetTableReader open(Path path, TargetTable table, String location) {
        requireMagic(path, location);
        var codec = new ZstandardCodec();
        @Nullable ParquetFileReader file = null;
        try {
            file = new ParquetFileReader(new LocalInputFile(path), HadoopFreeReadOptions.of(codec));
            MessageType common =
                    SchemaMatch.commonColumns(file.getFileMetaData().getSchema(), table, location);
            file.setRequestedSchema(common);
            return new ParquetTableReader(location, codec, file, table, common);
        } catch (IOException | RuntimeException e) {
            PipelineException failure =
                    e instanceof PipelineException known ? known : corrupt(location, "has no readable footer", e);
            closeQuietly(file, codec, failure);
            throw failure;
        }
    }

    /** The key/value metadata, see {@link MetadataKeys}. */
    public Map<String, String> metadata() {
        return Map.copyOf(file.getFileMetaData().getKeyValueMetaData());
    }

    /** How many rows the file has. */
    public long rows() {
        return file.getRowGroups().stream()
                .mapToLong(BlockMetaData::getRowCount)
                .sum();
    }

    /**
     * Goes to the next row, at first to the first one.
     *
     * @return false when there is none
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if a page is damaged
     */
    public boolean next() {
        try {
            if (rowsLeftInGroup > 1) {
                for (ColumnReader column : columns) {
                    if (column != null) {
                        pass(column);
                    }
                }
                rowsLeftInGroup--;
                return true;
            }
            return nextGroup();
        } catch (IOException | RuntimeException e) {
            throw corrupt(location, "has a damaged page", e);
        }
    }

    /** Whether the value is NULL; the other methods must not be asked for it then. */
    public boolean isNull(int column) {
        ColumnReader reader = columns[column];
        return reader == null || isNull(reader);
    }

    /** A whole number, or a day as days since 1970-01-01. */
    public int intValue(int column) {
        return present(column).getInteger();
    }

    /** A time of day in microseconds since midnight. */
    public long longValue(int column) {
        return present(column).getLong();
    }

    /** A decimal as its digits without the point: 12.50 at scale 2 is 1250. */
    public long unscaledDecimal(int column) {
        ColumnReader reader = present(column);
        return switch (reader.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> reader.getInteger();
            case INT64 -> reader.getLong();
            case BINARY, BOOLEAN, DOUBLE, FIXED_LEN_BYTE_ARRAY, FLOAT, INT96 ->
                throw new IllegalArgumentException(reader.getDescriptor() + " is no decimal");
        };
    }

    /** A truth value. */
    public boolean booleanValue(int column) {
        return present(column).getBoolean();
    }

    /** Text. */
    public String text(int column) {
        return present(column).getBinary().toStringUsingUTF8();
    }

    /** Text as its UTF-8 bytes, a copy. */
    public byte[] utf8(int column) {
        return present(column).getBinary().getBytes();
    }

    /** Frees what the reader holds; the file stays. */
    @Override
    public void close() {
        try (codec;
                file) {
            closeGroup();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the copy of " + location, e);
        }
    }

    private ColumnReader present(int column) {
        return requireNonNull(columns[column], "the column is NULL");
    }

    private static boolean isNull(ColumnReader column) {
        return column.getCurrentDefinitionLevel() < column.getDescriptor().getMaxDefinitionLevel();
    }

    private static void pass(ColumnReader column) {
        if (!isNull(column)) {
            // A value that nobody asked for is still in the page.
            column.skip();
        }
        column.consume();
    }

    private boolean nextGroup() throws IOException {
        closeGroup();
        rowsLeftInGroup = 0;
        group = file.readNextRowGroup();
        if (group == null) {
            return false;
        }
        var store = new ColumnReadStoreImpl(
                group, NoConversion.INSTANCE, schema, file.getFileMetaData().getCreatedBy());
        for (int i = 0; i < columns.length; i++) {
            String[] path = {table.columns().get(i).name()};
            columns[i] = schema.containsPath(path) ? store.getColumnReader(schema.getColumnDescription(path)) : null;
        }
        rowsLeftInGroup = group.getRowCount();
        return true;
    }

    private void closeGroup() {
        if (group != null) {
            group.close();
            group = null;
        }
    }

    private static void requireMagic(Path path, String location) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < SMALLEST_FILE) {
                throw corrupt(location, "is " + size + " bytes long, too short for a Parquet file", null);
            }
            if (!magicAt(channel, 0)) {
                throw corrupt(location, "does not begin with PAR1, so it is no Parquet file", null);
            }
            if (!magicAt(channel, size - MAGIC.length)) {
                throw corrupt(location, "does not end with PAR1 after " + size + " bytes, so it was cut off", null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the copy of " + location, e);
        }
    }

    private static boolean magicAt(FileChannel channel, long position) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(MAGIC.length);
        while (found.hasRemaining() && channel.read(found, position + found.position()) >= 0) {
            // A read may give less than was asked for.
        }
        return found.flip().equals(ByteBuffer.wrap(MAGIC));
    }

    /**
     * The error that an object is not what it must be, with what to do about it.
     *
     * @param location where it is: {@code s3://bucket/key}
     * @param problem what is wrong, as a predicate: "has 5 rows; its footer says 6"
     */
    public static PipelineException corrupt(String location, String problem) {
        return corrupt(location, problem, null);
    }

    private static PipelineException corrupt(String location, String problem, @Nullable Throwable cause) {
        return new PipelineException(
                ErrorCode.OBJECT_CORRUPT,
                location + " " + problem
                        + "; put its first version back, or delete it and have its run transformed again",
                cause);
    }

    private static void closeQuietly(@Nullable ParquetFileReader file, ZstandardCodec codec, Exception failure) {
        try (codec) {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The values are taken from the columns directly; parquet-java still wants to know whom it would hand them to. */
    private static final class NoConversion extends GroupConverter {
        static final NoConversion INSTANCE = new NoConversion();
        private static final PrimitiveConverter NOTHING = new PrimitiveConverter() {};

        @Override
        public Converter getConverter(int fieldIndex) {
            return NOTHING;
        }

        @Override
        public void start() {
            // Rows are not assembled.
        }

        @Override
        public void end() {
            // Rows are not assembled.
        }
    }
}
