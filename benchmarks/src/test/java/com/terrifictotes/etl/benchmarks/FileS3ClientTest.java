package com.terrifictotes.etl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.common.storage.ObjectStore.PutOutcome;
import com.terrifictotes.etl.common.storage.StreamedObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

class FileS3ClientTest {

    private static final String KEY = "data/table/2026/01/31/1.csv";
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private FileS3Client client;
    private ObjectStore store;

    @BeforeEach
    void makeStore() throws IOException {
        client = new FileS3Client(folder);
        store = new ObjectStore(client, "bucket");
    }

    @Test
    void objectIsFileOfItsKey() throws IOException {
        assertThat(store.putIfAbsent(KEY, CONTENT, "text/csv")).isEqualTo(PutOutcome.CREATED);

        assertThat(folder.resolve("bucket").resolve(KEY)).hasBinaryContent(CONTENT);
        assertThat(store.exists(KEY)).isTrue();
        assertThat(store.read(KEY)).contains(CONTENT);
        try (InputStream stream = store.open(KEY)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        assertNothingUnfinished();
    }

    @Test
    void takenKeyKeepsItsContent() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "other");
        store.putIfAbsent(KEY, CONTENT, "text/csv");

        assertThat(store.putIfAbsent(KEY, other, "text/csv")).isEqualTo(PutOutcome.TAKEN);

        assertThat(store.read(KEY)).contains(CONTENT);
        assertNothingUnfinished();
    }

    @Test
    void missingObjectIsMissing() {
        assertThat(store.exists(KEY)).isFalse();
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void largeObjectArrivesInParts() throws IOException {
        byte[] row = "0123456789abcde\n".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
        try (ExecutorService uploads = Executors.newSingleThreadExecutor();
                StreamedObject object = new StreamedObject(store, KEY, "text/csv", uploads)) {
            for (int i = 0; i < 20; i++) {
                object.write(row);
            }
            object.finish();
        }

        assertThat(store.read(KEY).orElseThrow()).hasSize(20 * row.length);
        assertNothingUnfinished();
    }

    @Test
    void unfinishedObjectLeavesNothing() throws IOException {
        try (ExecutorService uploads = Executors.newSingleThreadExecutor();
                StreamedObject object = new StreamedObject(store, KEY, "text/csv", uploads)) {
            object.write(new byte[20 << 20]);
        }

        assertThat(store.exists(KEY)).isFalse();
        assertNothingUnfinished();
    }

    @Test
    void whatThePipelineDoesNotUseIsRefused() {
        assertThatThrownBy(() ->
                        client.putObject(request -> request.bucket("bucket").key(KEY), RequestBody.fromBytes(CONTENT)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("every write of the pipeline is put-if-absent");
        assertThatThrownBy(() ->
                        client.deleteObject(request -> request.bucket("bucket").key(KEY)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private void assertNothingUnfinished() {
        assertThat(folder.resolve(".unfinished")).isEmptyDirectory();
    }
}
