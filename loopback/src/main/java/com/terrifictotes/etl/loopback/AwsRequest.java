package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

/**
 * What a request is about: enough to count it and to aim a {@link Fault} at it.
 *
 * @param operation what is asked for
 * @param bucket the S3 bucket, or empty where there is none
 * @param key the decoded S3 object key or the Secrets Manager secret id, or empty where there is none
 */
public record AwsRequest(Operation operation, String bucket, String key) {

    /** Refuses nulls. */
    public AwsRequest {
        requireNonNull(operation, "operation is null");
        requireNonNull(bucket, "bucket is null");
        requireNonNull(key, "key is null");
    }
}
