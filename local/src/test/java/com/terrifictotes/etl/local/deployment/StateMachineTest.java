package com.terrifictotes.etl.local.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.lambda.Invocation;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.extract.ExtractAnswer;
import com.terrifictotes.etl.extract.ExtractAnswer.BatchReference;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.load.LoadAnswer;
import com.terrifictotes.etl.local.deployment.StateMachine.Failure;
import com.terrifictotes.etl.local.deployment.StateMachine.Outcome;
import com.terrifictotes.etl.transform.TransformAnswer;
import com.terrifictotes.etl.transform.TransformRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The deployed state machine around functions that answer and fail as the real ones do, by their own records. */
class StateMachineTest {

    private final Failure refused = new Failure("com.terrifictotes.etl.common.PipelineException", "OBJECT_CORRUPT: …");
    private static final Outcome DONE = new Outcome("Done", "", "");

    private final List<String> calls = new ArrayList<>();
    private final Deque<Object> extractions = new ArrayDeque<>();
    private final Deque<Object> loads = new ArrayDeque<>();
    private final Set<Long> unfit = new HashSet<>();

    @Test
    void quietTickAsksExtractAndLoad() throws Exception {
        extractions.add(extracted(false));
        loads.add(loaded(false, null));

        assertThat(tick("{}")).isEqualTo(DONE);
        assertThat(calls).containsExactly("extract CHANGES", "load");
    }

    @Test
    void ordinaryTickTransformsItsBatch() throws Exception {
        extractions.add(extracted(false, 7));
        loads.add(loaded(false, null, 7));

        assertThat(tick("{}")).isEqualTo(DONE);
        assertThat(calls).containsExactly("extract CHANGES", "transform 7", "load");
    }

    @Test
    void largeLoadTransformsEveryBatch() throws Exception {
        extractions.add(extracted(false, 7, 8, 9));
        loads.add(loaded(false, null, 7, 8, 9));

        assertThat(tick("{}")).isEqualTo(DONE);
        assertThat(calls).containsExactly("extract CHANGES", "transform 7", "transform 8", "transform 9", "load");
    }

    @Test
    void goesRoundWhileThereIsMoreAndReadsEverythingAgainOnlyOnce() throws Exception {
        extractions.add(extracted(true, 1));
        loads.add(loaded(false, null, 1));
        extractions.add(extracted(false, 2, 3));
        loads.add(loaded(true, null, 2));
        extractions.add(extracted(false, 3));
        loads.add(loaded(false, null, 3));

        assertThat(tick("{\"reading\": \"FULL\"}")).isEqualTo(DONE);
        assertThat(calls)
                .containsExactly(
                        "extract FULL",
                        "transform 1",
                        "load",
                        "extract CHANGES",
                        "transform 2",
                        "transform 3",
                        "load",
                        "extract CHANGES",
                        "transform 3",
                        "load");
    }

    @Test
    void leavesWhatIsLeftAfterAHundredRoundsToTheNextTick() throws Exception {
        for (long run = 1; run <= 200; run++) {
            extractions.add(extracted(true, run));
            loads.add(loaded(false, null, run));
        }

        assertThat(tick("{}")).isEqualTo(DONE);
        assertThat(calls).filteredOn("load"::equals).hasSize(100);
    }

    @Test
    void failedExtractionKeepsNothingBackThatWasExtractedBefore() throws Exception {
        extractions.add(new Failure(TransientPipelineException.class.getName(), "DATABASE_UNAVAILABLE: …"));
        loads.add(loaded(false, null, 6));

        assertThat(tick("{}"))
                .isEqualTo(new Outcome(
                        "StageFailed", TransientPipelineException.class.getName(), "DATABASE_UNAVAILABLE: …"));
        assertThat(calls).containsExactly("extract CHANGES", "transform pending", "load");
    }

    @Test
    void failedTransformationKeepsNothingBackThatIsBeforeIt() throws Exception {
        unfit.add(7L);
        extractions.add(extracted(true, 7));
        loads.add(loaded(true, "run 7 waits for …", 6));

        assertThat(tick("{}")).isEqualTo(new Outcome("StageFailed", refused.error(), "OBJECT_CORRUPT: …"));
        assertThat(calls).containsExactly("extract CHANGES", "transform 7", "load");
    }

    @Test
    void batchThatFailsAmongManyShowsInWhatLoadWaitsFor() throws Exception {
        unfit.add(8L);
        extractions.add(extracted(false, 7, 8, 9));
        loads.add(loaded(true, "run 8 waits for …", 7));
        extractions.add(extracted(false, 8, 9));
        loads.add(loaded(true, "run 8 waits for …"));

        assertThat(tick("{}")).isEqualTo(new Outcome("RunIsIncomplete", "RunIsIncomplete", "run 8 waits for …"));
        assertThat(calls)
                .as("the round in which run 7 was loaded is followed by another one")
                .containsExactly(
                        "extract CHANGES",
                        "transform 7",
                        "transform 8",
                        "transform 9",
                        "load",
                        "extract CHANGES",
                        "transform 8",
                        "transform 9",
                        "load");
    }

    @Test
    void failedLoadFailsTheTick() throws Exception {
        extractions.add(extracted(false, 7));
        loads.add(refused);

        assertThat(tick("{}")).isEqualTo(new Outcome("Load", refused.error(), "OBJECT_CORRUPT: …"));
    }

    @Test
    void tickLeavesTheWorkToAnOlderOne() throws Exception {
        assertThat(machine()
                        .whileRunning(List.of("newer", StateMachine.THIS, "older"))
                        .execute("{}"))
                .isEqualTo(new Outcome("AnotherTickIsAtWork", "", ""));
        assertThat(calls).isEmpty();
    }

