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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }
}
