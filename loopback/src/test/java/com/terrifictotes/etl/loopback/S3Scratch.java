package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A place of its own in somebody's S3 for each test: the shared prefix {@link #folder}, and short names for the requests
 * that tests make below it.
 */
abstract class S3Scratch {

    private static final int WRITERS = 30;

    final String folder = UUID.randomUUID() + "/";

    abstract S3Client s3();

    abstract String bucket();

    final String put(String name, String body) {
        return s3().putObject(request -> request.bucket(bucket()).key(folder + name), RequestBody.fromString(body))
                .eTag();
    }

    final void putIfAbsent(String name, String body) {
        s3().putObject(
                        request -> request.bucket(bucket()).key(folder + name).ifNoneMatch("*"),
                        RequestBody.fromString(body));
    }

    final ResponseBytes<GetObjectResponse> get(String name) {
        return s3().getObjectAsBytes(request -> request.bucket(bucket()).key(folder + name));
    }

    final HeadObjectResponse head(String name) {
        return s3().headObject(request -> request.bucket(bucket()).key(folder + name));
    }

    /** Lists in small pages, so that every list of this suite is paginated. */
    final List<String> keys(String prefix) {
        return s3()
                .listObjectsV2Paginator(
                        request -> request.bucket(bucket()).prefix(prefix).maxKeys(3))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    final List<String> openUploads() {
        return s3().listMultipartUploads(request -> request.bucket(bucket()).prefix(folder)).uploads().stream()
                .map(upload -> upload.key())
                .toList();
    }

    final String createUpload(String name) {
        return s3().createMultipartUpload(request -> request.bucket(bucket()).key(folder + name))
                .uploadId();
    }

    final CompletedPart uploadPart(String name, String upload, int number, byte[] body) {
        UploadPartResponse response = s3().uploadPart(
                        request -> request.bucket(bucket())
                                .key(folder + name)
                                .uploadId(upload)
                                .partNumber(number),
                        RequestBody.fromBytes(body));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumCRC32(response.checksumCRC32())
                .build();
    }

    final void complete(String name, String upload, List<CompletedPart> parts) {
        s3().completeMultipartUpload(request -> request.bucket(bucket())
                .key(folder + name)
                .uploadId(upload)
                .ifNoneMatch("*")
                .multipartUpload(completed -> completed.parts(parts)));
    }

    /** Returns the writers that succeeded; S3 must have refused all others for the reason that documents allow. */
    static List<Integer> race(Writer writer) throws InterruptedException, ExecutionException {
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        List<Callable<Integer>> writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> (Callable<Integer>) () -> {
                    start.await();
                    return writer.write(number);
                })
                .toList();
        List<Integer> winners = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (Future<Integer> result : threads.invokeAll(writers)) {
                try {
                    winners.add(result.get());
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOfSatisfying(
                                    S3Exception.class,
                                    failure -> assertThat(failure.statusCode()).isIn(409, 412));
                }
            }
        }
        return winners;
    }

    static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /** One of the writers that race. */
    @FunctionalInterface
    interface Writer {

        int write(int number) throws IOException;
    }
}
