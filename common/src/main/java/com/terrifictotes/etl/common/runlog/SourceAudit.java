package com.terrifictotes.etl.common.runlog;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What a run says of the source, as its snapshot saw it, for the warehouse to be compared with: of whole tables, if the run is
 * an audit, and of ranges of keys in which the load has found a difference.
 *
 * @param tables whole tables, by ranges of keys
 * @param ranges ranges that were read again, row by row
 * @param objects keys of the CSV objects that hold the rows of these ranges and those that they join to: whatever they change
 *     in the warehouse, no run had brought
 */
public record SourceAudit(List<TableFigures> tables, List<RangeReading> ranges, List<String> objects) {

    public SourceAudit {
        tables = List.copyOf(tables);
        ranges = List.copyOf(ranges);
        objects = List.copyOf(objects);
    }

    /** Whether it says nothing. */
    @JsonIgnore
    public boolean isEmpty() {
        return tables.isEmpty() && ranges.isEmpty();
    }

    /**
     * The rows of the source that a warehouse table is made from.
     *
     * @param target the warehouse table
     * @param rangeBits a range is that many low bits of the key: 10 for 1,024 keys
     * @param acceptsDeletions whether somebody has said that however many rows are gone, they are meant to be
     * @param ranges every range that has a row
     */
    public record TableFigures(String target, int rangeBits, boolean acceptsDeletions, List<RangeFigures> ranges) {
        public TableFigures {
            requireNonNull(target, "target is null");
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * The rows of a range.
     *
     * @param first the smallest key that belongs to it
     * @param last the largest
     * @param rows how many there are
     * @param checksum sum of the rows' checksums, a whole number; see {@link
     *     com.terrifictotes.etl.common.catalogue.RowChecksum}
     */
    public record RangeFigures(long first, long last, long rows, String checksum) {
        public RangeFigures {
            requireNonNull(checksum, "checksum is null");
        }
    }

    /**
     * A range that was read again.
     *
     * @param target the warehouse table
     * @param figures its rows
     * @param keys the first and the last key of each unbroken sequence: every key that is in the source, in order
     */
    public record RangeReading(String target, RangeFigures figures, List<List<Long>> keys) {
        public RangeReading {
            requireNonNull(target, "target is null");
            requireNonNull(figures, "figures is null");
            keys = keys.stream().map(List::copyOf).toList();
        }
    }
}
