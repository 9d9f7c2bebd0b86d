package com.terrifictotes.etl.loopback;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** S3 over REST, path style: the operations of {@link Operation} and nothing else. Authorisation is not checked. */
final class S3Service {

    static final String DEFAULT_CONTENT_TYPE = "binary/octet-stream";

    /** Headers that S3 stores with an object and sends back with it, by their lower-case names. */
    private static final List<String> STORED_HEADERS =
            List.of("Cache-Control", "Content-Disposition", "Content-Language", "Expires");

    /** Unlike {@link DateTimeFormatter#RFC_1123_DATE_TIME}, with two digits for the day, as RFC 9110 has it. */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final ObjectStore store;
    private final MultipartUploads uploads;
    private final String region;

    S3Service(ObjectStore store, String region) {
        this.store = store;
        this.uploads = new MultipartUploads(store);
        this.region = region;
    }

    Call open(HttpExchange exchange) {
        return new S3Call(S3Request.of(exchange));
    }

    private final class S3Call implements Call {

        private final S3Request request;

        private S3Call(S3Request request) {
            this.request = request;
        }

        @Override
        public AwsRequest request() {
            return request.summary();
        }

        @Override
        public Reply perform() throws IOException {
            return switch (request.operation()) {
                case CREATE_BUCKET -> createBucket(request);
                case HEAD_BUCKET -> headBucket(request);
                case LIST_OBJECTS -> xml(new ListObjects(store, request).page());
                case LIST_MULTIPART_UPLOADS -> listUploads(request);
                case PUT_OBJECT -> putObject(request);
                case GET_OBJECT, HEAD_OBJECT -> getObject(request);
                case CREATE_MULTIPART_UPLOAD -> createUpload(request);
                case UPLOAD_PART -> uploadPart(request);
                case COMPLETE_MULTIPART_UPLOAD -> completeUpload(request);
                case ABORT_MULTIPART_UPLOAD -> abortUpload(request);
                case GET_SECRET_VALUE, UNSUPPORTED ->
                    throw Refusal.notImplemented(request.method() + " with the parameters "
                            + request.query().keySet() + " and these headers");
            };
        }

        @Override
        public Reply refuse(Refusal refusal) {
            return request.method().equals("HEAD")
                    ? Reply.empty(refusal.status(), Map.of())
                    : Reply.of(refusal.status(), "application/xml", S3Xml.error(refusal));
        }
    }

    private Reply createBucket(S3Request request) throws IOException {
        store.createBucket(request.bucket());
        return Reply.empty(200, Map.of("Location", "/" + request.bucket()));
    }

    private Reply headBucket(S3Request request) {
        store.requireBucket(request.bucket());
        return Reply.empty(200, Map.of("x-amz-bucket-region", region));
    }

