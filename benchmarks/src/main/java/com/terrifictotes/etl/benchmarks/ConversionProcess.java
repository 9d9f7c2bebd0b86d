package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** A conversion that has a JVM to itself. */
final class ConversionProcess {

    /** What the JVM has done before the conversion that is measured. */
    enum State {
        /** Nothing. */
        COLD,
        /** It has converted the first run, two million rows. */
        PRIMED
    }

    /**
     * How a process is run.
     *
     * @param launcher the command before that of the JVM, such as {@code taskset -c 0}; may be empty
     * @param jvmOptions for the JVM
     * @param state what comes first
     */
    record Setting(List<String> launcher, List<String> jvmOptions, State state) {
        Setting {
            launcher = List.copyOf(launcher);
            jvmOptions = List.copyOf(jvmOptions);
        }
    }

    /**
     * What a conversion took, seconds.
     *
     * @param work from its first statement to its last: with the classes that it loads, without the start of the JVM, and
     *     without the native library of DuckDB, which is loaded before
     * @param process from the start of the process to its end
     */
    record Seconds(double work, double process) {}

    private ConversionProcess() {}

    /**
     * Converts a store once, and throws the result away.
     *
     * @param folder where the output is meanwhile
     * @throws IllegalStateException if it fails; it has said why on standard error
     */
    static Seconds run(Converter.Kind kind, CsvStore store, Path folder, Setting setting)
            throws IOException, InterruptedException {
        Path output = Files.createTempDirectory(Files.createDirectories(folder), "output-");
        long start = System.nanoTime();
        Process process = ChildJvm.start(
                setting.launcher(),
                ConversionProcess.class,
                setting.jvmOptions(),
                List.of(
                        kind.name(),
                        store.folder().toString(),
                        output.toString(),
                        setting.state().name()));
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        Folders.deleteRecursively(output);
        if (code != 0) {
            throw new IllegalStateException(
                    "the conversion by " + kind.title() + " ended with " + code + "; see what it said above");
        }
        return new Seconds(Double.parseDouble(answer), seconds);
    }

    /** The process itself; not for calling. It says little, and that as plain text, so as to load nothing needless. */
    public static void main(String[] arguments) throws IOException, SQLException {
        var store = new CsvStore(Path.of(arguments[1]));
        Path output = Path.of(arguments[2]);
        try (Converter converter = Converter.Kind.valueOf(arguments[0]).open(store)) {
            if (State.valueOf(arguments[3]) == State.PRIMED) {
                converter.convertFirstRun(Files.createDirectory(output.resolve("primed")));
            }
            Path measured = Files.createDirectory(output.resolve("measured"));
            long start = System.nanoTime();
            converter.convert(measured);
            System.out.println((System.nanoTime() - start) / 1e9);
        }
    }
}
