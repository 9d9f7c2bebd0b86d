package com.terrifictotes.etl.testsupport;

import java.util.UUID;
import java.util.regex.Pattern;

/** Names that no other test has, on any server. */
final class Names {

    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_-]{0,25}");

    private Names() {}

    /** Returns a name for a role or a database that needs no quoting. */
    static String identifier(String prefix) {
        return requireValid(prefix).replace('-', '_') + "_" + random();
    }

    /** Returns a name for a bucket or a secret. */
    static String resource(String prefix) {
        return requireValid(prefix).replace('_', '-') + "-" + random();
    }

    static String password() {
        return random();
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String requireValid(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("prefix '" + prefix + "' does not match " + PREFIX);
        }
        return prefix;
    }
}
