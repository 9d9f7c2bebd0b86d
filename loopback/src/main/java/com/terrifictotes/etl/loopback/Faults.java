package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The faults that wait for requests. Each one strikes once: a request takes the oldest fault that is meant for it, so
 * three failures in a row are three calls of {@code next}. Safe for use by several threads.
 */
public final class Faults {

    private record Pending(Predicate<AwsRequest> target, Fault fault) {}

    private final List<Pending> pending = new ArrayList<>();

    Faults() {}

    /** Lets the next request that matches {@code target} meet {@code fault}. */
    public synchronized void next(Predicate<AwsRequest> target, Fault fault) {
        requireNonNull(target, "target is null");
        requireNonNull(fault, "fault is null");
        pending.add(new Pending(target, fault));
    }

    /** Lets the next request for {@code operation} meet {@code fault}. */
    public void next(Operation operation, Fault fault) {
        next(operation, "", fault);
    }

    /** Lets the next request for {@code operation} whose key (or secret id) starts with {@code keyPrefix} meet {@code fault}. */
    public void next(Operation operation, String keyPrefix, Fault fault) {
        requireNonNull(operation, "operation is null");
        requireNonNull(keyPrefix, "keyPrefix is null");
        next(request -> request.operation() == operation && request.key().startsWith(keyPrefix), fault);
    }

    /** Returns how many faults have not struck yet: zero, if a test met all that it prepared. */
    public synchronized int waiting() {
        return pending.size();
    }

    /** Forgets the faults that have not struck yet. */
    public synchronized void clear() {
        pending.clear();
    }

    synchronized Optional<Fault> take(AwsRequest request) {
        for (Iterator<Pending> candidates = pending.iterator(); candidates.hasNext(); ) {
            Pending candidate = candidates.next();
            if (candidate.target().test(request)) {
                candidates.remove();
                return Optional.of(candidate.fault());
            }
        }
        return Optional.empty();
    }
}
