package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsErrors;
import com.terrifictotes.etl.common.storage.Checksum;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Counts what is read of an S3 object, and computes its checksum. A connection that breaks off becomes a pipeline exception here, so
 * that a reader above cannot take it for malformed content.
 */
final class CheckedObjectStream extends FilterInputStream {

    private final String location;
    private final Checksum checksum = new Checksum();
    private long bytes;

    CheckedObjectStream(InputStream object, String location) {
        super(object);
        this.location = location;
    }

    @Override
    public int read() {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(single[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        int count;
        try {
            count = in.read(buffer, offset, length);
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "read " + location);
        } catch (IOException e) {
            throw PipelineException.of(
                    ErrorCode.AWS_UNAVAILABLE,
                    "cannot read " + location + ": the connection broke off; it is tried again by itself",
                    e);
        }
        if (count > 0) {
            checksum.update(buffer, offset, count);
            bytes += count;
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** How many bytes were read. */
    long bytes() {
        return bytes;
    }

    /** The checksum of everything that was read. */
    String checksum() {
        return checksum.hexadecimal();
    }
}
