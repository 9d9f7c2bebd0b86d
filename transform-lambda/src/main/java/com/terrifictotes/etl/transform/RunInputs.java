package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the units of a run are made from: its CSV objects, by key. */
final class RunInputs {

    private record Input(String table, CsvObject object) {}

    private final long run;
    private final Map<String, Input> inputs = new HashMap<>();

    RunInputs(RunManifest manifest) {
        run = manifest.run();
        for (TableExtract table : manifest.tables()) {
            for (CsvObject object : table.objects()) {
                inputs.put(object.key(), new Input(table.table(), object));
            }
        }
    }

    /**
     * The inputs of a unit that are rows of that source table.
     *
     * @throws PipelineException {@link ErrorCode#RUN_LOG_CORRUPT} if the unit has an input that is no object of the run
     */
    List<CsvObject> of(Unit unit, String table) {
        return unit.inputs().stream()
                .map(key -> require(unit, key))
                .filter(input -> input.table.equals(table))
                .map(Input::object)
                .toList();
    }

    /** How many bytes all inputs of a unit have. */
    long bytes(Unit unit) {
        return unit.inputs().stream()
                .mapToLong(key -> require(unit, key).object.bytes())
                .sum();
    }

    private Input require(Unit unit, String key) {
        Input input = inputs.get(key);
        if (input == null) {
            throw new PipelineException(
                    ErrorCode.RUN_LOG_CORRUPT,
                    "run " + run + " makes " + unit.output() + " from " + key + ", which none of its tables has");
        }
        return input;
    }
}
