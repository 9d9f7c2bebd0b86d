package com.terrifictotes.etl.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Objects as files, {@code <bucket>/<key>} below a folder: a stage reads and writes the same local disk as its
 * competitor, and no server takes a share of its processor. Whatever the stages do not ask for is an {@link
 * UnsupportedOperationException}, as the interface has it.
 */
final class FileS3Client implements S3Client {

    private static final String IF_ABSENT = "*";

    private final Path folder;
    private final Path unfinished;

    /** @param folder where the buckets are folders, or will be */
    FileS3Client(Path folder) throws IOException {
        this.folder = folder;
        this.unfinished = Files.createDirectories(folder.resolve(".unfinished"));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Nothing is open between two calls.
    }

    @Override
    public HeadObjectResponse headObject(HeadObjectRequest request) {
        Path file = file(request.bucket(), request.key());
        try {
            return HeadObjectResponse.builder().contentLength(Files.size(file)).build();
        } catch (NoSuchFileException e) {
            throw missing(request.key());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for " + file, e);
        }
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        if (request.range() != null) {
            throw new UnsupportedOperationException("objects are read whole here; asked for was " + request.range());
        }
        Path file = file(request.bucket(), request.key());
        try {
            GetObjectResponse response =
                    GetObjectResponse.builder().contentLength(Files.size(file)).build();
            return transformer.transform(response, AbortableInputStream.create(Files.newInputStream(file)));
        } catch (NoSuchFileException e) {
            throw missing(request.key());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot hand out " + file, e);
        }
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        requireIfAbsent(request.ifNoneMatch());
        Path file = unfinished.resolve(UUID.randomUUID().toString());
        append(body, file);
        publish(file, request.bucket(), request.key());
        return PutObjectResponse.builder().build();
    }

    @Override
    public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
        return CreateMultipartUploadResponse.builder()
                .uploadId(UUID.randomUUID().toString())
                .build();
    }

    /** Parts are taken in the order in which they come, which is that of their numbers in the stages. */
    @Override
    public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
        append(body, unfinished.resolve(request.uploadId()));
        return UploadPartResponse.builder()
                .eTag(request.partNumber().toString())
                .build();
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        requireIfAbsent(request.ifNoneMatch());
        publish(unfinished.resolve(request.uploadId()), request.bucket(), request.key());
        return CompleteMultipartUploadResponse.builder().build();
    }

    @Override
    public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
        Path file = unfinished.resolve(request.uploadId());
        try {
            Files.deleteIfExists(file);
            return AbortMultipartUploadResponse.builder().build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    private Path file(String bucket, String key) {
        return folder.resolve(bucket).resolve(key);
    }

    private static void append(RequestBody body, Path file) {
        try (InputStream content = body.contentStreamProvider().newStream();
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            content.transferTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** A link is made by one of two that try, and shows the whole file at once. */
    private void publish(Path from, String bucket, String key) {
        Path file = file(bucket, key);
        try {
            Files.createDirectories(requireNonNull(file.getParent(), "a key is below its bucket"));
            try {
                Files.createLink(file, from);
            } finally {
                Files.delete(from);
            }
        } catch (FileAlreadyExistsException e) {
            throw S3Exception.builder()
                    .statusCode(412)
                    .message(key + " exists")
                    .cause(e)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void requireIfAbsent(String condition) {
        if (!IF_ABSENT.equals(condition)) {
            throw new UnsupportedOperationException("every write of the pipeline is put-if-absent");
        }
    }

    private static NoSuchKeyException missing(String key) {
        return NoSuchKeyException.builder()
                .statusCode(404)
                .message(key + " does not exist")
                .build();
    }
}
