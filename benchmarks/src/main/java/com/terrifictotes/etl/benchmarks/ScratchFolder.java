package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A new folder that vanishes with {@link #close} or this process. */
final class ScratchFolder implements AutoCloseable {

    private static final String PREFIX = "totesys-benchmark-";

    private final Path path;
    private final Thread shutdownHook = new Thread(this::remove, "end-of-scratch-folder");

    private ScratchFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /** Makes one in the usual place of temporary files. */
    static ScratchFolder create() throws IOException {
        return new ScratchFolder(Files.createTempDirectory(PREFIX));
    }

    /** Makes one in a folder, which is made, too, if need be. */
    static ScratchFolder createIn(Path parent) throws IOException {
        return new ScratchFolder(Files.createTempDirectory(Files.createDirectories(parent), PREFIX));
    }

    /** The folder. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook runs or ran: removing twice is harmless.
        }
    }

    private void remove() {
        try {
            Folders.deleteRecursively(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }
}
