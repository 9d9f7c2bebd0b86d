package com.terrifictotes.etl.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;

/** A whole answer, decided before its first byte is sent, so that a fault can still replace it. */
record Reply(int status, Map<String, String> headers, Content content) {

    /** Where the body comes from; its length is known. */
    sealed interface Content {

        long length();
    }

    /** A small body in memory. */
    @SuppressWarnings("ArrayRecordComponent") // made and used in one place, never compared
    record Bytes(byte[] bytes) implements Content {

        @Override
        public long length() {
            return bytes.length;
        }
    }

    /** A range of an object's file. Objects never change, so the file may be opened late. */
    record FileRange(Path file, long offset, long length) implements Content {}

    private static final Content NOTHING = new Bytes(new byte[0]);

    Reply {
        headers = Map.copyOf(headers);
    }

    static Reply empty(int status, Map<String, String> headers) {
        return new Reply(status, headers, NOTHING);
    }

    static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, Map.of("Content-Type", contentType), new Bytes(body));
    }

    /** Writes the first {@code limit} bytes of the body, or all of a shorter one. */
    void writeBody(OutputStream target, long limit) throws IOException {
        switch (content) {
            case Bytes(byte[] bytes) -> target.write(bytes, 0, (int) Math.min(bytes.length, limit));
            case FileRange(Path file, long offset, long length) -> {
                try (FileChannel channel = FileChannel.open(file)) {
                    channel.position(offset);
                    copy(Channels.newInputStream(channel), target, Math.min(length, limit));
                }
            }
        }
    }

    private static void copy(InputStream source, OutputStream target, long length) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (long left = length; left > 0; ) {
            int read = source.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("the file ended " + left + " bytes early");
            }
            target.write(buffer, 0, read);
            left -= read;
        }
    }
}
