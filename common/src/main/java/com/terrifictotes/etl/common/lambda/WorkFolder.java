package com.terrifictotes.etl.common.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a deployed function works in. Lambda kills a function that runs out of time or memory and starts it
 * anew with the same {@code /tmp}, where the files of the killed one would add up until there is no space left. So the
 * folder has a fixed name and is emptied by whoever claims it. A lock, which ends with its process, tells those that were
 * killed from those that are alive.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html">AWS Lambda: execution
 *     environment</a>
 */
public final class WorkFolder {

    /** Kept until the process ends: a lock that nobody refers to is released. */
    private static final Map<Path, FileLock> HELD = new HashMap<>();

    private WorkFolder() {}

    /**
     * Gives an empty folder that no other process and nobody else in this one uses, in the folder for temporary files.
     *
     * @param function whose it is; others have folders of their own
     */
    public static Path claim(String function) {
        return claim(Path.of(System.getProperty("java.io.tmpdir")), function + "-work");
    }

    static synchronized Path claim(Path parent, String name) {
        try {
            Path folder = claimShared(parent, name);
            return folder == null ? Files.createTempDirectory(parent, name + "-") : folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a work folder in " + parent, e);
        }
    }

    /** The folder of the fixed name, emptied; null if somebody else has it. */
    private static @Nullable Path claimShared(Path parent, String name) throws IOException {
        Path lockFile = parent.resolve(name + ".lock").toAbsolutePath().normalize();
        try {
            // To open the file once more and close it would give up this process's own lock.
            @Nullable FileLock lock = HELD.containsKey(lockFile) ? null : tryLock(lockFile);
            if (lock == null) {
                return null;
            }
            HELD.put(lockFile, lock);
            Path folder = parent.resolve(name);
            if (Files.exists(folder)) {
                remove(folder);
            }
            return Files.createDirectory(folder);
        } catch (FileSystemException e) {
            // It is another user's: outside Lambda, the parent may be everybody's.
            return null;
        }
    }

    private static @Nullable FileLock tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
        }
        return lock;
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
