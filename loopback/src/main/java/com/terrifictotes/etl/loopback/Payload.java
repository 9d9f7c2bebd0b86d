package com.terrifictotes.etl.loopback;

import com.terrifictotes.etl.loopback.ChecksumAlgorithm.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The body of an upload, received into a file and verified against every checksum that came with it.
 *
 * @param size in bytes
 * @param md5 in lower-case hexadecimal digits: the entity tag of what was not encrypted with a KMS key
 * @param checksum the checksum the client sent, verified, if it sent one
 */
record Payload(long size, String md5, Optional<StoredChecksum> checksum) {

    private static final Pattern SHA256_HASH = Pattern.compile("[0-9a-f]{64}");

    /** A checksum in the form S3 stores it: Base64. */
    record StoredChecksum(ChecksumAlgorithm algorithm, String value) {}

    /**
     * Reads the whole body into {@code target}.
     *
     * @throws Refusal if the body is shorter than announced or a checksum does not match; the file is the caller's to remove
     * @throws IOException if the client went away
     */
    static Payload receive(S3Request request, Path target) throws IOException {
        Optional<AwsChunkedInputStream> chunked =
                isChunked(request) ? Optional.of(new AwsChunkedInputStream(request.body())) : Optional.empty();
        Optional<ChecksumAlgorithm> algorithm = announcedAlgorithm(request);
        Optional<String> expectedHash = request.header("x-amz-content-sha256")
                .filter(value -> SHA256_HASH.matcher(value).matches());
        Running md5 = ChecksumAlgorithm.md5();
        Optional<Running> sha256 = expectedHash.map(hash -> ChecksumAlgorithm.SHA256.start());
        Optional<Running> sum = algorithm.map(ChecksumAlgorithm::start);
        List<Running> all = Stream.of(Optional.of(md5), sha256, sum)
                .flatMap(Optional::stream)
                .toList();

        long size = copy(chunked.isPresent() ? chunked.get() : request.body(), target, all);

        verifySize(request, chunked.isPresent(), size);
        byte[] md5Value = md5.value();
        verifyMd5(request, md5Value);
        Optional<String> foundHash = sha256.map(Running::value).map(HexFormat.of()::formatHex);
        if (!foundHash.equals(expectedHash)) {
            throw S3Refusals.contentHashMismatch();
        }
        Optional<StoredChecksum> checksum =
                sum.map(found -> verifyChecksum(request, chunked, algorithm.orElseThrow(), found.value()));
        return new Payload(size, HexFormat.of().formatHex(md5Value), checksum);
    }

    private static long copy(InputStream source, Path target, List<Running> checksums) throws IOException {
        long size = 0;
        try (OutputStream file = Files.newOutputStream(target)) {
            byte[] buffer = new byte[64 * 1024];
            for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                file.write(buffer, 0, read);
                size += read;
                for (Running checksum : checksums) {
                    checksum.update(buffer, 0, read);
                }
            }
        }
        return size;
    }

    private static boolean isChunked(S3Request request) {
        return request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-")
                || request.header("content-encoding").orElse("").contains("aws-chunked");
    }

    private static Optional<ChecksumAlgorithm> announcedAlgorithm(S3Request request) {
        Optional<String> trailer = request.header("x-amz-trailer");
        if (trailer.isPresent()) {
            return Optional.of(ChecksumAlgorithm.ofHeader(trailer.get()));
        }
        return Arrays.stream(ChecksumAlgorithm.values())
                .filter(algorithm -> request.header(algorithm.header()).isPresent())
                .findFirst();
    }

    private static void verifySize(S3Request request, boolean chunked, long size) {
        String header = chunked ? "x-amz-decoded-content-length" : "content-length";
        Optional<String> announced = request.header(header);
        if (announced.isPresent() && !announced.get().equals(Long.toString(size))) {
            throw S3Refusals.incompleteBody(header + " is " + announced.get() + ", found " + size + " bytes");
        }
    }

    private static void verifyMd5(S3Request request, byte[] md5) {
        Optional<String> expected = request.header("content-md5");
        if (expected.isPresent() && !Arrays.equals(decode("Content-MD5", expected.get(), md5.length), md5)) {
            throw S3Refusals.badDigest("Content-MD5");
        }
    }

    private static StoredChecksum verifyChecksum(
            S3Request request, Optional<AwsChunkedInputStream> chunked, ChecksumAlgorithm algorithm, byte[] found) {
        String header = algorithm.header();
        Optional<String> trailer =
                chunked.flatMap(stream -> Optional.ofNullable(stream.trailers().get(header)));
        String expected = trailer.or(() -> request.header(header))
                .orElseThrow(() -> S3Refusals.incompleteBody("the announced trailer " + header + " is missing"));
        if (!Arrays.equals(decode(algorithm.name(), expected, found.length), found)) {
            throw S3Refusals.badDigest(algorithm.name());
        }
        return new StoredChecksum(algorithm, expected);
    }

    private static byte[] decode(String name, String base64, int length) {
        try {
            byte[] decoded = Base64.getDecoder().decode(base64);
            if (decoded.length == length) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw S3Refusals.invalidDigest(name);
        }
        throw S3Refusals.invalidDigest(name);
    }
}
