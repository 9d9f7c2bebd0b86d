package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of the same kind with the same class path, whose heap and processor time are its own. */
final class ChildJvm {

    private ChildJvm() {}

    /**
     * Starts one; its standard input and output are the caller's to use and close.
     *
     * @param main the class with the main method
     * @param options for the JVM
     * @param arguments for the main method
     */
    static Process start(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        return start(List.of(), main, options, arguments);
    }

    /**
     * Starts one by way of another command.
     *
     * @param launcher the command that runs the one that follows it, such as {@code taskset -c 0}; may be empty
     */
    static Process start(List<String> launcher, Class<?> main, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // zstd and DuckDB load native libraries; from Java 24 on that wants a word of permission.
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }

    /**
     * The options for a small heap with the collector that a JVM chooses by itself with less than 1792 MiB or one
     * processor, as functions have it.
     *
     * @param megabytes the most that the heap may be, MiB
     */
    static List<String> smallHeap(int megabytes) {
        return List.of("-Xmx" + megabytes + "m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    }
}
