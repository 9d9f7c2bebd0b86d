package com.terrifictotes.etl.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.UncheckedIOException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedObjectIT {

    private static final int KIBIBYTE = 1024;
    private static final int PART = StreamedObject.PART_BYTES;
    private static final String KEY = "data/object";

    /** What the SDK tries by default before it gives up. */
    private static final int TRIES = 4;

    private static final TestServers SERVERS = TestServers.shared();
    private static final ExecutorService UPLOADS = Executors.newVirtualThreadPerTaskExecutor();

    private final ObjectStore store = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("streamed"));

    @AfterAll
    static void stop() {
        UPLOADS.close();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                64 * KIBIBYTE - 1,
                64 * KIBIBYTE,
                64 * KIBIBYTE + 1,
                PART - 1,
                PART,
                PART + 1,
                2 * PART,
                20 * KIBIBYTE * KIBIBYTE
            })
    void anySizeArrivesByteForByteHoweverItIsSliced(int size) throws NoSuchAlgorithmException {
        byte[] content = content(size);
        Random random = new Random(size);

        StreamedObject.Written written;
        try (StreamedObject object = object()) {
            for (int from = 0; from < size; ) {
                // Mostly rows, now and then more than a buffer at once.
                int bound = random.nextInt(50) == 0 ? PART + 2 : 32 * KIBIBYTE;
                int to = Math.min(size, from + random.nextInt(bound));
                object.write(Arrays.copyOfRange(content, from, to));
                from = to;
                assertThat(object.bytes()).isEqualTo(from);
            }
            written = object.finish();
        }

        CRC32 crc32 = new CRC32();
        crc32.update(content);
        assertThat(written)
                .isEqualTo(new StreamedObject.Written(KEY, size, String.format(Locale.ROOT, "%08x", crc32.getValue())));
        assertThat(Arrays.equals(store.read(KEY).orElseThrow(), content)).isTrue();
        assertThat(openUploads()).isZero();
        assertThat(SERVERS.s3()
                        .headObject(request -> request.bucket(store.bucket()).key(KEY))
                        .contentType())
                .isEqualTo("text/csv");
    }

    @Test
    void largestSinglePutIsOnePart() {
        SERVERS.requireLoopback().requests().reset();

        write(PART);

        assertThat(SERVERS.requireLoopback().requests().of(Operation.PUT_OBJECT))
                .isEqualTo(1);
        assertThat(SERVERS.requireLoopback().requests().total()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART, PART + 1, 3 * PART})
    void closedWithoutFinishLeavesNothing(int size) {
        try (StreamedObject object = object()) {
            object.write(content(size));
        }

        assertNothingIsLeft();
    }

    @Test
    void failingPartFailsTheObjectAndLeavesNothing() {
        refuse(Operation.UPLOAD_PART, 403, "AccessDenied", 1);

        assertThatThrownBy(() -> write(2 * PART))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith(
                        "AWS_ACCESS_DENIED: cannot write part 1 of " + store.locate(KEY) + ": AWS answered 403");
        assertNothingIsLeft();
    }

    @Test
    void overloadedPartIsTriedAgainAndThenTransient() {
        refuse(Operation.UPLOAD_PART, 503, "SlowDown", TRIES);

        assertThatThrownBy(() -> write(3 * PART))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot write part 1 of " + store.locate(KEY)
                        + ": AWS answered 503 SlowDown; it is tried again by itself");
        assertNothingIsLeft();
    }

    @Test
    void objectWithoutAFailedPartCannotBeFinished() {
        refuse(Operation.UPLOAD_PART, 403, "AccessDenied", 1);
        try (StreamedObject object = object()) {
            object.write(content(2 * PART));
            assertThatThrownBy(() -> object.write(content(1))).isInstanceOf(PipelineException.class);

            assertThatThrownBy(object::finish)
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("cannot write part 1 of");
        }

        assertNothingIsLeft();
    }

    @Test
    void failingPartOfAnObjectThatIsGivenUpDoesNotMatter() {
        refuse(Operation.UPLOAD_PART, 403, "AccessDenied", 1);
        StreamedObject object = object();
        object.write(content(PART + 1));

        assertThatCode(object::close).doesNotThrowAnyException();

        assertNothingIsLeft();
    }

    @Test
    void interruptedWriterLeavesNothingAndStaysInterrupted() {
        faults().next(Operation.UPLOAD_PART, new Fault.Delay(Duration.ofMillis(300)));

        assertThatThrownBy(() -> {
                    try (StreamedObject object = object()) {
                        object.write(content(PART + 1));
                        Thread.currentThread().interrupt();
                        object.write(content(PART));
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("interrupted while writing " + store.locate(KEY));

        assertThat(Thread.interrupted()).isTrue();
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"PUT_OBJECT, 10", "COMPLETE_MULTIPART_UPLOAD, 9000000"})
    void objectWhoseAnswerWasLostIsRecognised(Operation operation, int size) {
        for (Fault fault : new Fault[] {new Fault.RefuseAfterwards(500, "InternalError"), new Fault.DropAnswer()}) {
            ObjectStore fresh = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("streamed"));
            faults().next(operation, fault);

            try (StreamedObject object = new StreamedObject(fresh, KEY, "text/csv", UPLOADS)) {
                object.write(content(size));
                object.finish();
            }

            assertThat(Arrays.equals(fresh.read(KEY).orElseThrow(), content(size)))
                    .isTrue();
            assertThat(openUploads(fresh.bucket())).isZero();
            assertThat(faults().waiting()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT_OBJECT, 10", "COMPLETE_MULTIPART_UPLOAD, 9000000"})
    void conflictThatNeverEndedIsTransient(Operation operation, int size) {
        faults().next(operation, Fault.conditionalRequestConflict());

        assertThatThrownBy(() -> write(size))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot write " + store.locate(KEY)
                        + ": S3 reports a conflicting write that has not finished");
        assertNothingIsLeft();
    }

    @Test
    void completionThatFailsInsideASuccessfulAnswerIsTransient() {
        refuse(Operation.COMPLETE_MULTIPART_UPLOAD, 200, "InternalError", TRIES);

        assertThatThrownBy(() -> write(PART + 1))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageContaining("cannot complete " + store.locate(KEY))
                .hasMessageContaining("InternalError; it is tried again by itself");
        faults().clear();
        assertNothingIsLeft();
    }

    @Test
    void uploadThatIsGoneCannotBeCompletedButIsGivenUp() {
        refuse(Operation.COMPLETE_MULTIPART_UPLOAD, 404, "NoSuchUpload", 1);
        refuse(Operation.ABORT_MULTIPART_UPLOAD, 404, "NoSuchUpload", 1);

        assertThatThrownBy(() -> write(PART + 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "AWS_REQUEST_FAILED: cannot complete " + store.locate(KEY) + ": AWS answered 404 NoSuchUpload")
                .hasNoSuppressedExceptions();
        assertThat(store.exists(KEY)).isFalse();
    }

    private StreamedObject object() {
        return new StreamedObject(store, KEY, "text/csv", UPLOADS);
    }

    private void write(int size) {
        try (StreamedObject object = object()) {
            object.write(content(size));
            object.finish();
        }
    }

    private void assertNothingIsLeft() {
        assertThat(store.exists(KEY)).isFalse();
        assertThat(openUploads()).isZero();
        assertThat(faults().waiting()).isZero();
    }

    private int openUploads() {
        return openUploads(store.bucket());
    }

    private static int openUploads(String bucket) {
        return SERVERS.s3()
                .listMultipartUploads(request -> request.bucket(bucket))
                .uploads()
                .size();
    }

    private static void refuse(Operation operation, int status, String code, int times) {
        for (int time = 0; time < times; time++) {
            faults().next(operation, new Fault.Refuse(status, code));
        }
    }

    private static Faults faults() {
        return SERVERS.requireLoopback().faults();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(42).nextBytes(content);
        return content;
    }
}
