package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsErrors;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Counts and digests what is read of an S3 object. A connection that breaks off becomes a pipeline exception here, so
 * that a reader above cannot take it for malformed content.
 */
final class DigestingInputStream extends FilterInputStream {

    private final String location;
    private final MessageDigest digest;
    private long bytes;

    DigestingInputStream(InputStream object, String location) {
        super(object);
        this.location = location;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
            digest.update(buffer, offset, count);
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

    /** The SHA-256 of everything that was read, in lower-case hexadecimal; ends the digest. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
