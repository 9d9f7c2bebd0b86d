package com.terrifictotes.etl.common;

import org.jspecify.annotations.Nullable;

/**
 * An error that trying again can cure. It has a class of its own because Step Functions chooses what to retry by the
 * name of the exception's class.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">AWS Step Functions:
 *     Handling errors</a>
 */
public final class TransientPipelineException extends PipelineException {

    private static final long serialVersionUID = 1L;

    TransientPipelineException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
