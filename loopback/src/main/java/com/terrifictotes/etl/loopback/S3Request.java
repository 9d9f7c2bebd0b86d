package com.terrifictotes.etl.loopback;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A path-style S3 request, decoded. What it asks for is decided by its method, by whether it names a key, and by the exact
 * set of its query parameters: a parameter or a header that is not modelled makes it {@link Operation#UNSUPPORTED}.
 */
record S3Request(
        Operation operation,
        String method,
        String bucket,
        String key,
        Map<String, String> query,
        Map<String, String> headers,
        InputStream body) {

    private static final Set<String> LIST_PARAMETERS = Set.of(
            "list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type");
    private static final Set<String> LIST_UPLOADS_PARAMETERS = Set.of("uploads", "prefix", "encoding-type");

    /** Headers with a meaning in S3 that the server knows; any other {@code x-amz-} header asks for something else. */
    private static final Set<String> AMZ_HEADERS = Set.of(
            "x-amz-checksum-algorithm",
            "x-amz-checksum-mode",
            "x-amz-checksum-type",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-decoded-content-length",
            "x-amz-sdk-checksum-algorithm",
            "x-amz-security-token",
            "x-amz-te",
            "x-amz-trailer",
            "x-amz-user-agent");

    private static final Set<String> CONDITIONS =
            Set.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since");

    static S3Request of(HttpExchange exchange) {
        String[] parts = exchange.getRequestURI().getRawPath().split("/", 3);
        String bucket = parts.length > 1 ? decodePath(parts[1]) : "";
        String key = parts.length > 2 ? decodePath(parts[2]) : "";
        Map<String, String> query =
                parseQuery(Optional.ofNullable(exchange.getRequestURI().getRawQuery()));
        Map<String, String> headers = firstValues(exchange.getRequestHeaders());
        String method = exchange.getRequestMethod();
        Operation operation = hasUnknownHeader(headers)
                ? Operation.UNSUPPORTED
                : operation(method, !bucket.isEmpty(), !key.isEmpty(), query);
        return new S3Request(operation, method, bucket, key, query, headers, exchange.getRequestBody());
    }

    AwsRequest summary() {
        return new AwsRequest(operation, bucket, key);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    String requiredParameter(String name) {
        return parameter(name).orElseThrow(() -> new IllegalStateException("no parameter " + name));
    }

    /** Returns whether the write may only create: {@code If-None-Match: *} is the one condition S3 knows besides If-Match. */
    boolean onlyIfAbsent() {
        Optional<String> condition = header("if-none-match");
        if (condition.isPresent() && !condition.get().equals("*")) {
            throw Refusal.notImplemented("If-None-Match with anything but *");
        }
        for (String name : CONDITIONS) {
            if (!name.equals("if-none-match") && headers.containsKey(name)) {
                throw Refusal.notImplemented("the condition " + name);
            }
        }
        return condition.isPresent();
    }

    void refuseConditions() {
        for (String name : CONDITIONS) {
            if (headers.containsKey(name)) {
                throw Refusal.notImplemented("the condition " + name + " here");
            }
        }
    }

    private static boolean hasUnknownHeader(Map<String, String> headers) {
        return headers.keySet().stream()
                .anyMatch(name -> name.startsWith("x-amz-")
                        && !AMZ_HEADERS.contains(name)
                        && !name.startsWith("x-amz-meta-")
                        && !ChecksumAlgorithm.isHeader(name));
    }

    private static Operation operation(String method, boolean hasBucket, boolean hasKey, Map<String, String> query) {
        if (hasKey) {
            return objectOperation(method, query.keySet());
        }
        return hasBucket ? bucketOperation(method, query) : Operation.UNSUPPORTED;
    }

    private static Operation objectOperation(String method, Set<String> parameters) {
        boolean plain = parameters.isEmpty();
        boolean ofUpload = parameters.equals(Set.of("uploadId"));
        return switch (method) {
            case "GET" -> plain ? Operation.GET_OBJECT : Operation.UNSUPPORTED;
            case "HEAD" -> plain ? Operation.HEAD_OBJECT : Operation.UNSUPPORTED;
            case "DELETE" -> ofUpload ? Operation.ABORT_MULTIPART_UPLOAD : Operation.UNSUPPORTED;
            case "PUT" -> {
                if (parameters.equals(Set.of("partNumber", "uploadId"))) {
                    yield Operation.UPLOAD_PART;
                }
                yield plain ? Operation.PUT_OBJECT : Operation.UNSUPPORTED;
            }
            case "POST" -> {
                if (parameters.equals(Set.of("uploads"))) {
                    yield Operation.CREATE_MULTIPART_UPLOAD;
                }
                yield ofUpload ? Operation.COMPLETE_MULTIPART_UPLOAD : Operation.UNSUPPORTED;
            }
            default -> Operation.UNSUPPORTED;
        };
    }

    private static Operation bucketOperation(String method, Map<String, String> query) {
        return switch (method) {
            case "PUT" -> query.isEmpty() ? Operation.CREATE_BUCKET : Operation.UNSUPPORTED;
            case "HEAD" -> query.isEmpty() ? Operation.HEAD_BUCKET : Operation.UNSUPPORTED;
            case "GET" -> {
                if ("2".equals(query.get("list-type")) && LIST_PARAMETERS.containsAll(query.keySet())) {
                    yield Operation.LIST_OBJECTS;
                }
                boolean uploads = query.containsKey("uploads") && LIST_UPLOADS_PARAMETERS.containsAll(query.keySet());
                yield uploads ? Operation.LIST_MULTIPART_UPLOADS : Operation.UNSUPPORTED;
            }
            default -> Operation.UNSUPPORTED;
        };
    }

    private static Map<String, String> parseQuery(Optional<String> raw) {
        Map<String, String> query = new HashMap<>();
        for (String parameter : raw.orElse("").split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decodeQuery(equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decodeQuery(parameter.substring(equals + 1));
            // x-id only names the operation again, for access logs.
            if (!name.isEmpty() && !name.equals("x-id")) {
                query.put(name, value);
            }
        }
        return Map.copyOf(query);
    }

    private static Map<String, String> firstValues(Headers headers) {
        Map<String, String> values = new HashMap<>();
        headers.forEach((name, all) -> values.put(name.toLowerCase(Locale.ROOT), all.getFirst()));
        return Map.copyOf(values);
    }

    /** In a path, unlike in a query, a plus sign is a plus sign. */
    private static String decodePath(String raw) {
        return decodeQuery(raw.replace("+", "%2B"));
    }

    private static String decodeQuery(String raw) {
        return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    }
}
