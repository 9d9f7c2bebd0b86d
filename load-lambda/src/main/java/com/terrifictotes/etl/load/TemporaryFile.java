package com.terrifictotes.etl.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file that is gone when it is closed, whether it ever came to be or not.
 *
 * @param path where it may be made; nobody else uses that name
 */
record TemporaryFile(Path path) implements AutoCloseable {

    /** A name in a folder, which is made if it does not exist. */
    static TemporaryFile in(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
        return new TemporaryFile(folder.resolve(UUID.randomUUID() + ".parquet"));
    }

    /** Size in bytes. */
    long size() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
