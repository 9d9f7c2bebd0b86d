package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many requests arrived, by operation; those that met a {@link Fault} and the retries of the SDK count too. Safe for
 * use by several threads.
 */
public final class RequestCounts {

    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);

    RequestCounts() {}

    /** Returns the number of requests for {@code operation} since the start or the last {@link #reset}. */
    public synchronized long of(Operation operation) {
        return counts.getOrDefault(requireNonNull(operation, "operation is null"), 0L);
    }

    /** Returns the number of requests that ask for a change, see {@link Operation#isWrite}. */
    public synchronized long writes() {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().isWrite())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the number of all requests. */
    public synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Starts again from zero. */
    public synchronized void reset() {
        counts.clear();
    }

    synchronized void add(Operation operation) {
        counts.merge(operation, 1L, Long::sum);
    }
}
