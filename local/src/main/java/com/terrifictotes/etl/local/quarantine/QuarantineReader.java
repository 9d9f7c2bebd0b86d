package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsErrors;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/** Reads objects of the quarantine line by line; a line that is none is told, and the others are read all the same. */
final class QuarantineReader {

    /** Far more than transform writes; it cuts long values. */
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    /** An object that is something else altogether should not fill the screen. */
    private static final int TOLD_LINES = 3;

    /** What is done with a line. */
    interface RowHandler {
        /**
         * Takes a row.
         *
         * @param line the bytes that it was read from
         * @return whether the next one is wanted
         */
        boolean accept(QuarantinedRow row, byte[] line);
    }

    private final ObjectStore store;
    private final PrintWriter error;
    private boolean allReadable = true;

    /**
     * @param store the bucket
     * @param error where lines that cannot be read are told
     */
    QuarantineReader(ObjectStore store, PrintWriter error) {
        this.store = store;
        this.error = error;
    }

    /**
     * Reads an object.
     *
     * @return whether the handler wanted more than there was
     * @throws PipelineException if there is no such object, or it cannot be read
     */
    boolean read(String key, RowHandler handler) {
        String location = store.locate(key);
        try (InputStream input = store.open(key)) {
            boolean wanted = read(new LineReader(input, LONGEST_LINE), location, handler);
            if (!wanted && input instanceof ResponseInputStream<?> response) {
                // To close it would first read the rest.
                response.abort();
            }
            return wanted;
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "read " + location);
        } catch (IOException e) {
            throw PipelineException.of(
                    ErrorCode.AWS_UNAVAILABLE, "cannot read " + location + ": the connection broke off; try again", e);
        }
    }

    /** Whether every line so far was a quarantined row. */
    boolean allReadable() {
        return allReadable;
    }

    private boolean read(LineReader lines, String location, RowHandler handler) throws IOException {
        long number = 0;
        long unreadable = 0;
        boolean wanted = true;
        for (byte[] line = lines.next(); line != null && wanted; line = wanted ? lines.next() : null) {
            number++;
            try {
                if (lines.wasCut()) {
                    throw new IOException("too long");
                }
                wanted = handler.accept(QuarantinedRow.parse(line), line);
            } catch (IOException e) {
                unreadable++;
                if (unreadable <= TOLD_LINES) {
                    error.println("line " + number + " of " + location + " is left out: "
                            + (lines.wasCut()
                                    ? "it is longer than " + LONGEST_LINE + " bytes"
                                    : "it is no JSON object of a quarantined row"));
                }
            }
        }
        if (unreadable > TOLD_LINES) {
            error.println((unreadable - TOLD_LINES) + " more lines of " + location + " are left out");
        }
        error.flush();
        allReadable &= unreadable == 0;
        return wanted;
    }
}
