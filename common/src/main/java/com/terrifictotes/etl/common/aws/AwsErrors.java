package com.terrifictotes.etl.common.aws;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an error of the AWS SDK means for the pipeline; the one place where that is decided. */
public final class AwsErrors {

    /** Services that speak JSON, such as Secrets Manager, refuse with status 400. */
    private static final Set<String> ACCESS_DENIED =
            Set.of("AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException", "ExpiredToken");

    /** S3 says so of a slow connection with status 400, and of a failed completion with status 200. */
    private static final Set<String> TRANSIENT = Set.of("RequestTimeout", "InternalError", "SlowDown");

    private AwsErrors() {}

    /**
     * The exception for an error of the SDK.
     *
     * @param e what the SDK threw, after its own retries
     * @param action what was tried, with the full address: "read s3://bucket/key"
     */
    public static PipelineException translate(SdkException e, String action) {
        if (e instanceof AwsServiceException service) {
            // An answer to HEAD has no body, hence no code.
            AwsErrorDetails details = service.awsErrorDetails();
            String errorCode = details == null || details.errorCode() == null ? "" : details.errorCode();
            String answer = ("cannot " + action + ": AWS answered " + service.statusCode() + " " + errorCode).strip();
            if (errorCode.equals("NoSuchBucket")) {
                return PipelineException.of(
                        ErrorCode.BUCKET_MISSING, answer + "; check the bucket's name and region", e);
            }
            if (service.statusCode() == 403 || service.statusCode() == 401 || ACCESS_DENIED.contains(errorCode)) {
                String hint = e instanceof S3Exception
                        ? " (S3 also answers so for a missing object when s3:ListBucket is not allowed)"
                        : "";
                return PipelineException.of(
                        ErrorCode.AWS_ACCESS_DENIED, answer + "; check the role's policy" + hint, e);
            }
            if (service.statusCode() >= 500
                    || service.statusCode() == 429
                    || service.isThrottlingException()
                    || TRANSIENT.contains(errorCode)) {
                return PipelineException.of(ErrorCode.AWS_UNAVAILABLE, answer + "; it is tried again by itself", e);
            }
            return PipelineException.of(ErrorCode.AWS_REQUEST_FAILED, answer, e);
        }
        if (e instanceof SdkClientException && String.valueOf(e.getMessage()).contains("credentials")) {
            return PipelineException.of(
                    ErrorCode.AWS_ACCESS_DENIED, "cannot " + action + ": no usable AWS credentials", e);
        }
        return PipelineException.of(
                ErrorCode.AWS_UNAVAILABLE,
                "cannot " + action + ": AWS cannot be reached or broke off; it is tried again by itself",
                e);
    }
}
