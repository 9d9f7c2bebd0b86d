package com.terrifictotes.etl.loopback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets Manager over JSON 1.1: GetSecretValue of the current version, and nothing else. Secrets stay in memory. */
final class SecretsService {

    private static final String GET_SECRET_VALUE = "secretsmanager.GetSecretValue";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    private final String region;

    SecretsService(String region) {
        this.region = region;
    }

    private record Secret(String name, String value, String versionId, Instant created) {

        /** Leaves the value out. */
        @Override
        public String toString() {
            return "Secret[name=" + name + "]";
        }
    }

    void put(String name, String value) {
        secrets.put(name, new Secret(name, value, UUID.randomUUID().toString(), Instant.now()));
    }

    Call open(HttpExchange exchange) throws IOException {
        String target = Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                .orElse("");
        return new SecretsCall(target, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private final class SecretsCall implements Call {

        private final String target;
        private final JsonNode body;

        private SecretsCall(String target, String body) {
            this.target = target;
            this.body = parse(body);
        }

        @Override
        public AwsRequest request() {
            return new AwsRequest(
                    target.equals(GET_SECRET_VALUE) ? Operation.GET_SECRET_VALUE : Operation.UNSUPPORTED,
                    "",
                    secretId());
        }

        @Override
        public Reply perform() {
            if (!target.equals(GET_SECRET_VALUE)) {
                throw Refusal.notImplemented(target);
            }
            Secret secret = Optional.ofNullable(secrets.get(nameOf(secretId())))
                    .orElseThrow(() -> new Refusal(
                            400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
            String stage = body.path("VersionStage").asText("AWSCURRENT");
            String version = body.path("VersionId").asText(secret.versionId());
            if (!stage.equals("AWSCURRENT") || !version.equals(secret.versionId())) {
                throw Refusal.notImplemented("any version of a secret but the current one");
            }
            ObjectNode answer = JsonNodeFactory.instance
                    .objectNode()
                    .put("ARN", arnPrefix() + secret.name())
                    .put("Name", secret.name())
                    .put("VersionId", secret.versionId())
                    .put("SecretString", secret.value())
                    .put("CreatedDate", secret.created().getEpochSecond());
            answer.putArray("VersionStages").add("AWSCURRENT");
            return json(200, answer);
        }

        @Override
        public Reply refuse(Refusal refusal) {
            return json(
                    refusal.status(),
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("__type", refusal.code())
                            .put("Message", refusal.reason()));
        }

        private String secretId() {
            return body.path("SecretId").asText("");
        }
    }

    private String nameOf(String secretId) {
        return secretId.startsWith(arnPrefix()) ? secretId.substring(arnPrefix().length()) : secretId;
    }

    private String arnPrefix() {
        return "arn:aws:secretsmanager:" + region + ":000000000000:secret:";
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static Reply json(int status, ObjectNode body) {
        return Reply.of(status, "application/x-amz-json-1.1", body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
