package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.catalogue.Expression;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a source table that other rows join to, by primary key, with only the columns that are needed.
 *
 * <p>Memory is bounded whatever the rows contain: 32 bytes for each key at most (48 while the index
 * grows), and {@value #MEMORY} bytes of values; beyond that they are in a temporary file. Made by one thread, then read by any number.
 */
final class ParentRows implements AutoCloseable {

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int MEMORY = 8 << 20;
    private static final int FIRST_BYTES = 4096;
    private static final int NULL_LENGTH = -1;

    private final List<String> columns;
    private final Path file;
    private final KeyIndex index = new KeyIndex();

    /** Rows that are not in the file: length of the row, then length and bytes of each column. */
    private byte[] rows = new byte[FIRST_BYTES];

    private int used;

    /** The rows before {@link #rows}. */
    private @Nullable FileChannel spilled;

    private long spilledBytes;

    /**
     * Reads all rows.
     *
     * @param store the ingestion bucket
     * @param table the joined table
     * @param target the warehouse table that needs some of its columns
     * @param objects its CSV objects
     * @param file a file that does not exist yet, for what does not fit into memory; whoever owns its folder removes it
     */
    ParentRows(ObjectStore store, SourceTable table, TargetTable target, List<CsvObject> objects, Path file) {
        this.file = file;
        // Each with whether it is mandatory, which the same column may be in one place and not in another.
        Map<String, Boolean> needed = new LinkedHashMap<>();
        for (TargetColumn column : target.columns()) {
            if (column.expression() instanceof Expression.Value value
                    && value.table().equals(table.name())) {
                needed.merge(value.column(), !column.nullable(), Boolean::logicalOr);
            }
        }
        columns = List.copyOf(needed.keySet());
        try {
            for (CsvObject object : objects) {
                try (var reader = new CsvObjectReader(store, object)) {
                    int key = reader.indexOf(table.key(), target.name());
                    int[] fields = needed.entrySet().stream()
                            .mapToInt(column -> column.getValue()
                                    ? reader.indexOf(column.getKey(), target.name())
                                    : reader.optionalIndexOf(column.getKey()))
                            .toArray();
                    while (reader.next()) {
                        addAll(reader.records(), key, fields);
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            discard(e);
            throw e;
        }
    }

    /** Where a column is among those that are needed. */
    int indexOf(String column) {
        return columns.indexOf(column);
    }

    /** An empty range for {@link #find}. */
    JoinedRows joined() {
        return new JoinedRows(columns.size());
    }

    /**
     * Adds the row with a key to a range.
     *
     * @return false if there is none; nothing is added then
     */
    boolean find(int key, JoinedRows joined) {
        long position = index.find(key);
        if (position == KeyIndex.ABSENT) {
            return false;
        }
        if (position >= spilledBytes) {
            int start = (int) (position - spilledBytes);
            int length = (int) INT.get(rows, start);
            System.arraycopy(rows, start + Integer.BYTES, joined.bytes(length), joined.byteCount(), length);
            joined.addRow(length);
        } else {
            byte[] length = new byte[Integer.BYTES];
            readFile(length, 0, Integer.BYTES, position);
            int rowLength = (int) INT.get(length, 0);
            readFile(joined.bytes(rowLength), joined.byteCount(), rowLength, position + Integer.BYTES);
            joined.addRow(rowLength);
        }
        return true;
    }

    @Override
    public void close() {
        try {
            if (spilled != null) {
                spilled.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }

    /** Leaves nothing behind, and does not hide why. */
    private void discard(Throwable failure) {
        try {
            close();
            Files.deleteIfExists(file);
        } catch (IOException | UncheckedIOException e) {
            failure.addSuppressed(e);
        }
    }

    private void addAll(CsvRecords records, int key, int[] fields) {
        for (int record = 0; record < records.size(); record++) {
            long keyPlace = records.place(record, key);
            long number = keyPlace == CsvRecords.NULL
                    ? CsvValues.INVALID
                    : CsvValues.wholeNumber(records.bytes(), CsvRecords.start(keyPlace), CsvRecords.length(keyPlace));
            // Nobody can refer to a row whose key is no number, and in a misshapen one the values may be those of other
            // columns. Whoever refers to it is quarantined, as is the row itself where it is one of its own.
            if (number != CsvValues.INVALID && !records.isMisshapen(record)) {
                index.put((int) number, spilledBytes + used);
                add(records, record, fields);
            }
        }
    }

    private void add(CsvRecords records, int record, int[] fields) {
        int most = Integer.BYTES;
        for (int field : fields) {
            long place = place(records, record, field);
            most += Integer.BYTES + (place == CsvRecords.NULL ? 0 : CsvRecords.length(place));
        }
        reserve(most);
        int at = used + Integer.BYTES;
        for (int field : fields) {
            long place = place(records, record, field);
            int length = place == CsvRecords.NULL
                    ? NULL_LENGTH
                    : CsvRecords.copy(records.bytes(), place, rows, at + Integer.BYTES);
            INT.set(rows, at, length);
            at += Integer.BYTES + Math.max(length, 0);
        }
        INT.set(rows, used, at - used - Integer.BYTES);
        used = at;
        if (used > MEMORY) {
            spill();
        }
    }

    /** NULL for a column that the object does not have. */
    private static long place(CsvRecords records, int record, int field) {
        return field < 0 ? CsvRecords.NULL : records.place(record, field);
    }

    private void reserve(int length) {
        if (length > rows.length - used) {
            rows = Arrays.copyOf(rows, Math.max(used + length, Math.min(2 * rows.length, MEMORY + FIRST_BYTES)));
        }
    }

    private void spill() {
        try {
            FileChannel channel = spilled;
            if (channel == null) {
                channel = FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
                spilled = channel;
            }
            ByteBuffer source = ByteBuffer.wrap(rows, 0, used);
            while (source.hasRemaining()) {
                spilledBytes += channel.write(source);
            }
            used = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write " + file + "; if it is full, the function needs more ephemeral storage", e);
        }
    }

    private void readFile(byte[] target, int offset, int length, long position) {
        ByteBuffer rest = ByteBuffer.wrap(target, offset, length);
        try {
            while (rest.hasRemaining()) {
                if (spilled == null || spilled.read(rest, position + rest.position() - offset) < 0) {
                    throw new IOException("the file ends too early");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
