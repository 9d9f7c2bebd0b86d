package com.terrifictotes.etl.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Buckets as folders and objects as plain files, {@code <folder>/<bucket>/<key>}, so that a person can look at them. What S3
 * keeps beside the bytes lies in {@code <folder>/.loopback/objects}, unfinished uploads in {@code <folder>/.loopback/incoming}.
 *
 * <p>An object appears by one rename, after its bytes and its headers are complete, and exactly one of several writers
 * wins. One process owns the folder, so a lock in memory is enough for that.
 *
 * <p>Not modelled: a key that is also the folder of another key, and, on file systems that ignore case, keys that differ
 * in nothing else.
 */
final class ObjectStore implements AutoCloseable {

    /** S3 orders keys by their UTF-8 bytes, which differs from the order of Java's strings beyond the basic plane. */
    static final Comparator<String> KEY_ORDER = (left, right) ->
            Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

    private static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final Path folder;
    private final Path headersFolder;
    private final Path incomingFolder;
    private final FileChannel lockFile;
    private final Object commitLock = new Object();

    ObjectStore(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        Path hidden = this.folder.resolve(".loopback");
        this.headersFolder = hidden.resolve("objects");
        this.incomingFolder = hidden.resolve("incoming");
        Files.createDirectories(hidden);
        this.lockFile = lock(this.folder, hidden.resolve("lock"));
        Folders.deleteRecursively(incomingFolder);
        Files.createDirectories(incomingFolder);
    }

    void createBucket(String bucket) throws IOException {
        if (!BUCKET_NAME.matcher(bucket).matches()) {
            throw S3Refusals.invalidBucketName(bucket);
        }
        try {
            Files.createDirectory(folder.resolve(bucket));
        } catch (FileAlreadyExistsException e) {
            throw S3Refusals.bucketAlreadyOwnedByYou(bucket);
        }
    }

    void requireBucket(String bucket) {
        if (!BUCKET_NAME.matcher(bucket).matches() || !Files.isDirectory(folder.resolve(bucket))) {
            throw S3Refusals.noSuchBucket(bucket);
        }
    }

    /** Returns the path of a new file for bytes that are still to be received; on the same file system as the objects. */
    Path newIncomingFile() throws IOException {
        return Files.createTempFile(incomingFolder, "body-", ".part");
    }

    Optional<StoredObject> find(String bucket, String key) throws IOException {
        requireBucket(bucket);
        Path file = fileOf(bucket, key);
        return Files.isRegularFile(file) ? Optional.of(read(bucket, key, file)) : Optional.empty();
    }

    /**
     * Makes the received file the object, atomically, or refuses because another one is there.
     *
     * @throws Refusal 412 if only an absent object may be written; else 501, since objects are never overwritten here
     */
    void commit(String bucket, String key, Path received, Map<String, String> headers, boolean onlyIfAbsent)
            throws IOException {
        Path file = fileOf(bucket, key);
        synchronized (commitLock) {
            requireBucket(bucket);
            if (Files.isDirectory(file) || hasFileAsParent(bucket, file)) {
                throw Refusal.notImplemented("a key that is also the folder of another key: " + key);
            }
            if (Files.exists(file)) {
                throw onlyIfAbsent
                        ? S3Refusals.preconditionFailed()
                        : Refusal.notImplemented("overwriting an object: " + bucket + "/" + key);
            }
            writeHeaders(headersFile(bucket, key), headers);
            Files.createDirectories(file.getParent());
            Files.move(received, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    void remove(String bucket, String key) throws IOException {
        synchronized (commitLock) {
            Files.deleteIfExists(fileOf(bucket, key));
            Files.deleteIfExists(headersFile(bucket, key));
        }
    }

    /** Returns the keys that start with {@code prefix}, in the order of S3. */
    List<String> keys(String bucket, String prefix) throws IOException {
        requireBucket(bucket);
        Path root = folder.resolve(bucket);
        int lastSlash = prefix.lastIndexOf('/');
        Path start = lastSlash < 0 ? root : root.resolve(ObjectPath.ofKey(prefix.substring(0, lastSlash)));
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> ObjectPath.toKey(root.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/")))
                    .filter(key -> key.startsWith(prefix))
                    .sorted(KEY_ORDER)
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        Folders.deleteRecursively(incomingFolder);
        lockFile.close();
    }

    private StoredObject read(String bucket, String key, Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new StoredObject(
                key,
                file,
                attributes.size(),
                attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS),
                readHeaders(headersFile(bucket, key), file));
    }

    private Path fileOf(String bucket, String key) {
        Path root = folder.resolve(bucket);
        Path file = root.resolve(ObjectPath.ofKey(key)).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new IllegalStateException("key '" + key + "' leads out of its bucket");
        }
        return file;
    }

    private Path headersFile(String bucket, String key) {
        return headersFolder.resolve(bucket).resolve(ObjectPath.ofKey(key));
    }

    private boolean hasFileAsParent(String bucket, Path file) {
        Path ancestor = folder.resolve(bucket);
        for (Path name : ancestor.relativize(file)) {
            if (Files.isRegularFile(ancestor)) {
                return true;
            }
            ancestor = ancestor.resolve(name);
        }
        return false;
    }

    private static void writeHeaders(Path target, Map<String, String> headers) throws IOException {
        Properties properties = new Properties();
        properties.putAll(headers);
        Files.createDirectories(target.getParent());
        try (OutputStream file = Files.newOutputStream(target)) {
            properties.store(file, null);
        }
    }

    private static Map<String, String> readHeaders(Path source, Path object) throws IOException {
        if (!Files.exists(source)) {
            // A person put the file there by hand.
            return Map.of("ETag", quote(md5(object)), "Content-Type", S3Service.DEFAULT_CONTENT_TYPE);
        }
        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(source)) {
            properties.load(file);
        }
        Map<String, String> headers = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> headers.put(name, properties.getProperty(name)));
        return headers;
    }

    static String quote(String eTag) {
        return '"' + eTag + '"';
    }

    private static String md5(Path file) throws IOException {
        ChecksumAlgorithm.Running md5 = ChecksumAlgorithm.md5();
        try (InputStream source = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                md5.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(md5.value());
    }

    private static FileChannel lock(Path folder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This very process holds it: the same answer as below.
        }
        channel.close();
        throw new IllegalStateException(
                "another server uses the folder " + folder + ": stop it, or name another folder");
    }
}
