package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of a unit's objects. */
final class UnitKeys {

    private static final Pattern ORDINAL = Pattern.compile(".*-([0-9]{5,9})\\.parquet");

    private UnitKeys() {}

    /**
     * The key of a unit's quarantine: of the same run and number as its Parquet object.
     *
     * @throws PipelineException {@link ErrorCode#RUN_LOG_CORRUPT} if the unit's output is not where it must be
     */
    static String quarantine(RunManifest manifest, Unit unit) {
        Matcher matcher = ORDINAL.matcher(unit.output());
        if (matcher.matches()) {
            int ordinal = Integer.parseInt(matcher.group(1));
            if (unit.output().equals(ObjectKeys.parquet(unit.target(), manifest.day(), manifest.run(), ordinal))) {
                return ObjectKeys.quarantine(unit.target(), manifest.day(), manifest.run(), ordinal);
            }
        }
        throw new PipelineException(
                ErrorCode.RUN_LOG_CORRUPT,
                "run " + manifest.run() + " makes " + unit.output() + "; expected a key like "
                        + ObjectKeys.parquet(unit.target(), manifest.day(), manifest.run(), 1));
    }
}
