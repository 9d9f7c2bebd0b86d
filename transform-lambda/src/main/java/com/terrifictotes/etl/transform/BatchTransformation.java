package com.terrifictotes.etl.transform;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.transform.UnitTransformation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Makes the Parquet objects of one batch, several at a time. The calendar comes last: it consists of the days that the
 * facts mentioned while they were converted, so no object is read twice.
 */
final class BatchTransformation {

    private final Catalogue catalogue;
    private final RunManifest manifest;
    private final RunInputs inputs;
    private final UnitTransformation transformation;
    private final int threads;

    /**
     * @param catalogue the tables
     * @param manifest the run
     * @param inputs its CSV objects
     * @param transformation makes the objects
     * @param threads how many at a time
     */
    BatchTransformation(
            Catalogue catalogue,
            RunManifest manifest,
            RunInputs inputs,
            UnitTransformation transformation,
            int threads) {
        this.catalogue = catalogue;
        this.manifest = manifest;
        this.inputs = inputs;
        this.transformation = transformation;
        this.threads = threads;
    }

    /**
     * Makes all objects of a batch. When one cannot be made, the others are, all the same; but not the calendar, which needs
     * the days of all of them.
     *
     * @param done is told what became of a unit as soon as its object is there, by whichever thread made it: if the process
     *     is killed later, nobody else will tell
     * @return what became of the units, tables first, in the order of the batch
     * @throws PipelineException of the first unit that failed
     */
    List<Outcome> transform(Batch batch, Consumer<Outcome> done) {
        List<Unit> tables = new ArrayList<>();
        List<Unit> calendars = new ArrayList<>();
        for (Unit unit : batch.units()) {
            (kind(unit) == TargetTable.Kind.CALENDAR ? calendars : tables).add(unit);
        }
        calendars.forEach(calendar -> requireFacts(calendar, tables));
        CalendarDays days = new CalendarDays();
        List<Outcome> outcomes = new ArrayList<>(inParallel(tables, unit -> make(unit, days, done)));
        calendars.forEach(calendar -> outcomes.add(make(calendar, days, done)));
        return outcomes;
    }

    private Outcome make(Unit unit, CalendarDays days, Consumer<Outcome> done) {
        Outcome outcome = transformation.transform(unit, days);
        done.accept(outcome);
        return outcome;
    }

    private List<Outcome> inParallel(List<Unit> units, Function<Unit, Outcome> work) {
        int workers = Math.min(threads, units.size());
        if (workers <= 1) {
            return collect(units, work);
        }
        Map<Unit, Future<Outcome>> futures = new HashMap<>();
        Map<String, String> context = MDC.getCopyOfContextMap();
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            // The largest first, so that no thread is left alone with it at the end.
            units.stream()
                    .sorted(Comparator.comparingLong(inputs::bytes).reversed())
                    .forEach(unit -> futures.put(unit, pool.submit(() -> {
                        MDC.setContextMap(context);
                        return work.apply(unit);
                    })));
            return collect(units, unit -> outcome(requireNonNull(futures.get(unit))));
        }
    }

    /** All outcomes, or the first failure, with the others suppressed. */
    private static List<Outcome> collect(List<Unit> units, Function<Unit, Outcome> result) {
        List<Outcome> outcomes = new ArrayList<>();
        @Nullable Throwable failure = null;
        for (Unit unit : units) {
            try {
                outcomes.add(result.apply(unit));
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (!failure.equals(e)) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return outcomes;
    }

    private static Outcome outcome(Future<Outcome> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a batch was transformed", e);
        }
    }

    private void requireFacts(Unit calendar, List<Unit> tables) {
        Set<String> facts = new HashSet<>();
        for (Unit unit : tables) {
            if (kind(unit) == TargetTable.Kind.FACT) {
                facts.addAll(unit.inputs());
            }
        }
        if (!facts.containsAll(calendar.inputs())) {
            throw new PipelineException(
                    ErrorCode.RUN_LOG_CORRUPT,
                    "run " + manifest.run() + " makes " + calendar.output()
                            + " from facts that are not in the same batch");
        }
    }

    private TargetTable.Kind kind(Unit unit) {
        return catalogue.target(unit.target()).kind();
    }
}
