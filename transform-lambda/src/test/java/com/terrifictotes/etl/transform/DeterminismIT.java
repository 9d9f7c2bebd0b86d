package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.storage.Checksum;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The same inputs give the same bytes, whoever makes them: a second try finds what the first one would have written. */
class DeterminismIT {

    private static final int PARQUET_OBJECTS = 7 + 2 * 6;

    @TempDir
    private static Path folder;

    private static TestRun run;
    private static SortedMap<String, String> expected;

    @BeforeAll
    static void transformHere() throws IOException {
        run = new TestRun(Files.createDirectory(folder.resolve("here")));
        SampleRun.commit(run);
        long quarantined = run.stage.transformPending(Deadline.none()).batches().stream()
                .mapToLong(TransformedBatch::quarantined)
                .sum();
        expected = digests(run.processed);

        assertThat(expected.keySet())
                .filteredOn(key -> key.endsWith(".parquet"))
                .hasSize(PARQUET_OBJECTS);
        assertThat(quarantined).isGreaterThan(100);
        assertThat(expected.keySet())
                .filteredOn(key -> key.startsWith("quarantine/"))
                .hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anotherProcessMakesTheSameBytesWithAnyNumberOfThreads(int threads) throws Exception {
        assertSame("threads-" + threads, threads);
    }

    @Test
    void otherDefaultsMakeTheSameBytes() throws Exception {
        assertSame(
                "other-defaults",
                2,
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-Duser.timezone=Pacific/Kiritimati",
                "-Dfile.encoding=COMPAT",
                "-Dline.separator=\r\n",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m");
    }

    private static void assertSame(String name, int threads, String... options)
            throws IOException, InterruptedException {
        TestServers servers = TestServers.shared();
        ObjectStore processed = new ObjectStore(servers.s3(), servers.createBucket("processed"));

        TransformProcess.transform(run, processed, Files.createDirectory(folder.resolve(name)), threads, options);

        assertThat(digests(processed)).isEqualTo(expected);
    }

    private static SortedMap<String, String> digests(ObjectStore store) {
        SortedMap<String, String> digests = new TreeMap<>();
        TestServers.shared().s3().listObjectsV2Paginator(request -> request.bucket(store.bucket())).contents().stream()
                .map(S3Object::key)
                .forEach(key -> digests.put(key, Checksum.of(store.read(key).orElseThrow())));
        return digests;
    }
}
