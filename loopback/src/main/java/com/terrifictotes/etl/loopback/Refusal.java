package com.terrifictotes.etl.loopback;

import java.util.Map;

/** An error answer of AWS: thrown where the reason is found, written in the service's format in one place. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> details;

    Refusal(int status, String code, String message, Map<String, String> details) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = Map.copyOf(details);
    }

    Refusal(int status, String code, String message) {
        this(status, code, message, Map.of());
    }

    /** What this server does not model is refused, never silently ignored. */
    static Refusal notImplemented(String what) {
        return new Refusal(501, "NotImplemented", "the loopback server does not model " + what);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** Returns further elements of an S3 error document, such as the bucket's name. */
    Map<String, String> details() {
        return details;
    }
}
