package com.terrifictotes.etl.common;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of the pipeline. Its message says what happened, where, what was expected and what to do; it never
 * holds a row value or a secret.
 */
public class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param code what kind of error it is; for one of category TRANSIENT use {@link #of}
     * @param message what happened, where, what was expected, what to do
     */
    public PipelineException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * @param code what kind of error it is; for one of category TRANSIENT use {@link #of}
     * @param message what happened, where, what was expected, what to do
     * @param cause what it was translated from; its message must be fit for a log
     */
    public PipelineException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(requireNonNull(code, "code is null") + ": " + message, cause);
        this.code = code;
    }

    /** The exception for that code: a {@link TransientPipelineException} where trying again can help. */
    public static PipelineException of(ErrorCode code, String message, @Nullable Throwable cause) {
        return code.category() == ErrorCode.Category.TRANSIENT
                ? new TransientPipelineException(code, message, cause)
                : new PipelineException(code, message, cause);
    }

    /** What kind of error it is. */
    public ErrorCode code() {
        return code;
    }
}
