package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.terrifictotes.etl.common.PipelineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformHandlerIT {

    private static final int SECONDS_LEFT = 600;

    @TempDir
    private Path folder;

    private TestRun run;
    private TransformHandler handler;

    @BeforeEach
    void start() {
        run = new TestRun(folder);
        handler = new TransformHandler(run.stage, run.ingestion.bucket());
        run.unit("dim_currency", run.csv("currency", "currency_id,currency_code", "1,GBP"));
        run.commit();
    }

    @Test
    void transformsTheBatchThatIsAskedFor() throws IOException {
        assertThat(invoke("{\"run\":1,\"batch\":1}", SECONDS_LEFT))
                .startsWith(
                        "{\"batches\":[{\"run\":1,\"batch\":1,\"existed\":false,\"rows\":1,\"quarantined\":0,\"bytes\":")
                .endsWith("}],\"more\":false}");
    }

    @Test
    void anEmptyRequestWorksWhatIsPending() throws IOException {
        assertThat(invoke("", SECONDS_LEFT)).contains("\"run\":1").endsWith("\"more\":false}");
        assertThat(invoke("{}", 1)).isEqualTo("{\"batches\":[],\"more\":true}");
    }

    @Test
    void aManifestWorksWhatIsPending() throws IOException {
        assertThat(invoke(S3Events.created(run.ingestion.bucket(), "runs/0000000001.json"), SECONDS_LEFT))
                .contains("\"run\":1")
                .endsWith("\"more\":false}");
    }

    @Test
    void refusesAnythingElse() {
        assertThatThrownBy(() -> invoke("{\"run\":1,\"table\":\"x\"}", SECONDS_LEFT))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("REQUEST_INVALID: the payload is not a TransformRequest: ");
        assertThatThrownBy(() -> invoke("{\"run\":1}", SECONDS_LEFT))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("REQUEST_INVALID: the payload is not a TransformRequest: ");
        assertThatThrownBy(() -> invoke(S3Events.created("other", "data/x.csv"), SECONDS_LEFT))
                .isInstanceOf(PipelineException.class)
                .hasMessage("REQUEST_INVALID: the S3 event is about s3://other/data/x.csv; expected manifests: s3://"
                        + run.ingestion.bucket() + "/runs/<run>.json");
    }

    private String invoke(String payload, int secondsLeft) throws IOException {
        var answer = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)), answer, context(secondsLeft));
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** A context that knows how much time is left; nothing else of it is asked for. */
    private static Context context(int secondsLeft) {
        return (Context) Proxy.newProxyInstance(
                TransformHandlerIT.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, values) -> {
                    assertThat(method.getName()).isEqualTo("getRemainingTimeInMillis");
                    return secondsLeft * 1_000;
                });
    }
}
