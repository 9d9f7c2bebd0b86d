package com.terrifictotes.etl.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The payload inside a body of content encoding {@code aws-chunked}: chunks of {@code size[;chunk-signature=…]}, the last
 * one empty, then trailers. Signatures are not checked.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Trailing headers</a>
 */
final class AwsChunkedInputStream extends InputStream {

    private static final int LONGEST_LINE = 8192;
    private static final Pattern SIZE = Pattern.compile("[0-9a-fA-F]{1,15}");

    private final InputStream source;
    private final Map<String, String> trailers = new HashMap<>();
    private long leftInChunk;
    private boolean started;
    private boolean finished;

    AwsChunkedInputStream(InputStream source) {
        this.source = source;
    }

    /** Returns the trailers by lower-case name; complete once the stream has ended. */
    Map<String, String> trailers() {
        return Map.copyOf(trailers);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (leftInChunk == 0 && !finished) {
            nextChunk();
        }
        if (finished) {
            return -1;
        }
        int read = source.read(target, offset, (int) Math.min(length, leftInChunk));
        if (read < 0) {
            throw S3Refusals.incompleteBody("a chunk ended " + leftInChunk + " bytes early");
        }
        leftInChunk -= read;
        return read;
    }

    private void nextChunk() throws IOException {
        if (started && !readLine().isEmpty()) {
            throw S3Refusals.incompleteBody("a chunk is longer than it says");
        }
        started = true;
        String size = readLine().split(";", 2)[0].strip();
        if (!SIZE.matcher(size).matches()) {
            throw S3Refusals.incompleteBody("a chunk's size is no hexadecimal number: '" + size + "'");
        }
        leftInChunk = HexFormat.fromHexDigitsToLong(size);
        if (leftInChunk == 0) {
            finished = true;
            readTrailers();
        }
    }

    private void readTrailers() throws IOException {
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] trailer = line.split(":", 2);
            if (trailer.length == 2) {
                trailers.put(trailer[0].strip().toLowerCase(Locale.ROOT), trailer[1].strip());
            }
        }
    }

    /** Reads up to CR LF or the end: the last empty line is not always sent. */
    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = source.read(); next >= 0 && next != '\n'; next = source.read()) {
            if (line.length() == LONGEST_LINE) {
                throw S3Refusals.incompleteBody("a chunk's header does not end");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
