package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.benchmarks.ConversionProcess.Seconds;
import com.terrifictotes.etl.benchmarks.ConversionProcess.Setting;
import com.terrifictotes.etl.benchmarks.ConversionProcess.State;
import com.terrifictotes.etl.benchmarks.Converter.Kind;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The transform stage beside DuckDB: the same CSV files, the same rows in Parquet, on the same disk. */
final class TransformSpeed {

    private static final List<String> ON_ONE_CORE = List.of("taskset", "-c", "0");

    private enum Cores {
        ONE,
        ALL
    }

    private enum Compilers {
        /** As a JVM chooses by itself. */
        BOTH,
        /** As Lambda's Java runtime chooses: C1 only. */
        FIRST
    }

    /** One comparison. */
    enum Part {
        ONE_CORE_PRIMED(Cores.ONE, State.PRIMED, Compilers.BOTH, Kind.DUCKDB),
        ONE_CORE_COLD(Cores.ONE, State.COLD, Compilers.BOTH, Kind.DUCKDB),
        ALL_CORES_PRIMED(Cores.ALL, State.PRIMED, Compilers.BOTH, Kind.DUCKDB),
        ONE_CORE_PRIMED_V2(Cores.ONE, State.PRIMED, Compilers.BOTH, Kind.DUCKDB_V2),
        ONE_CORE_PRIMED_C1(Cores.ONE, State.PRIMED, Compilers.FIRST, Kind.DUCKDB),
        ONE_CORE_COLD_C1(Cores.ONE, State.COLD, Compilers.FIRST, Kind.DUCKDB);

        private final Cores cores;
        private final State state;
        private final Compilers compilers;
        private final Kind competitor;

        Part(Cores cores, State state, Compilers compilers, Kind competitor) {
            this.cores = cores;
            this.state = state;
            this.compilers = compilers;
            this.competitor = competitor;
        }

        /** Whether the JVMs are new, so that their start is worth knowing, too. */
        boolean isCold() {
            return state == State.COLD;
        }

        /** Whether the system can do it. */
        boolean isPossible() throws InterruptedException {
            return cores == Cores.ALL || hasTaskset();
        }

        private Setting setting() {
            return new Setting(
                    switch (cores) {
                        case ONE -> ON_ONE_CORE;
                        case ALL -> List.of();
                    },
                    switch (compilers) {
                        case BOTH -> List.of();
                        case FIRST -> List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1");
                    },
                    state);
        }

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The times of one contender.
     *
     * @param work of the conversion itself
     * @param process of its process, which may have done more
     */
    record Times(Timings work, Timings process) {}

    /**
     * What was measured.
     *
     * @param stage the transform stage
     * @param competitor what it was beside
     */
    record Figures(Times stage, Times competitor) {}

    private TransformSpeed() {}

    /**
     * Measures one part: in each round a new process of the stage, then one of the competitor.
     *
     * @param folder where output is meanwhile
     */
    static Figures measure(Part part, CsvStore store, Path folder, int rounds)
            throws IOException, InterruptedException {
        List<Seconds> stage = new ArrayList<>();
        List<Seconds> competitor = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            stage.add(ConversionProcess.run(Kind.STAGE, store, folder, part.setting()));
            competitor.add(ConversionProcess.run(part.competitor, store, folder, part.setting()));
        }
        return new Figures(times(Kind.STAGE, stage), times(part.competitor, competitor));
    }

    private static Times times(Kind kind, List<Seconds> seconds) {
        return new Times(
                new Timings(kind.title(), seconds.stream().map(Seconds::work).toList()),
                new Timings(
                        kind.title() + " process",
                        seconds.stream().map(Seconds::process).toList()));
    }

    private static boolean hasTaskset() throws InterruptedException {
        List<String> command = new ArrayList<>(ON_ONE_CORE);
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
