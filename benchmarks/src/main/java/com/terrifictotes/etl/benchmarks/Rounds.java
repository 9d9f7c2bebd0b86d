package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Measures contenders in turn, A B A B: whatever the machine does meanwhile, it does to all of them. */
final class Rounds {

    private Rounds() {}

    /**
     * Runs every contender once in every round.
     *
     * @param warmUp rounds that are not counted, which fill caches and let the compiler work
     * @param rounds rounds that are
     * @return the times, in the order of the contenders
     */
    static List<Timings> interleave(int warmUp, int rounds, List<? extends Contender> contenders)
            throws SQLException, IOException, InterruptedException {
        List<List<Double>> seconds = contenders.stream()
                .map(contender -> (List<Double>) new ArrayList<Double>())
                .toList();
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                double time = time(contenders.get(i));
                if (round >= 0) {
                    seconds.get(i).add(time);
                }
            }
        }
        return IntStream.range(0, contenders.size())
                .mapToObj(i -> new Timings(contenders.get(i).name(), seconds.get(i)))
                .toList();
    }

    private static double time(Contender contender) throws SQLException, IOException, InterruptedException {
        contender.prepare();
        long start = System.nanoTime();
        contender.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        contender.cleanUp();
        return seconds;
    }
}
