package com.terrifictotes.etl.transform;

/** The timestamps of a source column, parsed once for the columns that they are split into. */
final class Timestamps {

    private final ParsedNumbers parsed = new ParsedNumbers();
    private boolean isParsed;

    /** Begins a range. */
    void clear() {
        isParsed = false;
    }

    /** Those of the range, as microseconds since 1970-01-01; the range is the same until the next one begins. */
    long[] of(FieldRange fields) {
        long[] microseconds = parsed.room(fields.count());
        if (!isParsed) {
            byte[] bytes = fields.bytes();
            for (int i = 0; i < fields.count(); i++) {
                long place = fields.place(i);
                microseconds[i] = place == CsvRecords.NULL
                        ? ParsedNumbers.NULL
                        : CsvValues.timestamp(bytes, CsvRecords.start(place), CsvRecords.length(place));
            }
            isParsed = true;
        }
        return microseconds;
    }
}
