package com.terrifictotes.etl.loopback;

/**
 * The AWS operations that {@link LoopbackAws} models, named as in the S3 and Secrets Manager API references.
 * Everything else is {@link #UNSUPPORTED} and answered with HTTP 501.
 */
public enum Operation {
    /** S3 CreateBucket. */
    CREATE_BUCKET(true),
    /** S3 HeadBucket. */
    HEAD_BUCKET(false),
    /** S3 ListObjectsV2. */
    LIST_OBJECTS(false),
    /** S3 ListMultipartUploads: the uploads that are neither completed nor aborted. */
    LIST_MULTIPART_UPLOADS(false),
    /** S3 PutObject. */
    PUT_OBJECT(true),
    /** S3 GetObject. */
    GET_OBJECT(false),
    /** S3 HeadObject. */
    HEAD_OBJECT(false),
    /** S3 CreateMultipartUpload. */
    CREATE_MULTIPART_UPLOAD(true),
    /** S3 UploadPart. */
    UPLOAD_PART(true),
    /** S3 CompleteMultipartUpload. */
    COMPLETE_MULTIPART_UPLOAD(true),
    /** S3 AbortMultipartUpload. */
    ABORT_MULTIPART_UPLOAD(true),
    /** Secrets Manager GetSecretValue. */
    GET_SECRET_VALUE(false),
    /** Whatever is not modelled. */
    UNSUPPORTED(false);

    private final boolean write;

    Operation(boolean write) {
        this.write = write;
    }

    /** Returns whether the operation changes what S3 holds, buckets and unfinished uploads included. */
    public boolean isWrite() {
        return write;
    }
}
