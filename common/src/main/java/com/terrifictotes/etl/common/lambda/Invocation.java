package com.terrifictotes.etl.common.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.events.models.s3.S3EventNotification.S3ObjectEntity;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a function was invoked with: a request of the state machine, or an event that merely wakes it. Events are not
 * trusted with more than that: whatever they name, the function works what the run log says is pending.
 */
public final class Invocation {

    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private final byte[] payload;
    private final JsonNode tree;

    private Invocation(byte[] payload, JsonNode tree) {
        this.payload = payload;
        this.tree = tree;
    }

    /**
     * Reads the payload of an invocation; an empty one is an empty request.
     *
     * @throws PipelineException {@link ErrorCode#REQUEST_INVALID} if it is not a JSON object
     */
    public static Invocation read(InputStream input) throws IOException {
        byte[] payload = input.readAllBytes();
        JsonNode tree;
        try {
            tree = Json.tree(payload);
            if (tree.isMissingNode()) {
                payload = EMPTY;
                tree = Json.tree(payload);
            }
        } catch (IOException e) {
            throw new PipelineException(ErrorCode.REQUEST_INVALID, "the payload is not JSON", e);
        }
        if (!tree.isObject()) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID, "the payload is a JSON " + tree.getNodeType() + "; expected an object");
        }
        return new Invocation(payload, tree);
    }

    /** Whether it is an event of an EventBridge rule's schedule. */
    public boolean isScheduledEvent() {
        if (!tree.has("detail-type")) {
            return false;
        }
        ScheduledEvent event = scheduledEvent();
        if (!"Scheduled Event".equals(event.getDetailType())) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID,
                    "the event is a \"" + event.getDetailType() + "\"; expected a \"Scheduled Event\"");
        }
        return true;
    }

    /**
     * Whether it is an S3 event about manifests of the ingestion bucket.
     *
     * @param ingestionBucket the bucket that it must be about
     * @throws PipelineException {@link ErrorCode#REQUEST_INVALID} if it is an S3 event about anything else
     */
    public boolean isManifestEvent(String ingestionBucket) {
        if (!tree.has("Records")) {
            return false;
        }
        // Events of SQS, SNS and Kinesis have records as well.
        if (!tree.path("Records").isArray()
                || !tree.path("Records").valueStream().allMatch(Invocation::isAboutAnObject)) {
            throw notA("S3Event", null);
        }
        List<String> objects = tree.path("Records")
                .valueStream()
                .map(record -> locate(
                        record.at("/s3/bucket/name").asText(),
                        decoded(record.at("/s3/object/key").asText())))
                .toList();
        String manifests = locate(ingestionBucket, "");
        List<String> others = objects.stream()
                .filter(object -> !object.startsWith(manifests)
                        || ObjectKeys.runOfManifest(object.substring(manifests.length()))
                                .isEmpty())
                .toList();
        if (objects.isEmpty() || !others.isEmpty()) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID,
                    "the S3 event is about " + (objects.isEmpty() ? "nothing" : String.join(", ", others))
                            + "; expected manifests: " + manifests + "runs/<run>.json");
        }
        return true;
    }

    /** Whether the request says nothing, so that the function works whatever is pending. */
    public boolean isEmpty() {
        return tree.isEmpty();
    }

    /**
     * The request as a record.
     *
     * @throws PipelineException {@link ErrorCode#REQUEST_INVALID} if the fields do not fit
     */
    public <T> T as(Class<T> type) {
        try {
            return Json.readStrict(payload, type);
        } catch (IOException e) {
            throw new PipelineException(
                    ErrorCode.REQUEST_INVALID, "the payload is not a " + type.getSimpleName() + ": " + firstLine(e), e);
        }
    }

    /** Writes the answer. */
    public static void answer(OutputStream output, Object answer) throws IOException {
        output.write(Json.write(answer));
    }

    /** The time that Lambda leaves this invocation. */
    public static Deadline deadline(Context context) {
        return new Deadline(() -> Duration.ofMillis(context.getRemainingTimeInMillis()));
    }

    private ScheduledEvent scheduledEvent() {
        try {
            return LambdaEventSerializers.serializerFor(ScheduledEvent.class, Invocation.class.getClassLoader())
                    .fromJson(new ByteArrayInputStream(payload));
        } catch (RuntimeException e) {
            throw notA("ScheduledEvent", e);
        }
    }

    private static boolean isAboutAnObject(JsonNode notification) {
        return notification.at("/s3/bucket/name").isTextual()
                && notification.at("/s3/object/key").isTextual();
    }

    /** The key as it is; in an event it is encoded as in a form. Nothing else of an event is looked at. */
    private static String decoded(String key) {
        try {
            return new S3ObjectEntity(key, null, null, null, null).getUrlDecodedKey();
        } catch (IllegalArgumentException e) {
            throw notA("S3Event", e);
        }
    }

    private static String locate(String bucket, String key) {
        return "s3://" + bucket + "/" + key;
    }

    private static PipelineException notA(String type, @Nullable Throwable e) {
        return new PipelineException(
                ErrorCode.REQUEST_INVALID,
                "the payload is not a " + type
                        + "; the function takes its own requests, scheduled events and S3 events",
                e);
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
