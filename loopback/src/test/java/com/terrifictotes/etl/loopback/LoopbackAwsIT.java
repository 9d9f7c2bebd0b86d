package com.terrifictotes.etl.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** What the loopback server does beyond the contract of S3: files, strictness, secrets, counting. */
final class LoopbackAwsIT {

    private static final String BUCKET = "bucket";

    @TempDir
    private Path folder;

    private LoopbackAws aws;
    private S3Client s3;

    @BeforeEach
    void start() {
        aws = LoopbackAws.start(folder);
        aws.createBucket(BUCKET);
        s3 = aws.s3Client();
    }

    @AfterEach
    void stop() {
        s3.close();
        aws.close();
    }

    @Test
    void keepsObjectsAsPlainFilesAndNothingElseBesideThem() throws IOException {
        put("data/staff/1.csv", "staff_id\n1\n");

        assertThat(folder.resolve("bucket/data/staff/1.csv")).hasContent("staff_id\n1\n");
        try (Stream<Path> files = Files.walk(folder.resolve(BUCKET)).filter(Files::isRegularFile)) {
            assertThat(files).hasSize(1);
        }
        try (Stream<Path> incoming = Files.list(folder.resolve(".loopback/incoming"))) {
            assertThat(incoming).isEmpty();
        }
    }

    @Test
    void servesAgainWhatAFormerServerLeft() {
        s3.putObject(
                request -> request.bucket(BUCKET).key("kept").contentType("text/csv"), RequestBody.fromString("1"));
        HeadObjectResponse before =
                s3.headObject(request -> request.bucket(BUCKET).key("kept"));

        stop();
        start();

        HeadObjectResponse after =
                s3.headObject(request -> request.bucket(BUCKET).key("kept"));
        assertThat(after.contentType()).isEqualTo("text/csv");
        assertThat(after.eTag()).isEqualTo(before.eTag());
        assertThat(after.lastModified()).isEqualTo(before.lastModified());
    }

    @Test
    void servesAFileThatAPersonPutThere() throws IOException {
        Files.writeString(folder.resolve("bucket/by-hand.csv"), "x");

        HeadObjectResponse head =
                s3.headObject(request -> request.bucket(BUCKET).key("by-hand.csv"));

        assertThat(head.eTag()).isEqualTo("\"9dd4e461268c8034f5c8564e155c67a6\"");
    }

    @Test
    void doesNotShareItsFolder() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoopbackAws.start(folder))
                .withMessage("another server uses the folder " + folder.toAbsolutePath()
                        + ": stop it, or name another folder");
    }

    @Test
    void refusesWhatIsNoBucketName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.createBucket("../outside"))
                .withMessage("'../outside' is no bucket name");
        assertThat(folder.resolveSibling("outside")).doesNotExist();
    }

    @Test
    void answersNotImplementedToWhatItDoesNotModel() {
        put("there", "1");
        List<Consumer<S3Client>> unsupported = List.of(
                client -> client.putObject(request -> request.bucket(BUCKET).key("there"), RequestBody.fromString("2")),
                client -> client.deleteObject(request -> request.bucket(BUCKET).key("there")),
                client -> client.copyObject(request -> request.sourceBucket(BUCKET)
                        .sourceKey("there")
                        .destinationBucket(BUCKET)
                        .destinationKey("copy")),
                client -> client.putObject(
                        request -> request.bucket(BUCKET).key("tagged").tagging("a=b"), RequestBody.fromString("2")),
                client -> client.putObject(
                        request -> request.bucket(BUCKET).key("matched").ifMatch("\"x\""), RequestBody.fromString("2")),
                client -> client.putObject(
                        request -> request.bucket(BUCKET).key("there/below"), RequestBody.fromString("2")),
                client -> client.getObjectAsBytes(
                        request -> request.bucket(BUCKET).key("there").versionId("1")),
                client -> client.listObjects(request -> request.bucket(BUCKET)),
                S3Client::listBuckets);

        assertThat(unsupported).allSatisfy(call -> {
            S3Exception failure = catchThrowableOfType(S3Exception.class, () -> call.accept(s3));
            assertThat(failure.statusCode()).isEqualTo(501);
            assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("NotImplemented");
        });
        assertThat(s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("there"))
                        .asUtf8String())
                .isEqualTo("1");
    }

    @Test
    void givesSecrets() {
        aws.putSecret("totesys/reader", "{\"password\":\"old\"}");
        try (SecretsManagerClient secrets = aws.secretsManagerClient()) {
            GetSecretValueResponse old = secrets.getSecretValue(request -> request.secretId("totesys/reader"));
            aws.putSecret("totesys/reader", "{\"password\":\"new\"}");
            GetSecretValueResponse rotated = secrets.getSecretValue(request -> request.secretId(old.arn()));

            assertThat(old.secretString()).isEqualTo("{\"password\":\"old\"}");
            assertThat(rotated.secretString()).isEqualTo("{\"password\":\"new\"}");
            assertThat(rotated.name()).isEqualTo("totesys/reader");
            assertThat(rotated.versionId()).isNotEqualTo(old.versionId());
            assertThat(rotated.versionStages()).containsExactly("AWSCURRENT");
        }
    }

    @Test
    void saysWhichSecretsItCannotGive() {
        aws.putSecret("known", "{}");
        try (SecretsManagerClient secrets = aws.secretsManagerClient()) {
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(() -> secrets.getSecretValue(request -> request.secretId("absent")))
                    .withMessageContaining("Secrets Manager can't find the specified secret.");
            assertThatExceptionOfType(SecretsManagerException.class)
                    .isThrownBy(() -> secrets.deleteSecret(request -> request.secretId("known")))
                    .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(501));
        }
    }

    @Test
    void countsRequestsByOperation() {
        put("counted", "1");
        s3.headObject(request -> request.bucket(BUCKET).key("counted"));
        s3.headObject(request -> request.bucket(BUCKET).key("counted"));

        assertThat(aws.requests().of(Operation.PUT_OBJECT)).isEqualTo(1);
        assertThat(aws.requests().of(Operation.HEAD_OBJECT)).isEqualTo(2);
        assertThat(aws.requests().writes()).isEqualTo(1);
        assertThat(aws.requests().total()).isEqualTo(3);

        aws.requests().reset();

        assertThat(aws.requests().total()).isZero();
    }

    private void put(String key, String body) {
        s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(body));
    }
}
