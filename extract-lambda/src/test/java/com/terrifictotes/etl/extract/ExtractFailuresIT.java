package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.LoopbackContext;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What goes wrong around an extraction: nothing is lost, and the message says what it was. */
class ExtractFailuresIT {

    @Test
    void racingExtractionsCommitOneRun() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        int racers = 4;
        List<ExtractAnswer> answers = new ArrayList<>();
        // Each has read the empty log before the first can append to it.
        for (int i = 0; i < racers; i++) {
            fixture.servers
                    .requireLoopback()
                    .faults()
                    .next(
                            request -> request.operation() == Operation.PUT_OBJECT
                                    && request.bucket().equals(fixture.ingestionBucket)
                                    && request.key().startsWith("runs/"),
                            new Fault.Delay(java.time.Duration.ofMillis(1_500)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
            List<Callable<ExtractAnswer>> calls = new ArrayList<>();
            for (int i = 0; i < racers; i++) {
                calls.add(() -> fixture.tick());
            }
            for (Future<ExtractAnswer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers.stream().map(ExtractAnswer::run).filter(Objects::nonNull))
                .containsExactly(1L);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.pending()).isEqualTo(1));
        assertThat(fixture.logs.committed().tail()).isEqualTo(1);
        assertThat(fixture.tick().run()).isNull();
    }

    @Test
    void lostAnswerToTheCommitIsRecognisedAsItsOwn() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.servers
                .requireLoopback()
                .faults()
                .next(
                        request -> request.operation() == Operation.PUT_OBJECT
                                && request.bucket().equals(fixture.ingestionBucket)
                                && request.key().startsWith("runs/"),
                        new Fault.RefuseAfterwards(500, "InternalError"));

        assertThat(fixture.tick().run()).isEqualTo(1);
    }

    @Test
    void failureBeforeTheCommitLosesNothing() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        for (int i = 0; i < 10; i++) {
            fixture.servers
                    .requireLoopback()
                    .faults()
                    .next(
                            request -> request.operation() == Operation.PUT_OBJECT
                                    && request.bucket().equals(fixture.ingestionBucket),
                            Fault.slowDown());
        }
        assertThatThrownBy(() -> fixture.tick())
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageMatching("AWS_UNAVAILABLE: cannot write s3://" + fixture.ingestionBucket
                        + "/data/currency/.*\\.csv: AWS answered 503 SlowDown; it is tried again by itself");
        assertThat(fixture.logs.committed().tail()).isZero();
        fixture.servers.requireLoopback().faults().clear();

        assertThat(fixture.tick().run()).isEqualTo(1);
        assertThat(fixture.keys(1, "sales_order")).containsExactly(1, 2);
    }

    @Test
    void missingBucketIsNamed() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        ObjectStore nowhere = fixture.store("no-such-bucket");
        ExtractStage stage = new ExtractStage(
                Totesys.CATALOGUE,
                RunLogs.of(nowhere, nowhere),
                nowhere,
                new Database(name -> fixture.source.owner().secretJson(), "owner", "test"),
                Metrics.none(),
                Clock.systemUTC(),
                ExtractSettings.DEFAULT);

        assertThatThrownBy(() -> stage.extract(ExtractRequest.changes(), Deadline.none()))
                .isInstanceOf(PipelineException.class)
                .hasMessageMatching(
                        "BUCKET_MISSING: cannot write s3://no-such-bucket/data/currency/.*\\.csv: AWS answered"
                                + " 404 NoSuchBucket; check the bucket's name and region");
    }

    @Test
    void wrongPasswordIsReadAgainFromTheSecretAndThenTold() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        List<String> passwords =
                new ArrayList<>(List.of("old", fixture.source.owner().password(), "wrong"));
        Database rotating = new Database(
                name -> fixture.source
                        .owner()
                        .secretJson()
                        .replace(fixture.source.owner().password(), passwords.removeFirst()),
                "totesys",
                "test");

        assertThatThrownBy(() ->
                        fixture.stage(Totesys.CATALOGUE, rotating).extract(ExtractRequest.changes(), Deadline.none()))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("DATABASE_LOGIN_REFUSED: cannot connect to 127.0.0.1:")
                .hasMessageContaining("(secret totesys): SQLState 28P01");
        assertThat(fixture.stage(Totesys.CATALOGUE, rotating)
                        .extract(ExtractRequest.changes(), Deadline.none())
                        .run())
                .isEqualTo(1);
    }

    @Test
    void requestThatNamesATableIsRefusedBeforeAnyConnection() {
        TestServers servers = TestServers.shared();
        ObjectStore store = new ObjectStore(servers.s3(), "unused");
        ExtractHandler handler = new ExtractHandler(new ExtractStage(
                Totesys.CATALOGUE,
                RunLogs.of(store, store),
                store,
                new Database(
                        name -> {
                            throw new AssertionError("a connection was opened");
                        },
                        "totesys",
                        "test"),
                Metrics.none(),
                Clock.systemUTC(),
                ExtractSettings.DEFAULT));

        assertThatThrownBy(() -> handler.handleRequest(
                        new ByteArrayInputStream(
                                "{\"table\":\"staff; DROP TABLE staff\"}".getBytes(StandardCharsets.UTF_8)),
                        new ByteArrayOutputStream(),
                        new LoopbackContext()))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("REQUEST_INVALID: the payload is not a ExtractRequest: Unrecognized field");
    }
}
