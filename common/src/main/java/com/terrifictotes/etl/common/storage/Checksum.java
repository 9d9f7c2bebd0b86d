package com.terrifictotes.etl.common.storage;

import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The CRC-32 of a CSV object (ISO/HDLC, that of zip and of S3's {@code x-amz-checksum-crc32}): it finds damage, not malice.
 * Whoever could forge an object could forge its manifest as well.
 *
 * <p>Lambda's Java runtime compiles with C1 only, in which a CRC-32 costs next to nothing and a SHA-256 more than all the
 * rest of a transformation.
 */
public final class Checksum {

    private final CRC32 crc32 = new CRC32();

    /** The checksum of some bytes. */
    public static String of(byte[] content) {
        Checksum checksum = new Checksum();
        checksum.update(content, 0, content.length);
        return checksum.hexadecimal();
    }

    /** Goes on with some bytes. */
    public void update(byte[] bytes, int offset, int length) {
        crc32.update(bytes, offset, length);
    }

    /** The checksum of everything until now, eight lower-case hexadecimal digits. */
    public String hexadecimal() {
        return HexFormat.of().toHexDigits(crc32.getValue(), 8);
    }
}
