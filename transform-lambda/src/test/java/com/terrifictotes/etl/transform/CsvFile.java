package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.storage.Checksum;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A CSV object that is too large for memory, in a file, with what the manifest says of it.
 *
 * @param path the file
 * @param rows its records, the header not counted
 * @param bytes its size
 * @param crc32 its checksum
 */
record CsvFile(Path path, long rows, long bytes, String crc32) {

    /** Writes the parts of a record one by one. */
    static final class Writer implements AutoCloseable {

        private static final int COPIES_AT_ONCE = 1 << 16;

        private final Path path;
        private final OutputStream output;
        private final Checksum checksum = new Checksum();
        private long rows;
        private long bytes;

        /** Writes the header. */
        Writer(Path path, String header) {
            this.path = path;
            try {
                output = new BufferedOutputStream(Files.newOutputStream(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            write(header + "\n");
        }

        /** Adds a record, without its line break. */
        void add(String record) {
            write(record + "\n");
            rows++;
        }

        /** Adds a record with so many copies of a piece in the middle that they are written a few at a time. */
        void add(String before, String piece, int copies, String after) {
            write(before);
            for (int left = copies; left > 0; left -= COPIES_AT_ONCE) {
                write(piece.repeat(Math.min(left, COPIES_AT_ONCE)));
            }
            add(after);
        }

        /** Bytes so far. */
        long bytes() {
            return bytes;
        }

        /** What was written. */
        CsvFile finish() {
            close();
            return new CsvFile(path, rows, bytes, checksum.hexadecimal());
        }

        @Override
        public void close() {
            try {
                output.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void write(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            try {
                output.write(utf8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            checksum.update(utf8, 0, utf8.length);
            bytes += utf8.length;
        }
    }
}
