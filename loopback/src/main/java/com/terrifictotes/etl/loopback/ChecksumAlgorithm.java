package com.terrifictotes.etl.loopback;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The checksums a client may send with an upload. S3 knows more, none of which the SDK computes without native code. */
enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    SHA1,
    SHA256;

    private static final String PREFIX = "x-amz-checksum-";

    /** A running checksum. */
    interface Running {

        void update(byte[] bytes, int offset, int length);

        /** Returns the checksum's bytes, most significant first; to be called once. */
        byte[] value();
    }

    static boolean isHeader(String name) {
        return Arrays.stream(values()).anyMatch(algorithm -> algorithm.header().equals(name));
    }

    /** Returns the algorithm of a header or trailer such as {@code x-amz-checksum-crc32}. */
    static ChecksumAlgorithm ofHeader(String name) {
        return find(name.toLowerCase(Locale.ROOT).replace(PREFIX, ""))
                .orElseThrow(() -> Refusal.notImplemented("the checksum " + name));
    }

    /** Returns the algorithm of a name such as {@code CRC32}. */
    static ChecksumAlgorithm named(String name) {
        return find(name).orElseThrow(() -> Refusal.notImplemented("the checksum algorithm " + name));
    }

    String header() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    /** Returns the XML element of the checksum, such as {@code ChecksumCRC32}. */
    String element() {
        return "Checksum" + name();
    }

    Running start() {
        return switch (this) {
            case CRC32 -> of(new CRC32());
            case CRC32C -> of(new CRC32C());
            case SHA1 -> of("SHA-1");
            case SHA256 -> of("SHA-256");
        };
    }

    byte[] of(byte[] bytes) {
        Running running = start();
        running.update(bytes, 0, bytes.length);
        return running.value();
    }

    static Running md5() {
        return of("MD5");
    }

    private static Optional<ChecksumAlgorithm> find(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static Running of(Checksum checksum) {
        return new Running() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                checksum.update(bytes, offset, length);
            }

            @Override
            public byte[] value() {
                return ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array();
            }
        };
    }

    private static Running of(String algorithm) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
        return new Running() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }

            @Override
            public byte[] value() {
                return digest.digest();
            }
        };
    }
}
