package com.terrifictotes.etl.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.loopback.LoopbackContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadHandlerIT {

    private final Lake lake;
    private final LoadHandler handler;

    LoadHandlerIT(@TempDir Path folder) {
        lake = new Lake(folder.resolve("lake"));
        handler = new LoadHandler(new Warehouse(lake, folder.resolve("work")).loader(), lake.ingestionBucket());
    }

    @Test
    void loadsWhatIsPendingForAnEmptyRequest() throws IOException {
        Runs.first(lake).commit();

        assertThat(invoke("{}")).isEqualTo("{\"loaded\":[1],\"pending\":0,\"more\":false}");
        assertThat(invoke("")).isEqualTo("{\"loaded\":[],\"pending\":0,\"more\":false}");
    }

    @Test
    void isWokenByAManifest() throws IOException {
        Lake.Run run = lake.run(1).without("dim_staff").commit();

        assertThat(invoke(event(lake.ingestionBucket())))
                .isEqualTo("{\"loaded\":[],\"pending\":1,\"more\":true,\"waitingFor\":\"run 1 waits for 1 of its 1"
                        + " Parquet objects; the first is " + run.lastLocation() + "\"}");
    }

    @Test
    void refusesAnythingElse() {
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> invoke("{\"run\": 1}"))
                .withMessageStartingWith("REQUEST_INVALID: the payload is not a LoadRequest: ");
        assertThatExceptionOfType(PipelineException.class)
                .isThrownBy(() -> invoke(event("elsewhere")))
                .withMessageStartingWith("REQUEST_INVALID: the S3 event is about s3://elsewhere/runs/0000000001.json;");
    }

    private String invoke(String payload) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)), output, new LoopbackContext());
        return output.toString(StandardCharsets.UTF_8);
    }

    /** An event as S3 sends it, about the first manifest of a bucket. */
    static String event(String bucket) throws IOException {
        try (InputStream json = requireNonNull(LoadHandlerIT.class.getResourceAsStream("/s3-event.json"))) {
            return new String(json.readAllBytes(), StandardCharsets.UTF_8).replace("BUCKET", bucket);
        }
    }
}
