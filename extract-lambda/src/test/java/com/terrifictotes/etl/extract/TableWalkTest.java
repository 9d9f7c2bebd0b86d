package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.extract.RowQueries.KeyRange;
import com.terrifictotes.etl.extract.TableWalk.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slices, whatever the keys, the budget, and how many connections take turns. */
class TableWalkTest {

    private static final long BYTES_OF_A_ROW = 100;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void slicesCoverEveryKeyOnceWithinTheBudget(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        NavigableSet<Integer> keys = keys(random);
        long limit = random.nextLong(1, 60_000);
        int connections = random.nextInt(1, 4);
        List<Integer> read = new ArrayList<>();
        long after = Integer.MIN_VALUE - 1L;
        int runs = 0;
        while (after < keys.last()) {
            RunBudget budget = new RunBudget(new RunLimits(limit, 1L << 40, Duration.ofHours(1)), Deadline.none());
            TableWalk walk = walk(keys, after, budget);
            List<Integer> ofRun = read(walk, keys, connections, random);
            assertThat(ofRun).as("seed %d", seed).hasSizeLessThanOrEqualTo(Math.toIntExact(limit));
            KeyRange dealtWith = walk.dealtWith();
            assertThat(dealtWith).as("seed %d: every run gets on", seed).isNotNull();
            read.addAll(ofRun);
            after = dealtWith == null || dealtWith.upTo() == null ? Integer.MAX_VALUE : dealtWith.upTo();
            runs++;
            assertThat(runs).as("seed %d", seed).isLessThan(200_000);
        }

        assertThat(read).as("seed %d", seed).hasSameSizeAs(keys).containsExactlyInAnyOrderElementsOf(keys);
    }

    /** Walks of several tables share a budget. */
    @Test
    void sliceOfWhoeverComesFirstHasRowsAndTheOthersHaveNone() throws Exception {
        NavigableSet<Integer> keys = new TreeSet<>(List.of(1, 1_000_000));
        for (int round = 0; round < 100; round++) {
            RunBudget budget = new RunBudget(new RunLimits(10, 1L << 40, Duration.ofHours(1)), Deadline.none());
            CyclicBarrier start = new CyclicBarrier(4);
            List<Callable<Long>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TableWalk walk = walk(keys, TableExtract.BEFORE_EVERY_KEY, budget);
                callers.add(() -> {
                    start.await();
                    long rows = 0;
                    Optional<Slice> slice = walk.next((after, wanted) -> OptionalLong.of(after + wanted));
                    while (slice.isPresent()) {
                        assertThat(slice.get().mostRows()).isPositive();
                        rows += slice.get().mostRows();
                        walk.done(slice.get(), slice.get().mostRows(), 1);
                        slice = walk.next((after, wanted) -> OptionalLong.of(after + wanted));
                    }
                    return rows;
                });
            }
            long rows = 0;
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                for (Future<Long> caller : threads.invokeAll(callers)) {
                    rows += caller.get();
                }
            }
            assertThat(rows).isEqualTo(10);
        }
    }

    /** Several slices may be under way at a time, and end in any order. */
    private static List<Integer> read(
            TableWalk walk, NavigableSet<Integer> keys, int connections, SplittableRandom random) throws Exception {
        List<Integer> read = new ArrayList<>();
        List<Slice> underWay = new ArrayList<>();
        TableWalk.KeyFinder finder = (after, rows) -> keys.stream()
                .mapToLong(Integer::longValue)
                .filter(key -> key > after)
                .limit(rows)
                .max();
        while (true) {
            Optional<Slice> slice = underWay.size() < connections ? walk.next(finder) : Optional.empty();
            slice.ifPresent(underWay::add);
            if (slice.isEmpty()) {
                if (underWay.isEmpty()) {
                    return read;
                }
                Slice done = underWay.remove(random.nextInt(underWay.size()));
                List<Integer> rows = keys.stream()
                        .filter(key -> key > done.keys().after()
                                && (done.keys().upTo() == null
                                        || key <= done.keys().upTo()))
                        .toList();
                assertThat((long) rows.size()).isLessThanOrEqualTo(done.mostRows());
                walk.done(done, rows.size(), BYTES_OF_A_ROW * rows.size());
                read.addAll(rows);
            }
        }
    }

    private static TableWalk walk(NavigableSet<Integer> keys, long after, RunBudget budget) {
        return new TableWalk(
                new TableReading(Totesys.CATALOGUE.source("design"), "1", Reading.FULL, null, null, after, null),
                new TableProbe(null, new TableProbe.Keys(keys.first(), keys.last()), List.of()),
                budget);
    }

    /** Dense, sparse, or dense in places; at both ends of what an integer can be. */
    private static NavigableSet<Integer> keys(SplittableRandom random) {
        NavigableSet<Integer> keys = new TreeSet<>();
        for (int cluster = random.nextInt(1, 6); cluster > 0; cluster--) {
            int start = random.nextInt();
            long step = random.nextBoolean() ? 1 : random.nextLong(1, 100_000);
            long key = start;
            for (int i = random.nextInt(1, 30_000); i > 0 && key <= Integer.MAX_VALUE; i--) {
                keys.add((int) key);
                key += step;
            }
        }
        if (random.nextBoolean()) {
            keys.add(Integer.MAX_VALUE);
            keys.add(Integer.MIN_VALUE);
        }
        return keys;
    }
}
