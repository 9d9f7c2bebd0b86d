package com.terrifictotes.etl.common.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {

    @TempDir
    private Path parent;

    @Test
    void whatAKilledProcessLeftIsRemoved() throws Exception {
        Process process = holder();
        Path left = claimedBy(process);
        process.destroyForcibly().waitFor();
        assertThat(left).isNotEmptyDirectory();

        assertThat(WorkFolder.claim(parent, "transform-work")).isEqualTo(left).isEmptyDirectory();
    }

    @Test
    void whatALivingProcessUsesIsLeftAlone() throws Exception {
        Process process = holder();
        try {
            Path used = claimedBy(process);

            assertThat(WorkFolder.claim(parent, "transform-work"))
                    .isNotEqualTo(used)
                    .isEmptyDirectory();
            assertThat(used).isNotEmptyDirectory();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatAnotherStageOfTheSameProcessUsesIsLeftAlone() throws Exception {
        Path first = WorkFolder.claim(parent, "transform-work");
        Files.createFile(first.resolve("half.parquet"));

        Path second = WorkFolder.claim(parent, "transform-work");
        Process process = holder();
        try {
            Path third = claimedBy(process);

            assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
            assertThat(first).isNotEmptyDirectory();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Access is never denied to root, so that a folder stands where the file cannot be opened. */
    @Test
    void whatAnotherUserHasIsLeftAlone() throws IOException {
        Path lock = Files.createDirectory(parent.resolve("transform-work.lock"));

        assertThat(WorkFolder.claim(parent, "transform-work"))
                .isEmptyDirectory()
                .isNotEqualTo(parent.resolve("transform-work"));
        assertThat(lock).isDirectory();
    }

    @Test
    void otherFilesAreNoneOfItsBusiness() throws IOException {
        Path other = Files.createDirectory(parent.resolve("transform-123"));

        WorkFolder.claim(parent, "transform-work");

        assertThat(other).exists();
    }

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkFolderHolder.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path claimedBy(Process process) throws IOException {
        return Path.of(process.inputReader().readLine());
    }
}
