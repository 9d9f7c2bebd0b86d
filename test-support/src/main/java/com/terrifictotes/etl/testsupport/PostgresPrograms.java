package com.terrifictotes.etl.testsupport;

import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of one PostgreSQL version, all from one folder: a program of one major version refuses the data of another.
 *
 * @param folder where they are
 */
record PostgresPrograms(Path folder) {

    /** What every server needs; the embedded binaries have these and no other. */
    private static final List<String> SERVER = List.of("initdb", "pg_ctl", "postgres");

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ([0-9]+)");
    private static final int OLDEST_VERSION = 13;
    private static final long LONGEST_RUN_SECONDS = 90;

    PostgresPrograms {
        requireNonNull(folder, "folder is null");
    }

    /**
     * Finds an installed server, PostgreSQL 13 or newer, that has a further program beside it: on the path, where
     * {@code pg_config} says, or where Debian puts it.
     *
     * @param program the further program, such as {@code pg_resetwal}
     * @return the newest; empty if there is none
     */
    static Optional<PostgresPrograms> installedWith(String program) {
        List<String> needed = Stream.concat(SERVER.stream(), Stream.of(program)).toList();
        return candidates()
                .filter(folder -> needed.stream().allMatch(name -> Files.isExecutable(folder.resolve(name))))
                .map(PostgresPrograms::new)
                .filter(programs -> programs.majorVersion() >= OLDEST_VERSION)
                .max(Comparator.comparingInt(PostgresPrograms::majorVersion));
    }

    private static Stream<Path> candidates() {
        List<Path> folders = new ArrayList<>();
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(Path::of)
                .forEach(folders::add);
        folders.stream()
                .map(folder -> folder.resolve("pg_config"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> output(List.of(program.toString(), "--bindir")))
                .ifPresent(answer -> folders.add(Path.of(answer.strip())));
        if (Files.isDirectory(DEBIAN)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
                versions.forEach(version -> folders.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + DEBIAN, e);
            }
        }
        return folders.stream().distinct();
    }

    private int majorVersion() {
        Matcher version = VERSION.matcher(output(List.of(path("postgres"), "--version")));
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    /**
     * Runs a program to its end. PostgreSQL does not run as root; root becomes somebody else in a user namespace.
     *
     * @throws IllegalStateException with what the program said, if it fails or takes longer than a minute and a half
     */
    void run(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (new UnixSystem().getUid() == 0) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(path(program));
        command.addAll(List.of(arguments));
        output(command);
    }

    private String path(String program) {
        return folder.resolve(program).toString();
    }

    /** Through a file, because a server that a program leaves running would hold a pipe open. */
    private static String output(List<String> command) {
        try {
            Path file = Files.createTempFile("postgres-program-", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile());
                builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
                builder.environment().put("LC_ALL", "C");
                Process process = builder.start();
                boolean ended = process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
                String said = Files.readString(file, StandardCharsets.UTF_8);
                if (!ended) {
                    process.destroyForcibly();
                    throw new IllegalStateException(command + " has not ended, it said: " + said);
                }
                if (process.exitValue() != 0) {
                    throw new IllegalStateException(command + " ended with " + process.exitValue() + ": " + said);
                }
                return said;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }
}
