package com.terrifictotes.etl.common.aws;

import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The AWS clients of a function, configured by the environment alone: region, credentials and, for an emulator,
 * {@code AWS_ENDPOINT_URL}. The JDK's own HTTP client makes the smallest jar and the fastest start.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html">AWS SDKs: settings reference</a>
 */
public final class AwsClients {

    private AwsClients() {}

    /** A client for S3; the caller closes it, or keeps it for the life of the function. */
    public static S3Client s3() {
        return S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** A client for Secrets Manager; the caller closes it, or keeps it for the life of the function. */
    public static SecretsManagerClient secretsManager() {
        return SecretsManagerClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}
