package com.terrifictotes.etl.loopback;

import com.terrifictotes.etl.loopback.Payload.StoredChecksum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The unfinished multipart uploads: parts as files among the incoming ones, the rest in memory. A restarted server knows
 * none of them.
 */
final class MultipartUploads {

    /** In bytes; of every part but the last. */
    static final long MINIMUM_PART_SIZE = 5L * 1024 * 1024;

    private static final int LARGEST_PART_NUMBER = 10_000;

    private final ObjectStore store;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    MultipartUploads(ObjectStore store) {
        this.store = store;
    }

    /** A part as the client names it when it completes the upload. */
    record PartReference(int number, String eTag, Optional<String> checksum) {}

    /** What identifies an unfinished upload. */
    record Listed(String uploadId, String bucket, String key) {}

    private record Part(Path file, Payload payload) {}

    private record Upload(
            String id,
            String bucket,
            String key,
            Map<String, String> headers,
            Optional<ChecksumAlgorithm> algorithm,
            Map<Integer, Part> parts) {}

    String create(String bucket, String key, Map<String, String> headers, Optional<ChecksumAlgorithm> algorithm) {
        store.requireBucket(bucket);
        String id = UUID.randomUUID().toString().replace("-", "");
        uploads.put(id, new Upload(id, bucket, key, Map.copyOf(headers), algorithm, new HashMap<>()));
        return id;
    }

    /** Receives a part; one that was there under the same number is replaced, as S3 does. */
    Payload addPart(S3Request request) throws IOException {
        Upload upload = find(request);
        int number = partNumber(request.requiredParameter("partNumber"));
        Path file = store.newIncomingFile();
        boolean kept = false;
        try {
            Payload payload = Payload.receive(request, file);
            Optional<Part> replaced;
            synchronized (upload) {
                find(request);
                replaced = Optional.ofNullable(upload.parts().put(number, new Part(file, payload)));
            }
            kept = true;
            if (replaced.isPresent()) {
                Files.deleteIfExists(replaced.get().file());
            }
            return payload;
        } finally {
            if (!kept) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Makes the named parts, in their order, the object. After a refusal the upload is still there.
     *
     * @return the headers the object was stored with
     */
    Map<String, String> complete(S3Request request, List<PartReference> references) throws IOException {
        Upload upload = find(request);
        synchronized (upload) {
            find(request);
            List<Part> parts = select(upload, references);
            Map<String, String> headers = new HashMap<>(upload.headers());
            headers.put("ETag", ObjectStore.quote(compositeETag(parts)));
            upload.algorithm().ifPresent(algorithm -> {
                headers.put(algorithm.header(), compositeChecksum(algorithm, parts));
                headers.put("x-amz-checksum-type", "COMPOSITE");
            });
            Path whole = store.newIncomingFile();
            try {
                concatenate(parts, whole);
                store.commit(upload.bucket(), upload.key(), whole, headers, request.onlyIfAbsent());
            } finally {
                Files.deleteIfExists(whole);
            }
            forget(upload);
            return headers;
        }
    }

    void abort(S3Request request) throws IOException {
        Upload upload = find(request);
        synchronized (upload) {
            find(request);
            forget(upload);
        }
    }

    List<Listed> list(String bucket, String prefix) {
        store.requireBucket(bucket);
        return uploads.values().stream()
                .filter(upload -> upload.bucket().equals(bucket) && upload.key().startsWith(prefix))
                .map(upload -> new Listed(upload.id(), upload.bucket(), upload.key()))
                .sorted((left, right) -> ObjectStore.KEY_ORDER.compare(left.key(), right.key()))
                .toList();
    }

    private Upload find(S3Request request) {
        store.requireBucket(request.bucket());
        String id = request.requiredParameter("uploadId");
        return Optional.ofNullable(uploads.get(id))
                .filter(upload ->
                        upload.bucket().equals(request.bucket()) && upload.key().equals(request.key()))
                .orElseThrow(() -> S3Refusals.noSuchUpload(id));
    }

    private void forget(Upload upload) throws IOException {
        uploads.remove(upload.id());
        for (Part part : upload.parts().values()) {
            Files.deleteIfExists(part.file());
        }
    }

    private static int partNumber(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= LARGEST_PART_NUMBER) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw S3Refusals.invalidArgument("Part number must be an integer: " + text);
        }
        throw S3Refusals.invalidArgument("Part number must be an integer between 1 and 10000, inclusive");
    }

    private static List<Part> select(Upload upload, List<PartReference> references) {
        List<Part> parts = new ArrayList<>();
        int previous = 0;
        for (PartReference reference : references) {
            if (reference.number() <= previous) {
                throw S3Refusals.invalidPartOrder();
            }
            previous = reference.number();
            parts.add(Optional.ofNullable(upload.parts().get(reference.number()))
                    .filter(part -> matches(part, reference))
                    .orElseThrow(() -> S3Refusals.invalidPart(reference.number())));
        }
        for (int index = 0; index < parts.size() - 1; index++) {
            long size = parts.get(index).payload().size();
            if (size < MINIMUM_PART_SIZE) {
                throw S3Refusals.entityTooSmall(references.get(index).number(), size);
            }
        }
        return parts;
    }

    private static boolean matches(Part part, PartReference reference) {
        String eTag = reference.eTag().replace("\"", "");
        return part.payload().md5().equals(eTag)
                && reference
                        .checksum()
                        .map(expected -> part.payload()
                                .checksum()
                                .map(StoredChecksum::value)
                                .equals(Optional.of(expected)))
                        .orElse(true);
    }

    /** S3's entity tag of a multipart object: the MD5 of the parts' MD5 values, and their number. */
    private static String compositeETag(List<Part> parts) {
        ChecksumAlgorithm.Running md5 = ChecksumAlgorithm.md5();
        for (Part part : parts) {
            byte[] value = HexFormat.of().parseHex(part.payload().md5());
            md5.update(value, 0, value.length);
        }
        return HexFormat.of().formatHex(md5.value()) + "-" + parts.size();
    }

    private static String compositeChecksum(ChecksumAlgorithm algorithm, List<Part> parts) {
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (Part part : parts) {
            String value = part.payload()
                    .checksum()
                    .filter(checksum -> checksum.algorithm() == algorithm)
                    .map(StoredChecksum::value)
                    .orElseThrow(() -> new Refusal(
                            400,
                            "InvalidRequest",
                            "The upload was created using " + algorithm + "; a part has no such checksum."));
            values.writeBytes(Base64.getDecoder().decode(value));
        }
        return Base64.getEncoder().encodeToString(algorithm.of(values.toByteArray())) + "-" + parts.size();
    }

    private static void concatenate(List<Part> parts, Path target) throws IOException {
        try (FileChannel whole = FileChannel.open(target, StandardOpenOption.WRITE)) {
            for (Part part : parts) {
                try (FileChannel source = FileChannel.open(part.file())) {
                    for (long position = 0; position < source.size(); ) {
                        position += source.transferTo(position, source.size() - position, whole);
                    }
                }
            }
        }
    }
}
