package com.terrifictotes.etl.loopback;

import static org.junit.jupiter.api.Assumptions.abort;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The same contract on another S3, which is how the loopback server is held to it. Environment: {@code S3_CONTRACT_ENDPOINT}
 * (a URL, or {@code aws} for the real one), {@code S3_CONTRACT_BUCKET} (one that is there; a new one is made if it is not set).
 * Region and credentials come from where the AWS SDK looks for them. Objects and bucket are left for a person to remove.
 */
final class S3ContractElsewhereIT extends S3Contract {

    private static final String SKIPPED =
            "S3_CONTRACT_ENDPOINT is not set: the contract of S3 was not run against another S3";

    private static S3Client s3;
    private static String bucket;

    @BeforeAll
    static void connect() {
        Optional<String> endpoint = Optional.ofNullable(System.getenv("S3_CONTRACT_ENDPOINT"));
        if (endpoint.isEmpty()) {
            // JUnit keeps the reason for its reports; a person at the console should see it too.
            System.err.println(SKIPPED);
            abort(SKIPPED);
        }
        S3ClientBuilder builder = S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.filter(url -> !url.equals("aws"))
                .ifPresent(url -> builder.endpointOverride(URI.create(url)).forcePathStyle(true));
        s3 = builder.build();
        Optional<String> given = Optional.ofNullable(System.getenv("S3_CONTRACT_BUCKET"));
        bucket = given.orElse("contract-" + UUID.randomUUID());
        if (given.isEmpty()) {
            s3.createBucket(request -> request.bucket(bucket));
        }
    }

    @AfterAll
    static void disconnect() {
        if (s3 != null) {
            s3.close();
        }
    }

    @Override
    S3Client s3() {
        return s3;
    }

    @Override
    String bucket() {
        return bucket;
    }
}
