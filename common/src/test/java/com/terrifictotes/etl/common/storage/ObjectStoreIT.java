package com.terrifictotes.etl.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.storage.ObjectStore.Listed;
import com.terrifictotes.etl.common.storage.ObjectStore.PutOutcome;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectStoreIT {

    /** What the SDK tries by default before it gives up. */
    private static final int TRIES = 4;

    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    private static final TestServers SERVERS = TestServers.shared();

    private final ObjectStore store = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("store"));
    private final ObjectStore nowhere = new ObjectStore(SERVERS.s3(), "no-such-bucket");

    @TempDir
    private Path folder;

    @Test
    void objectIsFoundAndReadInEveryWay() throws IOException {
        Path file = folder.resolve("copy");

        assertThat(store.putIfAbsent("a/b", CONTENT, "text/plain")).isEqualTo(PutOutcome.CREATED);

        assertThat(store.exists("a/b")).isTrue();
        assertThat(store.read("a/b")).hasValue(CONTENT);
        try (InputStream stream = store.open("a/b")) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        store.download("a/b", file);
        assertThat(file).hasBinaryContent(CONTENT);
        assertThat(SERVERS.s3()
                        .headObject(request -> request.bucket(store.bucket()).key("a/b"))
                        .contentType())
                .isEqualTo("text/plain");
    }

    @Test
    void takenKeyKeepsItsFirstContent() throws IOException {
        Path file = Files.writeString(folder.resolve("other"), "other");
        store.putIfAbsent("key", CONTENT, "text/plain");

        assertThat(store.putIfAbsent("key", new byte[0], "text/plain")).isEqualTo(PutOutcome.TAKEN);
        assertThat(store.putIfAbsent("key", file, "text/plain")).isEqualTo(PutOutcome.TAKEN);
        assertThat(store.read("key")).hasValue(CONTENT);
        assertThat(store.putIfAbsent("key2", file, "text/plain")).isEqualTo(PutOutcome.CREATED);
        assertThat(store.read("key2")).hasValue("other".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listingHasEveryKeyInOrderAcrossPages() {
        IntStream.rangeClosed(1, 1_001)
                .parallel()
                .forEach(number -> store.putIfAbsent(
                        String.format(Locale.ROOT, "many/%04d", number), new byte[number % 3], "text/plain"));
        store.putIfAbsent("manz/0001", CONTENT, "text/plain");
        List<Listed> all = new ArrayList<>();
        List<Listed> last = new ArrayList<>();
        List<Listed> none = new ArrayList<>();

        store.list("many/", "", all::add);
        store.list("many/", "many/0999/", last::add);
        store.list("absent/", "", none::add);

        assertThat(all)
                .hasSize(1_001)
                .isSortedAccordingTo(Comparator.comparing(Listed::key))
                .startsWith(new Listed("many/0001", 1), new Listed("many/0002", 2), new Listed("many/0003", 0));
        assertThat(last).containsExactly(new Listed("many/1000", 1), new Listed("many/1001", 2));
        assertThat(none).isEmpty();
    }

    @Test
    void readerOfAListingMayFailWithItsOwnError() {
        store.putIfAbsent("a", CONTENT, "text/plain");
        IllegalStateException failure = new IllegalStateException("mine");

        assertThatThrownBy(() -> store.list("", "", object -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void missingObjectIsAbsentOrNamed() {
        String address = "s3://" + store.bucket() + "/missing";

        assertThat(store.exists("missing")).isFalse();
        assertThat(store.read("missing")).isEmpty();
        refused(() -> store.open("missing"), ErrorCode.OBJECT_MISSING, address + " does not exist");
        refused(
                () -> store.download("missing", folder.resolve("none")),
                ErrorCode.OBJECT_MISSING,
                address + " does not exist");
    }

    @Test
    void missingBucketIsNamed() {
        String answer = " s3://no-such-bucket/key: AWS answered 404 NoSuchBucket; check the bucket's name and region";

        assertThat(nowhere.exists("key")).isFalse();
        refused(() -> nowhere.read("key"), ErrorCode.BUCKET_MISSING, "cannot read" + answer);
        refused(() -> nowhere.open("key"), ErrorCode.BUCKET_MISSING, "cannot read" + answer);
        refused(
                () -> nowhere.download("key", folder.resolve("none")),
                ErrorCode.BUCKET_MISSING,
                "cannot read" + answer);
        refused(
                () -> nowhere.putIfAbsent("key", CONTENT, "text/plain"),
                ErrorCode.BUCKET_MISSING,
                "cannot write" + answer);
        refused(() -> nowhere.list("key", "", object -> {}), ErrorCode.BUCKET_MISSING, "cannot list" + answer);
        refused(() -> nowhere.startMultipart("key", "text/plain"), ErrorCode.BUCKET_MISSING, "cannot write" + answer);
    }

    @Test
    void refusedAccessTellsWhatToCheck() {
        String hint = "; check the role's policy (S3 also answers so for a missing object when s3:ListBucket is not"
                + " allowed)";
        faults().next(Operation.GET_OBJECT, new Fault.Refuse(403, "AccessDenied"));
        faults().next(Operation.HEAD_OBJECT, new Fault.Refuse(403, "AccessDenied"));

        refused(
                () -> store.read("key"),
                ErrorCode.AWS_ACCESS_DENIED,
                "cannot read " + store.locate("key") + ": AWS answered 403 AccessDenied" + hint);
        refused(
                () -> store.exists("key"),
                ErrorCode.AWS_ACCESS_DENIED,
                "cannot look for " + store.locate("key") + ": AWS answered 403" + hint);
    }

    @ParameterizedTest
    @CsvSource({"503, SlowDown", "500, InternalError", "400, RequestTimeout"})
    void overloadIsTriedAgainAndThenTransient(int status, String code) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            faults().next(Operation.PUT_OBJECT, new Fault.Refuse(status, code));
        }

        assertThatThrownBy(() -> store.putIfAbsent("key", CONTENT, "text/plain"))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot write " + store.locate("key") + ": AWS answered " + status + " "
                        + code + "; it is tried again by itself");
        assertThat(faults().waiting()).isZero();
        assertThat(store.putIfAbsent("key", CONTENT, "text/plain")).isEqualTo(PutOutcome.CREATED);
    }

    @Test
    void brokenConnectionIsTransient() {
        store.putIfAbsent("key", CONTENT, "text/plain");
        for (int attempt = 0; attempt < TRIES; attempt++) {
            faults().next(Operation.GET_OBJECT, new Fault.CutBody(3));
        }

        assertThatThrownBy(() -> store.read("key"))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot read " + store.locate("key")
                        + ": AWS cannot be reached or broke off; it is tried again by itself");
        faults().clear();
        assertThat(store.read("key")).hasValue(CONTENT);
    }

    @Test
    void otherRefusalIsNotTriedAgain() {
        faults().next(Operation.GET_OBJECT, new Fault.Refuse(400, "InvalidRequest"));

        refused(
                () -> store.read("key"),
                ErrorCode.AWS_REQUEST_FAILED,
                "cannot read " + store.locate("key") + ": AWS answered 400 InvalidRequest");
    }

    @Test
    void lostAnswerToAPutLooksTaken() {
        faults().next(Operation.PUT_OBJECT, new Fault.RefuseAfterwards(500, "InternalError"));

        assertThat(store.putIfAbsent("key", CONTENT, "text/plain")).isEqualTo(PutOutcome.TAKEN);
        assertThat(store.read("key")).hasValue(CONTENT);
    }

    @Test
    void conflictingPutLooksTaken() {
        faults().next(Operation.PUT_OBJECT, Fault.conditionalRequestConflict());

        assertThat(store.putIfAbsent("key", CONTENT, "text/plain")).isEqualTo(PutOutcome.TAKEN);
        assertThat(store.exists("key")).isFalse();
    }

    private static Faults faults() {
        return SERVERS.requireLoopback().faults();
    }

    private static void refused(ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .isNotInstanceOf(TransientPipelineException.class)
                .hasMessage(code + ": " + message);
    }
}
