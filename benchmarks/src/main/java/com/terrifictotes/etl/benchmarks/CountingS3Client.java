package com.terrifictotes.etl.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Request;

/** Counts the requests that go through it; works with every S3. */
final class CountingS3Client extends DelegatingS3Client {

    private final AtomicInteger requests = new AtomicInteger();

    CountingS3Client(S3Client delegate) {
        super(delegate);
    }

    /** The number of requests so far. */
    int requests() {
        return requests.get();
    }

    @Override
    protected <T extends S3Request, R> R invokeOperation(T request, Function<T, R> operation) {
        requests.incrementAndGet();
        return super.invokeOperation(request, operation);
    }
}
