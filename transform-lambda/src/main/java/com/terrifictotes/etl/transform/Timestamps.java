package com.terrifictotes.etl.transform;

/** The timestamps of a source column, parsed once for the columns that they are split into. */
final class Timestamps {

    private final Days days = new Days();
    private long[] microseconds = new long[0];
    private boolean parsed;

    /** Begins a range. */
    void clear() {
        parsed = false;
    }

    /**
     * Those of the range, which is the same until the next one begins: microseconds since 1970-01-01, {@link
     * ColumnConversion#NULL}, or {@link CsvValues#INVALID}.
     */
    long[] of(FieldRange fields) {
        if (!parsed) {
            if (microseconds.length < fields.count()) {
                microseconds = new long[fields.count()];
            }
            byte[] bytes = fields.bytes();
            for (int i = 0; i < fields.count(); i++) {
                long place = fields.place(i);
                microseconds[i] = place == CsvRecords.NULL
                        ? ColumnConversion.NULL
                        : CsvValues.timestamp(bytes, CsvRecords.start(place), CsvRecords.length(place), days);
            }
            parsed = true;
        }
        return microseconds;
    }
}
