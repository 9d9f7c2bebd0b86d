package com.terrifictotes.etl.common.runlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.loopback.RequestCounts;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ManifestLogIT {

    private static final TestServers SERVERS = TestServers.shared();
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");

    private final ObjectStore store = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("log"));
    private final ManifestLog<LoadManifest> log = log();

    @Test
    void emptyLogEndsAtZero() {
        assertThat(log.tail()).isZero();
        assertThat(heads(log)).isEqualTo(1);
    }

    @Test
    void endOfADenseLogIsFoundColdAndWarm() {
        ManifestLog<LoadManifest> reader = log();
        for (long run = 1; run <= 70; run++) {
            assertThat(log.append(manifest(run, "a"))).isTrue();

            ManifestLog<LoadManifest> cold = log();
            assertThat(heads(cold)).as("cold requests for %d runs", run).isLessThanOrEqualTo(2 * bits(run) + 1);
            assertThat(cold.tail()).isEqualTo(run);
            assertThat(heads(cold)).as("warm requests").isEqualTo(1);
            assertThat(heads(log)).as("requests after an append").isEqualTo(1);
            assertThat(heads(reader)).as("requests for one more").isEqualTo(3);
            assertThat(reader.tail()).isEqualTo(run);
        }
    }

    @Test
    void runIsAppendedOnce() {
        assertThat(log.append(manifest(1, "first"))).isTrue();
        assertThat(log.append(manifest(1, "second"))).isFalse();

        assertThat(log.read(1).attempt()).isEqualTo("first");
        assertThat(log.tail()).isEqualTo(1);
    }

    @Test
    void ofManyWritersOfARunExactlyOneWins() throws Exception {
        int writers = 30;
        CountDownLatch ready = new CountDownLatch(writers);
        List<Future<Boolean>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int writer = 0; writer < writers; writer++) {
                String attempt = "writer-" + writer;
                outcomes.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return log().append(manifest(1, attempt));
                }));
            }
        }

        List<String> winners = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            if (outcomes.get(writer).get()) {
                winners.add("writer-" + writer);
            }
        }
        assertThat(winners).containsExactly(log.read(1).attempt());
    }

    @Test
    void ownManifestIsRecognisedWhenTheAnswerWasLost() {
        SERVERS.requireLoopback()
                .faults()
                .next(Operation.PUT_OBJECT, "runs/0000000001", new Fault.RefuseAfterwards(500, "InternalError"));
        SERVERS.requireLoopback().faults().next(Operation.PUT_OBJECT, "runs/0000000002", new Fault.DropAnswer());

        assertThat(log.append(manifest(1, "a"))).isTrue();
        assertThat(log.append(manifest(2, "a"))).isTrue();

        assertThat(SERVERS.requireLoopback().faults().waiting()).isZero();
        assertThat(log.tail()).isEqualTo(2);
    }

    @Test
    void conflictMeansThatSomebodyElseWon() {
        SERVERS.requireLoopback().faults().next(Operation.PUT_OBJECT, Fault.conditionalRequestConflict());

        assertThat(log.append(manifest(1, "a"))).isFalse();

        assertThat(log.tail()).isZero();
    }

    @Test
    void overloadWhileLookingForTheEndIsTransientAndForgetsNothing() {
        log.append(manifest(1, "a"));
        for (int attempt = 0; attempt < 4; attempt++) {
            SERVERS.requireLoopback().faults().next(Operation.HEAD_OBJECT, Fault.internalError());
        }

        assertThatThrownBy(log::tail)
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot look for " + log.locate(2)
                        + ": AWS answered 500; it is tried again by itself");
        assertThat(log.tail()).isEqualTo(1);
    }

    @Test
    void manifestThatIsNoneIsRefused() {
        assertCorrupt(1, "not JSON", "is not a manifest");
        assertCorrupt(2, "", "is not a manifest");
        assertCorrupt(3, "null", "is not a manifest");
        assertCorrupt(4, "[]", "is not a manifest");
        assertCorrupt(5, "{}", "is not a manifest");
        assertCorrupt(6, text(6, "a").replace("\"attempt\":\"a\",", ""), "is not a manifest");
        assertCorrupt(7, text(7, "a").replace("\"run\":7", "\"run\":7.5"), "is not a manifest");
        assertCorrupt(8, text(8, "a") + text(8, "a"), "is not a manifest");
        assertCorrupt(9, text(9, "a").replace("\"tables\":[", "\"tables\":[null,"), "is not a manifest");
    }

    @Test
    void manifestOfAnotherRunIsRefused() {
        assertCorrupt(1, text(2, "a"), "is about run 2");
    }

    @Test
    void manifestOfAnotherVersionIsRefused() {
        String newer = text(1, "a").replace("\"version\":1", "\"version\":2");
        String none = text(2, "a").replace("\"version\":1", "\"version\":0");

        assertCorrupt(1, newer, "has version 2, this code knows up to 1; deploy the version that wrote it");
        assertCorrupt(2, none, "has version 0, this code knows up to 1; deploy the version that wrote it");
    }

    @Test
    void missingManifestIsAGap() {
        assertThatThrownBy(() -> log.read(3))
                .hasMessage("RUN_LOG_CORRUPT: " + log.locate(3) + " does not exist; the log must have no gaps");
    }

    @Test
    void fieldsThatALaterCodeAddsAreIgnored() {
        put(1, text(1, "a").replace("{", "{\"colour\":\"red\","));

        assertThat(log.read(1)).isEqualTo(manifest(1, "a"));
    }

    @Test
    void onlyTheFormThatIsKnownIsWritten() {
        LoadManifest newer = new LoadManifest(2, 1, "a", TIME, TIME, List.of(), null);

        assertThatThrownBy(() -> log.append(newer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version must be 1");
        assertThat(log.tail()).isZero();
    }

    @Test
    void runsThatAreCommittedAndNotLoadedArePending() {
        ObjectStore processed = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("processed"));
        ManifestLog<LoadManifest> loaded = new ManifestLog<>(processed, LoadManifest.class);
        RunLogs logs = RunLogs.of(store, processed);
        assertThat(logs.pending().boxed()).isEmpty();
        for (long run = 1; run <= 3; run++) {
            logs.committed().append(ManifestFormIT.runManifest(run));
        }
        loaded.append(manifest(1, "a"));

        assertThat(logs.pending().boxed()).containsExactly(2L, 3L);
    }

    private ManifestLog<LoadManifest> log() {
        return new ManifestLog<>(store, LoadManifest.class);
    }

    private static LoadManifest manifest(long run, String attempt) {
        return new LoadManifest(
                1, run, attempt, TIME, TIME, List.of(new TableLoad("dim_staff", 1, 1, 0, 0, 0, 0)), null);
    }

    private static String text(long run, String attempt) {
        return new String(Json.write(manifest(run, attempt)), StandardCharsets.UTF_8);
    }

    private void put(long run, String content) {
        store.putIfAbsent(ObjectKeys.manifest(run), content.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private void assertCorrupt(long run, String content, String problem) {
        put(run, content);

        assertThatThrownBy(() -> log.read(run)).hasMessage("RUN_LOG_CORRUPT: " + log.locate(run) + " " + problem);
    }

    /** How many requests it takes to find the end. */
    private static long heads(ManifestLog<LoadManifest> searched) {
        RequestCounts requests = SERVERS.requireLoopback().requests();
        requests.reset();
        searched.tail();
        assertThat(requests.total()).isEqualTo(requests.of(Operation.HEAD_OBJECT));
        return requests.total();
    }

    private static int bits(long run) {
        return Long.SIZE - Long.numberOfLeadingZeros(run);
    }
}
