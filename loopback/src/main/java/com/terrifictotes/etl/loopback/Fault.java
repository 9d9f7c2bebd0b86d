package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Something that goes wrong with one request, see {@link Faults}. AWS documents every one of these; no emulator sends
 * them by itself.
 */
public sealed interface Fault {

    /**
     * Refuses the request with an error answer and does nothing else. With status 200 on CompleteMultipartUpload this
     * is the error inside a successful answer that the S3 API reference warns of.
     *
     * @param status the HTTP status
     * @param code the AWS error code, such as {@code SlowDown}
     */
    record Refuse(int status, String code) implements Fault {

        /** Refuses what is no final HTTP status. */
        public Refuse {
            requireStatus(status);
            requireNonNull(code, "code is null");
        }
    }

    /**
     * Performs the request, then answers with an error: the client's retry meets its own first success.
     *
     * @param status the HTTP status
     * @param code the AWS error code, such as {@code InternalError}
     */
    record RefuseAfterwards(int status, String code) implements Fault {

        /** Refuses what is no final HTTP status. */
        public RefuseAfterwards {
            requireStatus(status);
            requireNonNull(code, "code is null");
        }
    }

    /**
     * Performs the request, then closes the connection without an answer: the client's retry meets its own first
     * success. {@link java.net.HttpURLConnection} itself repeats a request without a body once, unseen by the SDK.
     */
    record DropAnswer() implements Fault {}

    /**
     * Performs the request, then closes the connection after a part of the answer's body.
     *
     * @param afterBytes how many bytes of the body are still sent; a shorter body is sent wholly
     */
    record CutBody(long afterBytes) implements Fault {

        /** Refuses a negative number. */
        public CutBody {
            if (afterBytes < 0) {
                throw new IllegalArgumentException("afterBytes is negative: " + afterBytes);
            }
        }
    }

    /**
     * Performs the request normally, but only after a while.
     *
     * @param duration how long the request waits, body unread
     */
    record Delay(Duration duration) implements Fault {

        /** Refuses a negative duration. */
        public Delay {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("duration is negative: " + duration);
            }
        }
    }

    /** Returns the answer of an overloaded S3: 503 {@code SlowDown}. */
    static Fault slowDown() {
        return new Refuse(503, "SlowDown");
    }

    /** Returns S3's answer to a conditional write that raced with another one: 409 {@code ConditionalRequestConflict}. */
    static Fault conditionalRequestConflict() {
        return new Refuse(409, "ConditionalRequestConflict");
    }

    /** Returns AWS's answer to its own mistakes: 500 {@code InternalError}. */
    static Fault internalError() {
        return new Refuse(500, "InternalError");
    }

    private static void requireStatus(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is no final HTTP status: " + status);
        }
    }
}
