package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Join;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the transformation of a run: a unit is one Parquet object, made from one CSV object and the rows that it joins
 * to; a batch is what one invocation does, bounded in size.
 */
final class BatchPlan {

    /** An ordinary tick is one batch; the first load of large tables is many, which run side by side. */
    static final long BATCH_BYTES = 256L * 1024 * 1024;

    private final Catalogue catalogue;
    private final long run;
    private final LocalDate day;

    private long batchBytes = BATCH_BYTES;
    private int units;
    private final List<Batch> batches = new ArrayList<>();

    private final List<Unit> open = new ArrayList<>();
    private final List<String> openFacts = new ArrayList<>();
    private long openBytes;

    BatchPlan(Catalogue catalogue, long run, LocalDate day) {
        this.catalogue = catalogue;
        this.run = run;
        this.day = day;
    }

    /** The batches for what was read; every CSV object that a warehouse table is made from is in exactly one unit of it. */
    List<Batch> of(List<TableExtract> tables) {
        Map<String, List<CsvObject>> objects = new LinkedHashMap<>();
        tables.forEach(table -> objects.put(table.table(), table.objects()));
        // However large the run, its batches fit into one answer.
        long bytes = objects.values().stream()
                .flatMap(List::stream)
                .mapToLong(CsvObject::bytes)
                .sum();
        batchBytes = Math.max(BATCH_BYTES, 4 * bytes / ExtractStage.MAX_BATCHES_PER_ANSWER);
        for (TargetTable target : catalogue.targets()) {
            target.sourceTable()
                    .ifPresent(source -> objects.getOrDefault(source, List.of())
                            .forEach(object -> add(target, object, joined(target, objects))));
        }
        closeBatch();
        return List.copyOf(batches);
    }

    private static List<String> joined(TargetTable target, Map<String, List<CsvObject>> objects) {
        return target.joins().stream()
                .map(Join::parent)
                .distinct()
                .flatMap(parent -> objects.getOrDefault(parent, List.of()).stream())
                .map(CsvObject::key)
                .toList();
    }

    private void add(TargetTable target, CsvObject object, List<String> joined) {
        if (!open.isEmpty() && openBytes + object.bytes() > batchBytes) {
            closeBatch();
        }
        List<String> inputs = new ArrayList<>(List.of(object.key()));
        inputs.addAll(joined);
        open.add(unit(target, inputs));
        openBytes += object.bytes();
        if (target.kind() == TargetTable.Kind.FACT) {
            openFacts.add(object.key());
        }
    }

    private void closeBatch() {
        if (open.isEmpty()) {
            return;
        }
        if (!openFacts.isEmpty()) {
            catalogue.calendar().ifPresent(calendar -> open.add(unit(calendar, openFacts)));
        }
        batches.add(new Batch(batches.size() + 1, open));
        open.clear();
        openFacts.clear();
        openBytes = 0;
    }

    private Unit unit(TargetTable target, List<String> inputs) {
        units++;
        return new Unit(target.name(), inputs, ObjectKeys.parquet(target.name(), day, run, units));
    }
}
