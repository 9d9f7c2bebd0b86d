package com.terrifictotes.etl.benchmarks;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A pair of buckets with an empty log of runs.
 *
 * @param ingestion the bucket for CSV
 * @param processed the bucket that says what is loaded
 */
record Buckets(String ingestion, String processed) {

    /** Makes a new pair. */
    static Buckets create(S3Client s3) {
        String prefix = "totesys-benchmark-" + UUID.randomUUID().toString().substring(0, 8);
        Buckets buckets = new Buckets(prefix + "-ingestion", prefix + "-processed");
        buckets.names().forEach(bucket -> s3.createBucket(request -> request.bucket(bucket)));
        return buckets;
    }

    /** Both. */
    Stream<String> names() {
        return Stream.of(ingestion, processed);
    }

    /** Removes both, and what is in them. */
    void delete(S3Client s3) {
        names().forEach(bucket -> {
            List<S3Object> objects = list(s3, bucket);
            while (!objects.isEmpty()) {
                objects.forEach(object ->
                        s3.deleteObject(request -> request.bucket(bucket).key(object.key())));
                objects = list(s3, bucket);
            }
            s3.deleteBucket(request -> request.bucket(bucket));
        });
    }

    private static List<S3Object> list(S3Client s3, String bucket) {
        return s3.listObjectsV2(request -> request.bucket(bucket)).contents();
    }
}
