package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/**
 * What is asked of an emulator of AWS, over plain HTTP: emulators learn from the signature who signed, and in which region
 * and for which service, and believe it.
 */
final class AwsApi {

    static final String REGION = "eu-west-2";

    /** Of nobody in particular, who may do everything. */
    static final String ANYBODY = "test";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI endpoint;
    private final String accessKey;

    AwsApi(URI endpoint) {
        this(endpoint, ANYBODY);
    }

    private AwsApi(URI endpoint, String accessKey) {
        this.endpoint = endpoint;
        this.accessKey = accessKey;
    }

    URI endpoint() {
        return endpoint;
    }

    /** The same with the rights of a role. */
    AwsApi as(String roleArn) throws IOException, InterruptedException {
        String answer =
                query("sts", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=deployment-test&RoleArn=" + roleArn);
        return new AwsApi(endpoint, answer.replaceFirst("(?s).*<AccessKeyId>(.+)</AccessKeyId>.*", "$1"));
    }

    /**
     * Calls a service that speaks JSON.
     *
     * @param target what the header X-Amz-Target says: API and operation
     */
    JsonNode call(String service, String target, Object parameters) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("X-Amz-Target", target)
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(BodyPublishers.ofByteArray(Json.write(parameters)));
        return tree(send(service, request));
    }

    /** Calls a service that takes parameters as an HTML form, and answers in XML. */
    String query(String service, String form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        return send(service, request);
    }

    /** Reads a resource. */
    String get(String service, String path) throws IOException, InterruptedException {
        return send(service, HttpRequest.newBuilder(endpoint.resolve(path)));
    }

    /** Writes a resource. */
    void put(String service, String path, String body) throws IOException, InterruptedException {
        send(service, HttpRequest.newBuilder(endpoint.resolve(path)).PUT(BodyPublishers.ofString(body)));
    }

    /** Deletes a resource. */
    void delete(String service, String path) throws IOException, InterruptedException {
        send(service, HttpRequest.newBuilder(endpoint.resolve(path)).DELETE());
    }

    /** Invokes a function, and returns its answer or error. */
    JsonNode invoke(String function, String payload) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        endpoint.resolve("/2015-03-31/functions/" + function + "/invocations"))
                .POST(BodyPublishers.ofString(payload));
        return tree(send("lambda", request));
    }

    private String send(String service, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.header("Authorization", signature(service)).build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            String said = response.body().replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
            throw new IOException(
                    service + " at " + endpoint + " answers " + response.statusCode() + ": " + said.strip());
        }
        return response.body();
    }

    private String signature(String service) {
        return "AWS4-HMAC-SHA256 Credential=" + accessKey + "/20260101/" + REGION + "/" + service
                + "/aws4_request, SignedHeaders=host, Signature=none";
    }

    private static JsonNode tree(String body) throws IOException {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }
}
