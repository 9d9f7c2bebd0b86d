package com.terrifictotes.etl.local;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.extract.ExtractAnswer;
import com.terrifictotes.etl.extract.ExtractAnswer.BatchReference;
import com.terrifictotes.etl.extract.ExtractAnswer.HeldBack;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.load.LoadAnswer;
import com.terrifictotes.etl.loopback.LoopbackContext;
import com.terrifictotes.etl.transform.TransformAnswer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine does with the three functions, in one process: the same handlers, the same JSON between them.
 * Load is asked in every tick, for what is pending is known from the buckets alone: a warehouse that is new, or was restored
 * from a backup, is known to nobody else.
 */
public final class Pipeline {

    /** Rounds of one tick, as in the state machine: what is left after them waits for the next tick. */
    private static final int MAX_ROUNDS = 100;

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private final RequestStreamHandler extract;
    private final RequestStreamHandler transform;
    private final RequestStreamHandler load;

    /** A pipeline of three functions. */
    public Pipeline(RequestStreamHandler extract, RequestStreamHandler transform, RequestStreamHandler load) {
        this.extract = requireNonNull(extract, "extract is null");
        this.transform = requireNonNull(transform, "transform is null");
        this.load = requireNonNull(load, "load is null");
    }

    /**
     * What a tick did.
     *
     * @param committed the runs that it extracted
     * @param loaded the runs that it brought into the warehouse
     * @param quarantinedByRun how many rows of which run it could not represent; no run without any
     * @param pending runs that still wait
     * @param waitingFor why the next of them cannot be loaded, if load said so
     * @param more whether rows that the last run had no room for still wait to be extracted
     * @param heldBack tables that could not be read
     */
    public record Tick(
            List<Long> committed,
            List<Long> loaded,
            SortedMap<Long, Long> quarantinedByRun,
            long pending,
            @Nullable String waitingFor,
            boolean more,
            List<HeldBack> heldBack) {
        public Tick {
            committed = List.copyOf(committed);
            loaded = List.copyOf(loaded);
            quarantinedByRun = Collections.unmodifiableSortedMap(new TreeMap<>(quarantinedByRun));
            heldBack = List.copyOf(heldBack);
        }

        /** Rows that it could not represent. */
        public long quarantined() {
            return quarantinedByRun.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Whether everything that the source has is in the warehouse. */
        public boolean isComplete() {
            return pending == 0 && !more && heldBack.isEmpty();
        }

        /** Whether there was nothing to do. */
        public boolean isQuiet() {
            return committed.isEmpty() && loaded.isEmpty() && pending == 0;
        }
    }

    /**
     * One tick of the schedule.
     *
     * @throws com.terrifictotes.etl.common.PipelineException what a function failed with; the next tick goes on where this
     *     one stopped
     */
    public Tick tick() {
        return tick(ExtractRequest.changes(), runs -> {});
    }

    /**
     * One tick of the schedule, with somebody who watches.
     *
     * @param request what the first extraction of the tick is asked for
     * @param watcher told which runs are in the warehouse, as soon as they are
     */
    public Tick tick(ExtractRequest request, Consumer<List<Long>> watcher) {
        List<Long> committed = new ArrayList<>();
        List<Long> loaded = new ArrayList<>();
        SortedMap<Long, Long> quarantined = new TreeMap<>();
        long pending = 0;
        String waitingFor = null;
        boolean more = false;
        List<HeldBack> heldBack = List.of();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            ExtractAnswer extracted = invoke(extract, round == 0 ? Json.write(request) : NOTHING, ExtractAnswer.class);
            if (extracted.run() != null) {
                committed.add(extracted.run());
            }
            heldBack = extracted.heldBack();
            more = extracted.more();
            for (BatchReference batch : extracted.batches()) {
                invoke(transform, Json.write(batch), TransformAnswer.class).batches().stream()
                        .filter(transformed -> transformed.quarantined() > 0)
                        .forEach(transformed ->
                                quarantined.merge(transformed.run(), transformed.quarantined(), Long::sum));
            }
            LoadAnswer answer = invoke(load, NOTHING, LoadAnswer.class);
            loaded.addAll(answer.loaded());
            watcher.accept(answer.loaded());
            pending = answer.pending();
            waitingFor = answer.waitingFor();
            // Of a run that was loaded once, into a warehouse that was restored since, extract names no batches any
            // more.
            boolean waitsInVain = waitingFor != null && extracted.batches().isEmpty();
            if (!more && (waitsInVain || !answer.more())) {
                break;
            }
        }
        return new Tick(committed, loaded, quarantined, pending, waitingFor, more, heldBack);
    }

    private static <T> T invoke(RequestStreamHandler function, byte[] request, Class<T> answer) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            function.handleRequest(new ByteArrayInputStream(request), output, new LoopbackContext());
            return Json.read(output.toByteArray(), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
