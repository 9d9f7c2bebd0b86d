package com.terrifictotes.etl.transform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of its own for the files of one batch; closing it removes it with everything in it. */
final class TemporaryFolder implements AutoCloseable {

    private final Path path;

    TemporaryFolder(Path parent) {
        try {
            path = Files.createTempDirectory(parent, "transform-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder in " + parent, e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        }
    }
}
