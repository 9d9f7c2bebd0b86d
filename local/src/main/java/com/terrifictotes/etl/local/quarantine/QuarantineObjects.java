package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.QuarantineKey;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a listing finds of the quarantine. */
final class QuarantineObjects {

    /**
     * An object of the quarantine.
     *
     * @param key what its key says
     * @param bytes its size
     */
    record Found(QuarantineKey key, long bytes) {}

    /**
     * The newest objects.
     *
     * @param objects newest first
     * @param older how many more there are
     */
    record Newest(List<Found> objects, long older) {
        Newest {
            objects = List.copyOf(objects);
        }
    }

    private static final Comparator<Found> NEWEST_FIRST = Comparator.comparingLong(
                    (Found found) -> found.key().run())
            .reversed()
            .thenComparing(found -> found.key().target())
            .thenComparingInt(found -> found.key().unit());

    private final ObjectStore store;
    private final TableChoice tables;
    private final OptionalLong run;
    private final @Nullable LocalDate since;

    /**
     * @param store the processed bucket
     * @param tables the warehouse tables to look at
     * @param run the one run to look at, or all
     * @param since the first day of snapshots to look at; null for all
     */
    QuarantineObjects(ObjectStore store, TableChoice tables, OptionalLong run, @Nullable LocalDate since) {
        this.store = store;
        this.tables = tables;
        this.run = run;
        this.since = since;
    }

    /** The newest objects, that many at most; no more of them are ever held in memory. */
    Newest newest(int limit) {
        PriorityQueue<Found> kept = new PriorityQueue<>(NEWEST_FIRST.reversed());
        long[] older = {0};
        forEach(found -> {
            kept.add(found);
            if (kept.size() > limit) {
                kept.remove();
                older[0]++;
            }
        });
        List<Found> objects = new ArrayList<>(kept);
        objects.sort(NEWEST_FIRST);
        return new Newest(objects, older[0]);
    }

    /** Every object, table by table in the order of the catalogue. S3 lists no day before the first one asked for. */
    void forEach(Consumer<Found> reader) {
        for (String target : tables.targets()) {
            store.list(
                    ObjectKeys.quarantineOf(target),
                    since == null ? "" : ObjectKeys.quarantineOf(target, since),
                    object -> QuarantineKey.parse(object.key())
                            .filter(key -> run.isEmpty() || run.getAsLong() == key.run())
                            .filter(key -> since == null || !key.day().isBefore(since))
                            .ifPresent(key -> reader.accept(new Found(key, object.bytes()))));
        }
    }
}
