package com.terrifictotes.etl.loopback;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * An object as it lies on disk. Its file never changes.
 *
 * @param size in bytes
 * @param headers the answer headers that were decided when it was written: {@code ETag}, {@code Content-Type}, checksums and
 *     {@code x-amz-meta-*}
 */
record StoredObject(String key, Path file, long size, Instant lastModified, Map<String, String> headers) {

    StoredObject {
        headers = Map.copyOf(headers);
    }

    String eTag() {
        return headers.getOrDefault("ETag", "");
    }
}
