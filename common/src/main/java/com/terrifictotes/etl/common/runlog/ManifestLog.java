package com.terrifictotes.etl.common.runlog;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.common.storage.ObjectStore.PutOutcome;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log of manifests in one bucket: run 1, 2, 3 … with no gaps. Appending is one put-if-absent, so of two
 * writers of the same run one wins. The end is found by probing for existence, never by a listing or a pointer.
 *
 * @param <M> the kind of manifest
 */
public final class ManifestLog<M extends Manifest> {

    private static final String CONTENT_TYPE = "application/json";

    private final ObjectStore store;
    private final Class<M> type;

    /** A run that is known to exist: manifests are never deleted, so the search for the end starts there. */
    private final AtomicLong known = new AtomicLong();

    /**
     * @param store the bucket
     * @param type the kind of manifest that it holds
     */
    public ManifestLog(ObjectStore store, Class<M> type) {
        this.store = store;
        this.type = type;
    }

    /**
     * The last run of the log, 0 if it is empty. Costs one request when nothing was appended since the last call, and
     * about twice the binary logarithm of the number of runs at first.
     */
    public long tail() {
        return tail(Long.MAX_VALUE);
    }

    /**
     * The last run of the log that is not larger than {@code limit}, 0 if there is none. Costs nothing where the log is
     * known to reach that far.
     *
     * @param limit a run beyond which nothing is looked for
     */
    public long tail(long limit) {
        long existing = Math.min(known.get(), limit);
        long step = Math.min(1, limit - existing);
        while (step > 0 && exists(existing + step)) {
            existing += step;
            step = Math.min(2 * step, limit - existing);
        }
        long missing = existing + step;
        while (missing - existing > 1) {
            long middle = existing + (missing - existing) / 2;
            if (exists(middle)) {
                existing = middle;
            } else {
                missing = middle;
            }
        }
        remember(existing);
        return existing;
    }

    /**
     * The manifest of a run that exists.
     *
     * @throws PipelineException {@link ErrorCode#RUN_LOG_CORRUPT} if it does not exist, cannot be read, is about another
     *     run, or is of a form that this version does not know
     */
    public M read(long run) {
        return find(run).orElseThrow(() -> corrupt(run, "does not exist; the log must have no gaps", null));
    }

    /**
     * Appends a manifest.
     *
     * @return whether this manifest is now the run's; false if another one is (or is being written)
     */
    public boolean append(M manifest) {
        if (manifest.version() != Manifest.VERSION) {
            throw new IllegalArgumentException("version must be " + Manifest.VERSION);
        }
        String key = ObjectKeys.manifest(manifest.run());
        PutOutcome outcome = store.putIfAbsent(key, Json.writeReadable(manifest), CONTENT_TYPE);
        boolean ours = switch (outcome) {
            case CREATED -> true;
            // The SDK may have tried twice because the answer to its first, successful try was lost.
            case TAKEN ->
                find(manifest.run())
                        .map(winner -> winner.attempt().equals(manifest.attempt()))
                        .orElse(false);
        };
        if (ours) {
            remember(manifest.run());
        }
        return ours;
    }

    /** Where a run's manifest is, for people and logs. */
    public String locate(long run) {
        return store.locate(ObjectKeys.manifest(run));
    }

    private Optional<M> find(long run) {
        return store.read(ObjectKeys.manifest(run)).map(content -> parse(run, content));
    }

    private M parse(long run, byte[] content) {
        M manifest;
        try {
            manifest = Json.read(content, type);
        } catch (IOException e) {
            throw corrupt(run, "is not a manifest", e);
        }
        if (manifest.run() != run) {
            throw corrupt(run, "is about run " + manifest.run(), null);
        }
        if (manifest.version() < 1 || manifest.version() > Manifest.VERSION) {
            throw corrupt(
                    run,
                    "has version " + manifest.version() + ", this code knows up to " + Manifest.VERSION
                            + "; deploy the version that wrote it",
                    null);
        }
        return manifest;
    }

    private PipelineException corrupt(long run, String problem, @Nullable Throwable e) {
        return new PipelineException(ErrorCode.RUN_LOG_CORRUPT, locate(run) + " " + problem, e);
    }

    private boolean exists(long run) {
        return store.exists(ObjectKeys.manifest(run));
    }

    private void remember(long run) {
        known.accumulateAndGet(run, Math::max);
    }
}
