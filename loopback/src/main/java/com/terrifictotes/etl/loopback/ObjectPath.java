package com.terrifictotes.etl.loopback;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * The relative path under which an object's file is kept. It is the key itself where the key consists of plain segments, as
 * all keys of the pipeline do. Everything else is percent-encoded, so that no key leaves its bucket's folder and no file
 * system's idea of letters matters: {@code ..} becomes {@code %2E%2E}, an empty segment {@code %}, {@code ü}
 * {@code %C3%BC}. Two keys never share a path.
 */
final class ObjectPath {

    private static final int LONGEST_KEY_IN_BYTES = 1024;
    private static final int LONGEST_FILE_NAME_IN_BYTES = 255;
    private static final String PLAIN_PUNCTUATION = " !#$&'()+,-.;=@[]^_`{}~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ObjectPath() {}

    static String ofKey(String key) {
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_KEY_IN_BYTES) {
            throw S3Refusals.keyTooLong(length);
        }
        return Arrays.stream(key.split("/", -1)).map(ObjectPath::encode).collect(Collectors.joining("/"));
    }

    static String toKey(String path) {
        return Arrays.stream(path.split("/", -1)).map(ObjectPath::decode).collect(Collectors.joining("/"));
    }

    private static String encode(String segment) {
        if (segment.isEmpty()) {
            return "%";
        }
        boolean dots = segment.equals(".") || segment.equals("..");
        StringBuilder name = new StringBuilder();
        for (byte next : segment.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(next) && !dots) {
                name.append((char) next);
            } else {
                name.append('%').append(HEX.toHexDigits(next));
            }
        }
        if (name.length() > LONGEST_FILE_NAME_IN_BYTES) {
            throw Refusal.notImplemented("a key with a segment that needs more than " + LONGEST_FILE_NAME_IN_BYTES
                    + " bytes as a file name");
        }
        return name.toString();
    }

    private static String decode(String name) {
        if (name.equals("%")) {
            return "";
        }
        byte[] characters = name.getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = new byte[characters.length];
        int length = 0;
        for (int index = 0; index < characters.length; index++) {
            boolean escaped = characters[index] == '%' && index + 2 < characters.length;
            if (escaped) {
                decoded[length] = (byte) HexFormat.fromHexDigits(name, index + 1, index + 3);
                index += 2;
            } else {
                decoded[length] = characters[index];
            }
            length++;
        }
        return new String(decoded, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || PLAIN_PUNCTUATION.indexOf(character) >= 0;
    }
}
