package com.terrifictotes.etl.common.storage;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An object that is written while its content is still being made. It holds at most two parts in memory, one being
 * filled while the other is on its way; what fits into one part is a single put. The key must be this writer's alone.
 *
 * <p>Not for several threads. {@link #close} without {@link #finish} leaves nothing behind.
 */
public final class StreamedObject implements AutoCloseable {

    /** Above S3's minimum of 5 MiB, and 10,000 of them are more than an object of ours ever needs. */
    static final int PART_BYTES = 8 * 1024 * 1024;

    private static final int FIRST_BUFFER_BYTES = 64 * 1024;

    /**
     * What was written.
     *
     * @param key the object's key
     * @param bytes its size
     * @param crc32 its {@link Checksum}
     */
    public record Written(String key, long bytes, String crc32) {}

    private final ObjectStore store;
    private final String key;
    private final String contentType;
    private final ExecutorService uploads;
    private final Checksum checksum = new Checksum();

    private byte[] filling = new byte[FIRST_BUFFER_BYTES];
    private byte[] spare = new byte[0];
    private int filled;
    private long bytes;
    private ObjectStore.@Nullable Multipart multipart;
    private @Nullable Future<?> underWay;
    private boolean finished;

    /**
     * @param store where to
     * @param key a key that no other writer uses
     * @param contentType its media type
     * @param uploads runs the upload of one part while the next is filled; stays the caller's
     */
    public StreamedObject(ObjectStore store, String key, String contentType, ExecutorService uploads) {
        this.store = store;
        this.key = key;
        this.contentType = contentType;
        this.uploads = uploads;
    }

    /** The bytes written so far. */
    public long bytes() {
        return bytes;
    }

    /** Appends content. */
    public void write(byte[] content) {
        checksum.update(content, 0, content.length);
        bytes += content.length;
        int from = 0;
        while (from < content.length) {
            if (filled == filling.length) {
                makeRoom(content.length - from);
            }
            int count = Math.min(content.length - from, filling.length - filled);
            System.arraycopy(content, from, filling, filled, count);
            filled += count;
            from += count;
        }
    }

    /** Makes the object appear, whole. */
    public Written finish() {
        if (multipart == null) {
            requireOurs(store.putIfAbsent(key, Arrays.copyOf(filling, filled), contentType));
        } else {
            awaitUpload();
            if (filled > 0) {
                multipart.upload(filling, filled);
            }
            ObjectStore.PutOutcome outcome = multipart.complete();
            requireOurs(outcome);
            if (outcome == ObjectStore.PutOutcome.TAKEN) {
                multipart.abort();
            }
        }
        finished = true;
        return new Written(key, bytes, checksum.hexadecimal());
    }

    /** Gives an unfinished object up, also when this thread has been interrupted. */
    @Override
    public void close() {
        if (finished || multipart == null) {
            return;
        }
        // The SDK makes no call in an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            settleUpload();
            multipart.abort();
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A part that arrives after the abort would stay. */
    private void settleUpload() throws InterruptedException {
        try {
            if (underWay != null) {
                underWay.get();
            }
        } catch (ExecutionException e) {
            // It is given up in any case; a writer that still needed it has been told.
        }
    }

    private void makeRoom(int wanted) {
        if (filling.length < PART_BYTES) {
            long doubled = Math.max(2L * filling.length, (long) filled + wanted);
            filling = Arrays.copyOf(filling, (int) Math.min(PART_BYTES, doubled));
            return;
        }
        awaitUpload();
        if (multipart == null) {
            multipart = store.startMultipart(key, contentType);
        }
        ObjectStore.Multipart upload = multipart;
        byte[] full = filling;
        int length = filled;
        underWay = uploads.submit(() -> upload.upload(full, length));
        filling = spare.length == PART_BYTES ? spare : new byte[PART_BYTES];
        spare = full;
        filled = 0;
    }

    private void awaitUpload() {
        if (underWay == null) {
            return;
        }
        try {
            underWay.get();
            // Not after a failure: without its part the object must not be completed.
            underWay = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(
                    new InterruptedIOException("interrupted while writing " + store.locate(key)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PipelineException failure) {
                throw failure;
            }
            throw new IllegalStateException("cannot write " + store.locate(key), e.getCause());
        }
    }

    /**
     * Nobody else writes this key, so a taken one is our own earlier try, whose answer the SDK did not get; unless that
     * try is still under way and may yet fail.
     */
    private void requireOurs(ObjectStore.PutOutcome outcome) {
        if (outcome == ObjectStore.PutOutcome.TAKEN && !store.exists(key)) {
            throw PipelineException.of(
                    ErrorCode.AWS_UNAVAILABLE,
                    "cannot write " + store.locate(key) + ": S3 reports a conflicting write that has not finished",
                    null);
        }
    }
}
