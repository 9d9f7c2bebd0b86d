package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What the pipeline relies on in S3, as one suite that runs against any S3: a client and an empty bucket are all it knows.
 * The keys of each test start with a prefix of its own.
 */
abstract class S3Contract extends S3Scratch {

    private static final int ROUNDS = 3;
    private static final int SMALLEST_PART = 5 * 1024 * 1024;

    // One object

    @Test
    void givesBackWhatWasPut() {
        String eTag = put("plain.csv", "a,b\n1,2\n");

        ResponseBytes<GetObjectResponse> got = get("plain.csv");

        assertThat(got.asUtf8String()).isEqualTo("a,b\n1,2\n");
        assertThat(got.response().contentLength()).isEqualTo(8);
        assertThat(got.response().eTag()).isEqualTo(eTag).isEqualTo("\"e5ebd4c02cefbe7955977c67ada242b7\"");
    }

    @Test
    void keepsAnEmptyObject() {
        put("empty", "");

        assertThat(get("empty").asByteArray()).isEmpty();
        assertThat(head("empty").contentLength()).isZero();
        assertThat(head("empty").eTag()).isEqualTo("\"d41d8cd98f00b204e9800998ecf8427e\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "plus+sign",
                "per%cent%2Fslash",
                "Größe-Ω-日本-😀",
                "a&b=c?d#e",
                "quote'\"<>",
                "a//b",
                "dots../..x"
            })
    void takesOddKeys(String name) {
        put(name, name);

        assertThat(get(name).asUtf8String()).isEqualTo(name);
        assertThat(keys(folder)).containsExactly(folder + name);
    }

    @Test
    void keepsContentTypeAndMetadata() {
        s3().putObject(
                        request -> request.bucket(bucket())
                                .key(folder + "typed")
                                .contentType("text/csv")
                                .metadata(Map.of("run", "0000000001")),
                        RequestBody.fromString("x"));

        HeadObjectResponse head = head("typed");

        assertThat(head.contentType()).isEqualTo("text/csv");
        assertThat(head.metadata()).containsEntry("run", "0000000001");
        assertThat(head.lastModified()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-3", "bytes=4-", "bytes=-4", "bytes=2-100"})
    void givesRanges(String range) {
        put("range", "0123456789");

        ResponseBytes<GetObjectResponse> got = s3().getObjectAsBytes(request ->
                request.bucket(bucket()).key(folder + "range").range(range));

        String expected = switch (range) {
            case "bytes=0-3" -> "0123";
            case "bytes=4-" -> "456789";
            case "bytes=-4" -> "6789";
            default -> "23456789";
        };
        assertThat(got.asUtf8String()).isEqualTo(expected);
        assertThat(got.response().contentRange()).endsWith("/10");
    }

    @Test
    void refusesARangeBeyondTheEnd() {
        put("short", "0123456789");

        S3Exception failure = catchThrowableOfType(
                S3Exception.class,
                () -> s3().getObjectAsBytes(request ->
                        request.bucket(bucket()).key(folder + "short").range("bytes=10-")));

        assertThat(failure.statusCode()).isEqualTo(416);
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidRange");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CRC32", "CRC32C", "SHA1", "SHA256"})
    void keepsTheChecksumForTheClientToValidate(String name) {
        ChecksumAlgorithm algorithm = ChecksumAlgorithm.fromValue(name);
        s3().putObject(
                        request -> request.bucket(bucket())
                                .key(folder + "sum-" + name)
                                .checksumAlgorithm(algorithm),
                        RequestBody.fromString("checked"));

        HeadObjectResponse head = s3().headObject(request ->
                request.bucket(bucket()).key(folder + "sum-" + name).checksumMode(ChecksumMode.ENABLED));

        assertThat(List.of(
                        String.valueOf(head.checksumCRC32()),
                        String.valueOf(head.checksumCRC32C()),
                        String.valueOf(head.checksumSHA1()),
                        String.valueOf(head.checksumSHA256())))
                .filteredOn(value -> !value.equals("null"))
                .hasSize(1);
        assertThat(get("sum-" + name).asUtf8String()).isEqualTo("checked");
    }

    @Test
    void refusesABodyThatDoesNotMatchItsChecksum() {
        S3Exception crc = catchThrowableOfType(
                S3Exception.class,
                () -> s3().putObject(
                                request -> request.bucket(bucket())
                                        .key(folder + "wrong")
                                        .checksumCRC32("AAAAAA=="),
                                RequestBody.fromString("body")));
        S3Exception md5 = catchThrowableOfType(
                S3Exception.class,
                () -> s3().putObject(
                                request -> request.bucket(bucket())
                                        .key(folder + "wrong")
                                        .contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                                RequestBody.fromString("body")));

        assertThat(crc.statusCode()).isEqualTo(400);
        assertThat(md5.awsErrorDetails().errorCode()).isEqualTo("BadDigest");
        assertThat(keys(folder)).isEmpty();
    }

    // What is not there

    @Test
    void saysNoSuchKey() {
        assertThatExceptionOfType(NoSuchKeyException.class).isThrownBy(() -> get("absent"));
        assertThatExceptionOfType(NoSuchKeyException.class)
                .isThrownBy(() -> head("absent"))
                .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(404));
    }