    @Test
    void tickThatCameFirstWorks() throws Exception {
        extractions.add(extracted(false));
        loads.add(loaded(false, null));

        assertThat(machine().whileRunning(List.of("newer", StateMachine.THIS)).execute("{\"reading\": \"FULL\"}"))
                .isEqualTo(DONE);
        assertThat(calls).containsExactly("extract FULL", "load");
    }

    @Test
    void whatAPersonAsksForIsNotLeftToATickThatIsAtWork() throws Exception {
        extractions.add(extracted(false));
        loads.add(loaded(false, null));

        assertThat(machine().whileRunning(List.of(StateMachine.THIS, "older")).execute("{\"reading\": \"FULL\"}"))
                .isEqualTo(DONE);
        assertThat(calls).containsExactly("extract FULL", "load");
    }

    @Test
    void auditIsNotLeftToATickThatIsAtWorkAndIsMadeOnce() throws Exception {
        extractions.add(extracted(false));
        loads.add(loaded(true, null, 7));
        extractions.add(extracted(false, 8));
        loads.add(loaded(false, null, 8));

        assertThat(machine().whileRunning(List.of(StateMachine.THIS, "older")).execute("{\"mode\": \"audit\"}"))
                .isEqualTo(DONE);
        assertThat(calls)
                .containsExactly("extract CHANGES and audit", "load", "extract CHANGES", "transform 8", "load");
    }

    @Test
    void tickThatCannotLearnOfOthersWorks() throws Exception {
        extractions.add(extracted(false));
        loads.add(loaded(false, null));

        assertThat(machine().whileRunning(List.of()).execute("{}")).isEqualTo(DONE);
    }

    @Test
    void everyStateIsReachedAndEveryTransitionLeadsToOne() throws IOException {
        JsonNode definition = StateMachine.definition();
        Set<String> states = new HashSet<>();
        definition.path("States").fieldNames().forEachRemaining(states::add);
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(definition.path("StartAt").asText()));
        while (!open.isEmpty()) {
            String name = open.pop();
            if (reached.add(name)) {
                JsonNode state = definition.path("States").path(name);
                Stream.of(List.of(state), List.copyOf(values(state.path("Choices"))), values(state.path("Catch")))
                        .flatMap(List::stream)
                        .flatMap(node -> Stream.of(node.path("Next"), node.path("Default")))
                        .filter(JsonNode::isTextual)
                        .forEach(next -> open.push(next.asText()));
            }
        }
        assertThat(reached).isEqualTo(states);
    }

    /** Lambda's own troubles, ours that pass, and functions that were stopped, each with a backoff of its own. */
    @Test
    void everyStageIsTriedAgainInTheSameWay() throws IOException {
        JsonNode states = StateMachine.definition().path("States");
        JsonNode retry = states.path("Extract").path("Retry");
        assertThat(values(retry))
                .hasSize(4)
                .allMatch(rule -> rule.path("JitterStrategy").asText().equals("FULL"));
        assertThat(retry.findValuesAsText("ErrorEquals")).doesNotContain("States.ALL");
        assertThat(retry.toString()).contains("\"" + TransientPipelineException.class.getName() + "\"");
        for (JsonNode task : List.of(
                states.path("Transform"),
                states.path("TransformEach")
                        .path("ItemProcessor")
                        .path("States")
                        .path("TransformBatch"),
                states.path("Load"))) {
            assertThat(task.path("Retry")).isEqualTo(retry);
            assertThat(task.path("TimeoutSeconds").asInt())
                    .as("longer than Lambda's longest, so that the function's own time-out comes first")
                    .isGreaterThan(900);
        }
    }

    private static List<JsonNode> values(JsonNode array) {
        return array.valueStream().toList();
    }

    private Outcome tick(String input) throws Exception {
        return machine().execute(input);
    }

    private StateMachine machine() throws IOException {
        return StateMachine.around(Map.of("extract", this::extract, "transform", this::transform, "load", this::load));
    }

    private JsonNode extract(JsonNode payload) throws Exception {
        ExtractRequest request = request(payload, ExtractRequest.class);
        calls.add("extract " + (request.reading() == null ? Reading.CHANGES : request.reading())
                + (request.mode() == null ? "" : " and audit"));
        return answer(extractions.remove());
    }

    private JsonNode transform(JsonNode payload) throws Exception {
        if (payload.isEmpty()) {
            calls.add("transform pending");
            return answer(new TransformAnswer(List.of(), false));
        }
        long run = request(payload, TransformRequest.class).run();
        calls.add("transform " + run);
        return answer(unfit.contains(run) ? refused : new TransformAnswer(List.of(), false));
    }

    private JsonNode load(JsonNode payload) throws Exception {
        assertThat(payload).isEmpty();
        calls.add("load");
        return answer(loads.remove());
    }

    private static <T> T request(JsonNode payload, Class<T> type) throws IOException {
        return Invocation.read(new ByteArrayInputStream(Json.write(payload))).as(type);
    }

    private static JsonNode answer(Object answer) throws Exception {
        if (answer instanceof Failure failure) {
            throw failure;
        }
        return Json.tree(Json.write(answer));
    }

    private static ExtractAnswer extracted(boolean more, long... runs) {
        List<BatchReference> batches =
                LongStream.of(runs).mapToObj(run -> new BatchReference(run, 1)).toList();
        return new ExtractAnswer(
                runs.length == 0 ? null : runs[runs.length - 1], runs.length, more, runs.length, batches, List.of());
    }

    private static LoadAnswer loaded(boolean more, @Nullable String waitingFor, long... runs) {
        return new LoadAnswer(LongStream.of(runs).boxed().toList(), more ? 1 : 0, more, waitingFor);
    }
}
