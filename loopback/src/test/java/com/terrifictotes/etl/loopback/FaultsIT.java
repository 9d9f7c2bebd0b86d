package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** Faults as the real SDK client meets them, retries included. */
final class FaultsIT {

    private static final String BUCKET = "faults";

    @TempDir
    private static Path folder;

    private static LoopbackAws aws;
    private static S3Client s3;

    @BeforeAll
    static void start() {
        aws = LoopbackAws.start(folder);
        aws.createBucket(BUCKET);
        s3 = aws.s3Client();
    }

    @AfterAll
    static void stop() {
        s3.close();
        aws.close();
    }

    @AfterEach
    void everyFaultStruck() {
        assertThat(aws.faults().waiting()).isZero();
        aws.requests().reset();
    }

    @Test
    void anOverloadedS3IsTriedAgain() {
        aws.faults().next(Operation.PUT_OBJECT, "data/", Fault.slowDown());
        aws.faults().next(Operation.PUT_OBJECT, "data/", Fault.internalError());

        putIfAbsent("other");
        putIfAbsent("data/retried");

        assertThat(aws.requests().of(Operation.PUT_OBJECT)).isEqualTo(4);
        assertThat(get("data/retried")).isEqualTo("data/retried");
    }

    @Test
    void aConditionalRequestConflictReachesTheCaller(TestInfo test) {
        aws.faults().next(Operation.PUT_OBJECT, Fault.conditionalRequestConflict());

        S3Exception failure = catchThrowableOfType(S3Exception.class, () -> putIfAbsent(test.getDisplayName()));

        assertThat(failure.statusCode()).isEqualTo(409);
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("ConditionalRequestConflict");
        assertThat(aws.requests().of(Operation.PUT_OBJECT)).isEqualTo(1);
    }

    @Test
    void aRetryMeetsItsOwnFirstSuccess() {
        aws.faults().next(Operation.PUT_OBJECT, new Fault.RefuseAfterwards(500, "InternalError"));

        S3Exception refused = catchThrowableOfType(S3Exception.class, () -> putIfAbsent("refused"));

        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(get("refused")).isEqualTo("refused");

        aws.faults().next(Operation.PUT_OBJECT, new Fault.DropAnswer());

        S3Exception dropped = catchThrowableOfType(S3Exception.class, () -> putIfAbsent("dropped"));

        assertThat(dropped.statusCode()).isEqualTo(412);
        assertThat(get("dropped")).isEqualTo("dropped");
    }

    @Test
    void aCutBodyIsNoticed() {
        putIfAbsent("cut");
        aws.faults().next(Operation.GET_OBJECT, new Fault.CutBody(1));

        assertThatIOException()
                .isThrownBy(() -> s3.getObject(request -> request.bucket(BUCKET).key("cut"))
                        .readAllBytes());
    }

    @Test
    void aDelayedRequestIsPerformed() {
        aws.faults().next(Operation.PUT_OBJECT, new Fault.Delay(Duration.ofMillis(300)));
        long start = System.nanoTime();

        putIfAbsent("delayed");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(get("delayed")).isEqualTo("delayed");
    }

    @Test
    void anErrorMayHideInASuccessfulAnswer() {
        String upload = s3.createMultipartUpload(
                        request -> request.bucket(BUCKET).key("hidden"))
                .uploadId();
        String eTag = s3.uploadPart(
                        request -> request.bucket(BUCKET)
                                .key("hidden")
                                .uploadId(upload)
                                .partNumber(1),
                        RequestBody.fromString("1"))
                .eTag();
        aws.faults().next(Operation.COMPLETE_MULTIPART_UPLOAD, new Fault.Refuse(200, "InternalError"));

        s3.completeMultipartUpload(request -> request.bucket(BUCKET)
                .key("hidden")
                .uploadId(upload)
                .multipartUpload(parts -> parts.parts(
                        CompletedPart.builder().partNumber(1).eTag(eTag).build())));

        assertThat(aws.requests().of(Operation.COMPLETE_MULTIPART_UPLOAD)).isEqualTo(2);
        assertThat(get("hidden")).isEqualTo("1");
    }

    @Test
    void secretsManagerFailsToo() {
        aws.putSecret("warehouse", "{}");
        try (SecretsManagerClient secrets = aws.secretsManagerClient()) {
            aws.faults().next(Operation.GET_SECRET_VALUE, "ware", new Fault.Refuse(400, "DecryptionFailure"));
            assertThatExceptionOfType(SecretsManagerException.class)
                    .isThrownBy(() -> secrets.getSecretValue(request -> request.secretId("warehouse")))
                    .satisfies(failure ->
                            assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("DecryptionFailure"));

            aws.faults().next(Operation.GET_SECRET_VALUE, new Fault.Refuse(500, "InternalServiceError"));
            assertThat(secrets.getSecretValue(request -> request.secretId("warehouse"))
                            .secretString())
                    .isEqualTo("{}");
        }
    }

    @Test
    void faultsCanBeForgotten() {
        aws.faults().next(request -> request.bucket().equals(BUCKET), Fault.internalError());
        assertThat(aws.faults().waiting()).isEqualTo(1);

        aws.faults().clear();

        assertThat(aws.faults().waiting()).isZero();
    }

    @Test
    void refusesWhatCannotHappen() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.Refuse(100, "Continue"))
                .withMessage("status is no final HTTP status: 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.CutBody(-1))
                .withMessage("afterBytes is negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.Delay(Duration.ofSeconds(-1)))
                .withMessage("duration is negative: PT-1S");
    }

    /** The body is the key. */
    private static void putIfAbsent(String key) throws SdkException {
        s3.putObject(request -> request.bucket(BUCKET).key(key).ifNoneMatch("*"), RequestBody.fromString(key));
    }

    private static String get(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asUtf8String();
    }
}