    @Test
    void saysNoSuchBucketAndNamesIt() {
        String absent = "absent-" + UUID.randomUUID();

        assertThatExceptionOfType(NoSuchBucketException.class)
                .isThrownBy(() ->
                        s3().getObjectAsBytes(request -> request.bucket(absent).key("key")))
                .satisfies(failure -> assertThat(
                                failure.awsErrorDetails().rawResponse().asUtf8String())
                        .contains("<BucketName>" + absent + "</BucketName>"));
        assertThatExceptionOfType(NoSuchBucketException.class)
                .isThrownBy(() ->
                        s3().putObject(request -> request.bucket(absent).key("key"), RequestBody.fromString("x")));
        assertThatExceptionOfType(NoSuchBucketException.class)
                .isThrownBy(() -> s3().listObjectsV2(request -> request.bucket(absent)));
        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> s3().headBucket(request -> request.bucket(absent)))
                .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(404));
    }

    @Test
    void findsItsBucket() {
        assertThat(s3().headBucket(request -> request.bucket(bucket()))
                        .sdkHttpResponse()
                        .statusCode())
                .isEqualTo(200);
    }

    // Put if absent

    @Test
    void refusesASecondPutIfAbsent() {
        putIfAbsent("once", "first");

        S3Exception failure = catchThrowableOfType(S3Exception.class, () -> putIfAbsent("once", "second"));

        assertThat(failure.statusCode()).isEqualTo(412);
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("PreconditionFailed");
        assertThat(get("once").asUtf8String()).isEqualTo("first");
    }

    @Test
    void letsExactlyOneOfManyPutsIfAbsentWin() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "race-" + round;
            List<Integer> winners = race(writer -> {
                putIfAbsent(name, "writer " + writer);
                return writer;
            });

            assertThat(winners).hasSize(1);
            assertThat(get(name).asUtf8String()).isEqualTo("writer " + winners.getFirst());
        }
    }

    @Test
    void letsExactlyOneOfManyMultipartUploadsIfAbsentWin() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "multipart-race-" + round;
            List<Integer> winners = race(writer -> {
                String upload = createUpload(name);
                CompletedPart part = uploadPart(name, upload, 1, ("writer " + writer).getBytes(StandardCharsets.UTF_8));
                complete(name, upload, List.of(part));
                return writer;
            });

            assertThat(winners).hasSize(1);
            assertThat(get(name).asUtf8String()).isEqualTo("writer " + winners.getFirst());
        }
    }

    // Multipart uploads

    @Test
    void joinsTheParts() {
        byte[] body = randomBytes(20 * 1024 * 1024);
        String upload = createUpload("large");
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            byte[] part = Arrays.copyOfRange(body, (number - 1) * SMALLEST_PART, number * SMALLEST_PART);
            parts.add(uploadPart("large", upload, number, part));
        }
        assertThat(keys(folder)).isEmpty();

        complete("large", upload, parts);

        assertThat(get("large").asByteArray()).isEqualTo(body);
        assertThat(head("large").eTag()).endsWith("-4\"");
        assertThat(keys(folder)).containsExactly(folder + "large");
    }

    @Test
    void forgetsAnAbortedUpload() {
        String upload = createUpload("aborted");
        CompletedPart part = uploadPart("aborted", upload, 1, new byte[] {1});
        assertThat(openUploads()).containsExactly(folder + "aborted");

        s3().abortMultipartUpload(request ->
                request.bucket(bucket()).key(folder + "aborted").uploadId(upload));

        assertThat(openUploads()).isEmpty();
        assertThatExceptionOfType(NoSuchUploadException.class)
                .isThrownBy(() -> complete("aborted", upload, List.of(part)));
        assertThat(keys(folder)).isEmpty();
    }

    @Test
    void refusesSmallPartsButTheLast() {
        String upload = createUpload("small-parts");
        CompletedPart first = uploadPart("small-parts", upload, 1, new byte[SMALLEST_PART - 1]);
        CompletedPart second = uploadPart("small-parts", upload, 2, new byte[] {1});

        S3Exception failure =
                catchThrowableOfType(S3Exception.class, () -> complete("small-parts", upload, List.of(first, second)));

        assertThat(failure.statusCode()).isEqualTo(400);
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("EntityTooSmall");
        assertThat(keys(folder)).isEmpty();
    }

    @Test
    void refusesPartsThatWereNotUploaded() {
        String upload = createUpload("unknown-part");
        CompletedPart part = uploadPart("unknown-part", upload, 1, new byte[] {1});

        S3Exception missing = catchThrowableOfType(
                S3Exception.class,
                () -> complete(
                        "unknown-part",
                        upload,
                        List.of(part.toBuilder().partNumber(2).build())));
        S3Exception different = catchThrowableOfType(
                S3Exception.class,
                () -> complete(
                        "unknown-part",
                        upload,
                        List.of(part.toBuilder()
                                .eTag("\"d41d8cd98f00b204e9800998ecf8427e\"")
                                .build())));

        assertThat(missing.awsErrorDetails().errorCode()).isEqualTo("InvalidPart");
        assertThat(different.awsErrorDetails().errorCode()).isEqualTo("InvalidPart");
    }

    // Lists

    @Test
    void listsInPagesInTheOrderOfUtf8() {
        List<String> names = List.of("a", "a-b", "a/b", "a/b c", "b+c", "z", "é", "￦", "😀");
        names.reversed().stream().filter(name -> !name.equals("a")).forEach(name -> put(name, name));

        assertThat(keys(folder))
                .containsExactlyElementsOf(names.stream()
                        .filter(name -> !name.equals("a"))
                        .map(name -> folder + name)
                        .toList());
        ListObjectsV2Response page = s3().listObjectsV2(
                        request -> request.bucket(bucket()).prefix(folder).maxKeys(2));
        assertThat(page.isTruncated()).isTrue();
        assertThat(page.keyCount()).isEqualTo(2);
        assertThat(page.contents().getFirst().size()).isEqualTo(3);
    }

    @Test
    void listsAfterAKeyAndByPrefix() {
        List.of("runs/1", "runs/2", "runs/3", "other").forEach(name -> put(name, name));

        ListObjectsV2Response list = s3().listObjectsV2(request ->
                request.bucket(bucket()).prefix(folder + "runs/").startAfter(folder + "runs/1"));

        assertThat(list.contents()).extracting(S3Object::key).containsExactly(folder + "runs/2", folder + "runs/3");
        assertThat(keys(folder + "absent")).isEmpty();
    }

    @Test
    void listsAfterAKeyThatIsNotThereAcrossPages() {
        List.of("day/1", "day/10", "day/2/a", "day/2/b", "day/3").forEach(name -> put(name, name));

        List<S3Object> listed = s3()
                .listObjectsV2Paginator(request -> request.bucket(bucket())
                        .prefix(folder + "day/")
                        .startAfter(folder + "day/2/")
                        .maxKeys(1))
                .contents()
                .stream()
                .toList();

        assertThat(listed)
                .extracting(S3Object::key)
                .containsExactly(folder + "day/2/a", folder + "day/2/b", folder + "day/3");
        assertThat(listed).extracting(S3Object::size).containsExactly(7L, 7L, 5L);
    }

    @Test
    void listsFoldersByDelimiterAcrossPages() {
        List.of("a/1", "a/2", "b/1", "c", "d/1").forEach(name -> put(name, name));

        List<String> prefixes = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        s3().listObjectsV2Paginator(request ->
                        request.bucket(bucket()).prefix(folder).delimiter("/").maxKeys(1))
                .forEach(page -> {
                    page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(prefixes::add);
                    page.contents().stream().map(S3Object::key).forEach(keys::add);
                });

        assertThat(prefixes).containsExactly(folder + "a/", folder + "b/", folder + "d/");
        assertThat(keys).containsExactly(folder + "c");
    }
}
