package com.terrifictotes.etl.local.quarantine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes, none longer than a limit, so that no content can exhaust the memory. */
final class LineReader {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream input;
    private final int limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int filled;
    private boolean cut;

    /**
     * @param input where the lines come from; stays the caller's to close
     * @param limit how many bytes of a line are kept
     */
    LineReader(InputStream input, int limit) {
        this.input = input;
        this.limit = limit;
    }

    /** The next line without its end; null at the end of the stream. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean any = false;
        cut = false;
        while (fill()) {
            any = true;
            int start = position;
            while (position < filled && buffer[position] != '\n') {
                position++;
            }
            int room = Math.min(position - start, limit - line.size());
            line.write(buffer, start, room);
            cut |= room < position - start;
            if (position < filled) {
                position++;
                return line.toByteArray();
            }
        }
        return any ? line.toByteArray() : null;
    }

    /** Whether the last line was longer than the limit, and the rest of it was passed over. */
    boolean wasCut() {
        return cut;
    }

    private boolean fill() throws IOException {
        if (position < filled) {
            return true;
        }
        position = 0;
        filled = Math.max(0, input.read(buffer));
        return filled > 0;
    }
}
