package com.terrifictotes.etl.loopback;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/** One page of ListObjectsV2: keys and common prefixes in one order, and a token that names the last of them. */
final class ListObjects {

    private static final int LARGEST_PAGE = 1000;

    private final ObjectStore store;
    private final S3Request request;
    private final String prefix;
    private final String delimiter;
    private final boolean urlEncoded;

    ListObjects(ObjectStore store, S3Request request) {
        this.store = store;
        this.request = request;
        this.prefix = request.parameter("prefix").orElse("");
        this.delimiter = request.parameter("delimiter").orElse("");
        this.urlEncoded = request.parameter("encoding-type").isPresent();
    }

    byte[] page() throws IOException {
        int limit = pageSize();
        Optional<String> after = request.parameter("continuation-token").map(ListObjects::decodeToken);
        List<String> rest = entries().stream()
                .filter(entry -> after.map(last -> ObjectStore.KEY_ORDER.compare(entry, last) > 0)
                        .orElse(true))
                .toList();
        List<String> page = rest.subList(0, Math.min(limit, rest.size()));
        boolean truncated = limit > 0 && page.size() < rest.size();
        List<StoredObject> objects = new ArrayList<>();
        for (String entry : page) {
            if (!isCommonPrefix(entry)) {
                objects.add(store.find(request.bucket(), entry).orElseThrow());
            }
        }
        return S3Xml.document("ListBucketResult", document -> {
            document.text("Name", request.bucket());
            document.text("Prefix", encode(prefix));
            if (!delimiter.isEmpty()) {
                document.text("Delimiter", encode(delimiter));
            }
            if (urlEncoded) {
                document.text("EncodingType", "url");
            }
            document.text("MaxKeys", Integer.toString(limit));
            document.text("KeyCount", Integer.toString(page.size()));
            document.text("IsTruncated", Boolean.toString(truncated));
            if (truncated) {
                document.text("NextContinuationToken", encodeToken(page.getLast()));
            }
            for (StoredObject object : objects) {
                document.element("Contents", contents -> describe(object, contents));
            }
            for (String entry : page) {
                if (isCommonPrefix(entry)) {
                    document.element("CommonPrefixes", common -> common.text("Prefix", encode(entry)));
                }
            }
        });
    }

    private Set<String> entries() throws IOException {
        String startAfter = request.parameter("start-after").orElse("");
        Set<String> entries = new LinkedHashSet<>();
        for (String key : store.keys(request.bucket(), prefix)) {
            if (ObjectStore.KEY_ORDER.compare(key, startAfter) > 0) {
                int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
                entries.add(end < 0 ? key : key.substring(0, end + delimiter.length()));
            }
        }
        return entries;
    }

    private boolean isCommonPrefix(String entry) {
        return !delimiter.isEmpty() && entry.indexOf(delimiter, prefix.length()) >= 0;
    }

    private void describe(StoredObject object, S3Xml contents) throws XMLStreamException {
        contents.text("Key", encode(object.key()));
        contents.text("LastModified", object.lastModified().toString());
        contents.text("ETag", object.eTag());
        contents.text("Size", Long.toString(object.size()));
        contents.text("StorageClass", "STANDARD");
    }

    private int pageSize() {
        String text = request.parameter("max-keys").orElse(Integer.toString(LARGEST_PAGE));
        try {
            int size = Integer.parseInt(text);
            if (size >= 0) {
                return Math.min(size, LARGEST_PAGE);
            }
        } catch (NumberFormatException e) {
            throw S3Refusals.invalidArgument("Provided max-keys not an integer or within integer range");
        }
        throw S3Refusals.invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
    }

    private String encode(String text) {
        return urlEncoded ? URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/") : text;
    }

    private static String encodeToken(String entry) {
        return Base64.getUrlEncoder().encodeToString(entry.getBytes(StandardCharsets.UTF_8));
    }

    private static String decodeToken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw S3Refusals.invalidArgument("The continuation token provided is incorrect");
        }
    }
}
