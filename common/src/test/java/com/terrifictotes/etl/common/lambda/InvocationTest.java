package com.terrifictotes.etl.common.lambda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.loopback.LoopbackContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvocationTest {

    private static final String NO_S3_EVENT =
            "the payload is not a S3Event; the function takes its own requests, scheduled events and S3 events";

    record Request(long run, @Nullable Integer batch) {}

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "{}", " { } "})
    void payloadThatSaysNothingIsAnEmptyRequest(String payload) throws IOException {
        Invocation invocation = read(payload);

        assertThat(invocation.isEmpty()).isTrue();
        assertThat(invocation.isScheduledEvent()).isFalse();
        assertThat(invocation.isManifestEvent("ingestion")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "run 1", "{} {}", "{\"run\":1}x"})
    void textThatIsNotJsonIsRefused(String payload) {
        refused(() -> read(payload), "the payload is not JSON");
    }

    @ParameterizedTest
    @CsvSource({"[1], ARRAY", "null, NULL", "1, NUMBER", "\"run\", STRING", "true, BOOLEAN"})
    void jsonThatIsNoObjectIsRefused(String payload, String kind) {
        refused(() -> read(payload), "the payload is a JSON " + kind + "; expected an object");
    }

    @Test
    void scheduledEventWakes() throws IOException {
        Invocation invocation = read(resource("scheduled-event.json"));

        assertThat(invocation.isScheduledEvent()).isTrue();
        assertThat(invocation.isManifestEvent("ingestion")).isFalse();
        assertThat(invocation.isEmpty()).isFalse();
    }

    @Test
    void otherEventOfEventBridgeIsRefused() throws IOException {
        Invocation invocation = read(resource("scheduled-event.json").replace("Scheduled Event", "Object Created"));

        refused(invocation::isScheduledEvent, "the event is a \"Object Created\"; expected a \"Scheduled Event\"");
    }

    @Test
    void malformedEventOfEventBridgeIsRefused() throws IOException {
        Invocation invocation = read("{\"detail-type\":[1],\"time\":\"never\"}");

        refused(
                invocation::isScheduledEvent,
                "the payload is not a ScheduledEvent; the function takes its own requests, scheduled events and S3"
                        + " events");
    }

    @Test
    void s3EventAboutAManifestWakes() throws IOException {
        Invocation invocation = read(resource("s3-event.json"));

        assertThat(invocation.isManifestEvent("ingestion")).isTrue();
        assertThat(invocation.isScheduledEvent()).isFalse();
    }

    @Test
    void s3EventAboutAnotherBucketIsRefused() throws IOException {
        Invocation invocation = read(resource("s3-event.json"));

        refused(
                () -> invocation.isManifestEvent("inges"),
                "the S3 event is about s3://ingestion/runs/0000000042.json; expected manifests: s3://inges/runs/<run>.json");
    }

    @Test
    void s3EventAboutAnotherKeyIsRefusedByItsRealName() throws IOException {
        Invocation invocation =
                read(resource("s3-event.json").replace("runs%2F0000000042.json", "data/caf%C3%A9+au+lait.csv"));

        refused(
                () -> invocation.isManifestEvent("ingestion"),
                "the S3 event is about s3://ingestion/data/café au lait.csv; expected manifests:"
                        + " s3://ingestion/runs/<run>.json");
    }

    @Test
    void s3EventAboutNothingIsRefused() throws IOException {
        Invocation invocation = read("{\"Records\":[]}");

        refused(
                () -> invocation.isManifestEvent("ingestion"),
                "the S3 event is about nothing; expected manifests: s3://ingestion/runs/<run>.json");
    }

    @Test
    void s3EventWrittenByHandNeedsNoMoreThanBucketAndKey() throws IOException {
        Invocation invocation = read(
                "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"ingestion\"},\"object\":{\"key\":\"runs/0000000007.json\"}}}]}");

        assertThat(invocation.isManifestEvent("ingestion")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Records\":null}",
                "{\"Records\":\"all\"}",
                "{\"Records\":[null]}",
                "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"body\":\"hello\"}]}",
                "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"ingestion\"},\"object\":{}}}]}",
                "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"ingestion\"},\"object\":{\"key\":\"runs/%zz\"}}}]}"
            })
    void recordsOfOtherServicesAreRefused(String payload) throws IOException {
        Invocation invocation = read(payload);

        refused(() -> invocation.isManifestEvent("ingestion"), NO_S3_EVENT);
    }

    @Test
    void requestBecomesARecord() throws IOException {
        assertThat(read("{\"run\":7,\"batch\":2}").as(Request.class)).isEqualTo(new Request(7, 2));
        assertThat(read("{\"run\":7}").as(Request.class)).isEqualTo(new Request(7, null));
        assertThat(read("{\"run\":7}").isEmpty()).isFalse();
    }

    @Test
    void fieldThatTheRequestDoesNotHaveIsRefused() {
        refusedAsRequest("{\"run\":7,\"table\":\"staff\"}", "Unrecognized field \"table\"");
    }

    @Test
    void fieldThatTheRequestNeedsIsRefusedWhereItIsMissing() {
        refusedAsRequest("{}", "");
        refusedAsRequest("{\"batch\":1}", "");
        refusedAsRequest("{\"run\":null}", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"run\":1.5}", "{\"run\":\"1\"}", "{\"run\":true}", "{\"run\":[1]}", "{\"run\":1e30}"})
    void numberIsNotGuessed(String payload) {
        refusedAsRequest(payload, "");
    }

    @Test
    void answerIsOneLineOfJson() throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        Invocation.answer(output, new Request(7, null));

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("{\"run\":7}");
    }

    @Test
    void deadlineIsWhatTheContextSays() {
        assertThat(Invocation.deadline(new LoopbackContext()).allows(Duration.ofMillis(Integer.MAX_VALUE)))
                .isTrue();
        assertThat(Invocation.deadline(new LoopbackContext()).allows(Duration.ofMillis(Integer.MAX_VALUE + 1L)))
                .isFalse();
    }

    private static Invocation read(String payload) throws IOException {
        return Invocation.read(new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID))
                .hasMessage("REQUEST_INVALID: " + message);
    }

    private static void refusedAsRequest(String payload, String reason) {
        assertThatThrownBy(() -> read(payload).as(Request.class))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("REQUEST_INVALID: the payload is not a Request: " + reason);
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = requireNonNull(InvocationTest.class.getResourceAsStream(name), name)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