    private Reply putObject(S3Request request) throws IOException {
        boolean onlyIfAbsent = request.onlyIfAbsent();
        store.requireBucket(request.bucket());
        Path received = store.newIncomingFile();
        try {
            Payload payload = Payload.receive(request, received);
            Map<String, String> headers = storedHeaders(request);
            headers.put("ETag", ObjectStore.quote(payload.md5()));
            payload.checksum().ifPresent(checksum -> putChecksum(headers, checksum));
            store.commit(request.bucket(), request.key(), received, headers, onlyIfAbsent);
            Map<String, String> answer = headers.entrySet().stream()
                    .filter(header -> header.getKey().equals("ETag") || isChecksum(header.getKey()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            return Reply.empty(200, answer);
        } finally {
            Files.deleteIfExists(received);
        }
    }

    private Reply getObject(S3Request request) throws IOException {
        request.refuseConditions();
        StoredObject object =
                store.find(request.bucket(), request.key()).orElseThrow(() -> S3Refusals.noSuchKey(request.key()));
        Optional<ByteRange> range = request.header("range").flatMap(header -> ByteRange.parse(header, object.size()));
        Map<String, String> headers = new HashMap<>(object.headers());
        headers.put("Accept-Ranges", "bytes");
        headers.put("Last-Modified", HTTP_DATE.format(object.lastModified().atOffset(ZoneOffset.UTC)));
        boolean withChecksum = request.header("x-amz-checksum-mode").isPresent() && range.isEmpty();
        if (!withChecksum) {
            headers.keySet().removeIf(S3Service::isChecksum);
        }
        if (range.isEmpty()) {
            return new Reply(200, headers, new Reply.FileRange(object.file(), 0, object.size()));
        }
        headers.put("Content-Range", range.get().of(object.size()));
        return new Reply(
                206,
                headers,
                new Reply.FileRange(
                        object.file(), range.get().first(), range.get().length()));
    }

    private Reply createUpload(S3Request request) {
        request.refuseConditions();
        Optional<ChecksumAlgorithm> algorithm =
                request.header("x-amz-checksum-algorithm").map(ChecksumAlgorithm::named);
        if (request.header("x-amz-checksum-type").orElse("COMPOSITE").equals("FULL_OBJECT")) {
            throw Refusal.notImplemented("full-object checksums of multipart uploads");
        }
        String id = uploads.create(request.bucket(), request.key(), storedHeaders(request), algorithm);
        byte[] body = S3Xml.document("InitiateMultipartUploadResult", document -> {
            document.text("Bucket", request.bucket());
            document.text("Key", request.key());
            document.text("UploadId", id);
        });
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/xml"));
        algorithm.ifPresent(known -> {
            headers.put("x-amz-checksum-algorithm", known.name());
            headers.put("x-amz-checksum-type", "COMPOSITE");
        });
        return new Reply(200, headers, new Reply.Bytes(body));
    }

    private Reply uploadPart(S3Request request) throws IOException {
        Payload payload = uploads.addPart(request);
        Map<String, String> headers = new HashMap<>();
        headers.put("ETag", ObjectStore.quote(payload.md5()));
        payload.checksum()
                .ifPresent(checksum -> headers.put(checksum.algorithm().header(), checksum.value()));
        return Reply.empty(200, headers);
    }

    private Reply completeUpload(S3Request request) throws IOException {
        Map<String, String> stored =
                uploads.complete(request, S3Xml.parseParts(request.body().readAllBytes()));
        return xml(S3Xml.document("CompleteMultipartUploadResult", document -> {
            document.text("Location", "/" + request.bucket() + "/" + request.key());
            document.text("Bucket", request.bucket());
            document.text("Key", request.key());
            document.text("ETag", stored.getOrDefault("ETag", ""));
            for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
                if (stored.containsKey(algorithm.header())) {
                    document.text(algorithm.element(), stored.getOrDefault(algorithm.header(), ""));
                    document.text("ChecksumType", stored.getOrDefault("x-amz-checksum-type", ""));
                }
            }
        }));
    }

    private Reply abortUpload(S3Request request) throws IOException {
        uploads.abort(request);
        return Reply.empty(204, Map.of());
    }

    private Reply listUploads(S3Request request) {
        List<MultipartUploads.Listed> open =
                uploads.list(request.bucket(), request.parameter("prefix").orElse(""));
        return xml(S3Xml.document("ListMultipartUploadsResult", document -> {
            document.text("Bucket", request.bucket());
            document.text("IsTruncated", "false");
            for (MultipartUploads.Listed upload : open) {
                document.element("Upload", element -> {
                    element.text("Key", upload.key());
                    element.text("UploadId", upload.uploadId());
                });
            }
        }));
    }

    private static Map<String, String> storedHeaders(S3Request request) {
        Map<String, String> stored = new HashMap<>();
        stored.put("Content-Type", request.header("content-type").orElse(DEFAULT_CONTENT_TYPE));
        for (String name : STORED_HEADERS) {
            request.header(name.toLowerCase(Locale.ROOT)).ifPresent(value -> stored.put(name, value));
        }
        String encoding = Arrays.stream(
                        request.header("content-encoding").orElse("").split(","))
                .map(String::strip)
                .filter(token -> !token.isEmpty() && !token.equals("aws-chunked"))
                .collect(Collectors.joining(","));
        if (!encoding.isEmpty()) {
            stored.put("Content-Encoding", encoding);
        }
        request.headers().forEach((name, value) -> {
            if (name.startsWith("x-amz-meta-")) {
                stored.put(name, value);
            }
        });
        return stored;
    }

    private static void putChecksum(Map<String, String> headers, Payload.StoredChecksum checksum) {
        headers.put(checksum.algorithm().header(), checksum.value());
        headers.put("x-amz-checksum-type", "FULL_OBJECT");
    }

    private static boolean isChecksum(String header) {
        return header.startsWith("x-amz-checksum-");
    }

    private static Reply xml(byte[] document) {
        return Reply.of(200, "application/xml", document);
    }
}
