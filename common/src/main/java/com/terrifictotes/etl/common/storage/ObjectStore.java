package com.terrifictotes.etl.common.storage;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsErrors;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One S3 bucket whose objects are written once and never changed: every write is put-if-absent.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">Amazon S3: conditional
 *     writes</a>
 */
public final class ObjectStore {

    /** What became of a put-if-absent. */
    public enum PutOutcome {
        /** This call made the object. */
        CREATED,
        /** The key was taken, or is being taken, by another write (or by an earlier try of this one). */
        TAKEN
    }

    /**
     * An object of a listing.
     *
     * @param key its key
     * @param bytes its size
     */
    public record Listed(String key, long bytes) {}

    private static final String IF_ABSENT = "*";

    private final S3Client s3;
    private final String bucket;

    /**
     * @param s3 the client; stays the caller's to close
     * @param bucket the name of the bucket
     */
    public ObjectStore(S3Client s3, String bucket) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.bucket = requireNonNull(bucket, "bucket is null");
    }

    /** The object's address for people and logs: {@code s3://bucket/key}. */
    public String locate(String key) {
        return "s3://" + bucket + "/" + key;
    }

    /** The name of the bucket. */
    public String bucket() {
        return bucket;
    }

    /**
     * Whether the object exists.
     *
     * @throws PipelineException if S3 cannot tell; without {@code s3:ListBucket} it answers 403 for a missing key
     */
    public boolean exists(String key) {
        try {
            s3.headObject(request -> request.bucket(bucket).key(key));
            return true;
        } catch (NoSuchKeyException e) {
            // HEAD has no body, so S3 says 404 both for a missing key and for a missing bucket.
            return false;
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "look for " + locate(key));
        }
    }

    /**
     * The whole object, for small ones such as manifests.
     *
     * @return empty if there is no such object
     */
    public Optional<byte[]> read(String key) {
        try {
            return Optional.of(
                    s3.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                            .asByteArrayUnsafe());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "read " + locate(key));
        }
    }

    /**
     * The object as a stream; the caller closes it.
     *
     * @throws PipelineException {@link ErrorCode#OBJECT_MISSING} if there is no such object
     */
    public InputStream open(String key) {
        try {
            return s3.getObject(request -> request.bucket(bucket).key(key));
        } catch (NoSuchKeyException e) {
            throw missing(key, e);
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "read " + locate(key));
        }
    }

    /**
     * Copies the object into a new file.
     *
     * @throws PipelineException {@link ErrorCode#OBJECT_MISSING} if there is no such object
     */
    public void download(String key, Path file) {
        try {
            s3.getObject(request -> request.bucket(bucket).key(key), file);
        } catch (NoSuchKeyException e) {
            throw missing(key, e);
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "read " + locate(key));
        }
    }

    /**
     * Lists objects in the order of their keys, a page of S3 (1,000 keys) in memory at a time.
     *
     * <p>For tools of people only. The run log and the stages never trust a listing: what exists is what a manifest names,
     * and the end of the log is found by probing.
     *
     * @param prefix what the keys begin with
     * @param after where the listing begins: behind this key, which need not exist; empty for the first
     * @param reader is given one object after the other
     * @throws PipelineException if S3 cannot tell; some objects may have been given to the reader by then
     * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html">Amazon S3: ListObjectsV2</a>
     */
    public void list(String prefix, String after, Consumer<Listed> reader) {
        String next = null;
        do {
            ListObjectsV2Response page = page(prefix, after, next);
            page.contents().forEach(object -> reader.accept(new Listed(object.key(), object.size())));
            next = page.nextContinuationToken();
        } while (next != null);
    }

    private ListObjectsV2Response page(String prefix, String after, @Nullable String continuation) {
        try {
            return s3.listObjectsV2(request -> request.bucket(bucket)
                    .prefix(prefix)
                    .startAfter(after.isEmpty() ? null : after)
                    .continuationToken(continuation));
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "list " + locate(prefix));
        }
    }

    /** Writes an object from memory unless the key is taken. */
    public PutOutcome putIfAbsent(String key, byte[] content, String contentType) {
        return putIfAbsent(key, RequestBody.fromBytes(content), contentType);
    }

    /** Writes an object from a file unless the key is taken. */
    public PutOutcome putIfAbsent(String key, Path file, String contentType) {
        return putIfAbsent(key, RequestBody.fromFile(file), contentType);
    }

    private PutOutcome putIfAbsent(String key, RequestBody body, String contentType) {
        try {
            s3.putObject(
                    request -> request.bucket(bucket)
                            .key(key)
                            .contentType(contentType)
                            .ifNoneMatch(IF_ABSENT),
                    body);
            return PutOutcome.CREATED;
        } catch (S3Exception e) {
            return takenOrThrow(e, "write " + locate(key));
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "write " + locate(key));
        }
    }

    /** Starts an upload whose length is not known yet; S3 wants every part but the last to be 5 MiB at least. */
    Multipart startMultipart(String key, String contentType) {
        try {
            String uploadId = s3.createMultipartUpload(
                            request -> request.bucket(bucket).key(key).contentType(contentType))
                    .uploadId();
            return new Multipart(key, uploadId);
        } catch (SdkException e) {
            throw AwsErrors.translate(e, "write " + locate(key));
        }
    }

    private PutOutcome takenOrThrow(S3Exception e, String action) {
        // 412: the key exists. 409: another conditional write of it is under way. Either way somebody else won.
        if (e.statusCode() == 412 || e.statusCode() == 409) {
            return PutOutcome.TAKEN;
        }
        throw AwsErrors.translate(e, action);
    }

    private PipelineException missing(String key, Exception cause) {
        return new PipelineException(ErrorCode.OBJECT_MISSING, locate(key) + " does not exist", cause);
    }

    /** An upload in parts. */
    final class Multipart {

        private final String key;
        private final String uploadId;
        private final List<CompletedPart> parts = new ArrayList<>();

        private Multipart(String key, String uploadId) {
            this.key = key;
            this.uploadId = uploadId;
        }

        void upload(byte[] buffer, int length) {
            int number = parts.size() + 1;
            try {
                String tag = s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number),
                                RequestBody.fromContentProvider(
                                        () -> new ByteArrayInputStream(buffer, 0, length),
                                        length,
                                        "application/octet-stream"))
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            } catch (SdkException e) {
                throw AwsErrors.translate(e, "write part " + number + " of " + locate(key));
            }
        }

        PutOutcome complete() {
            try {
                s3.completeMultipartUpload(request -> request.bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .ifNoneMatch(IF_ABSENT)
                        .multipartUpload(upload -> upload.parts(parts)));
                return PutOutcome.CREATED;
            } catch (NoSuchUploadException e) {
                // The answer to a first try may be lost: it completed the upload, which is gone with that.
                if (exists(key)) {
                    return PutOutcome.TAKEN;
                }
                throw AwsErrors.translate(e, "complete " + locate(key));
            } catch (S3Exception e) {
                return takenOrThrow(e, "complete " + locate(key));
            } catch (SdkException e) {
                throw AwsErrors.translate(e, "complete " + locate(key));
            }
        }

        /** Gives the parts up; S3 keeps (and charges) them otherwise. */
        void abort() {
            try {
                s3.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key).uploadId(uploadId));
            } catch (NoSuchUploadException e) {
                // It is gone already: a first try aborted it, or completed it, and the answer was lost.
                return;
            } catch (SdkException e) {
                throw AwsErrors.translate(e, "abort " + locate(key));
            }
        }
    }
}
