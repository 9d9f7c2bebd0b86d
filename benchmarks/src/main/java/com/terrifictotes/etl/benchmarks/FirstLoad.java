package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.benchmarks.Extraction.Extracted;
import com.terrifictotes.etl.common.database.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The extraction of a whole database into empty buckets, beside the same rows copied to nowhere. */
final class FirstLoad {

    private FirstLoad() {}

    /**
     * What was measured.
     *
     * @param extracted what one extraction commits
     * @param copies the bare copies
     * @param stage the extract stage, until everything is committed
     */
    record Figures(Extracted extracted, List<Timings> copies, Timings stage) {
        Figures {
            copies = List.copyOf(copies);
        }
    }

    /**
     * Measures.
     *
     * @param rounds how often; one round more is not counted
     */
    static Figures measure(BenchmarkServers servers, TotesysSource source, int rounds)
            throws SQLException, IOException, InterruptedException {
        Stage stage = new Stage(servers, source);
        List<Contender> contenders = new ArrayList<>(PlainCopies.of(servers));
        contenders.add(stage);
        List<Timings> timings = Rounds.interleave(1, rounds, contenders);
        return new Figures(stage.extracted.orElseThrow(), timings.subList(0, timings.size() - 1), timings.getLast());
    }

    /** As a function that has just started, but with connections to S3 that are open. */
    private static final class Stage implements Contender {

        private final BenchmarkServers servers;
        private final TotesysSource source;
        private final Database database;
        private Optional<Buckets> buckets = Optional.empty();
        private Optional<Extracted> extracted = Optional.empty();

        Stage(BenchmarkServers servers, TotesysSource source) {
            this.servers = servers;
            this.source = source;
            this.database = servers.database();
        }

        @Override
        public String name() {
            return "extract stage";
        }

        @Override
        public void prepare() {
            buckets = Optional.of(servers.newBuckets());
        }

        @Override
        public void run() {
            extraction().everything();
        }

        @Override
        public void cleanUp() throws IOException {
            Extracted committed = extraction().extracted();
            source.requireWhole(committed);
            extracted = Optional.of(committed);
            servers.discard(buckets.orElseThrow());
        }

        private Extraction extraction() {
            return new Extraction(database, servers.s3(), buckets.orElseThrow());
        }
    }
}
