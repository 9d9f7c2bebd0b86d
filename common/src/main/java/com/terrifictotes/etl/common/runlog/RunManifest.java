package com.terrifictotes.etl.common.runlog;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a run in the ingestion bucket. Once it exists, the run does; the latest one is the watermark of the
 * extraction.
 *
 * @param version the form, {@link Manifest#VERSION}
 * @param run the run's number, 1 for the first
 * @param attempt which extraction wrote it; part of the keys of its objects
 * @param source which database the rows come from
 * @param snapshotTime when the snapshot was taken, by the source's clock
 * @param nextTransaction no transaction with this number or a larger one was over then, 64 bits: a source that has not come so
 *     far is not the one that was read
 * @param tables every source table of the catalogue: what was read, and where the next run goes on
 * @param batches the work of the transformation
 * @param audit what the warehouse is to be compared with; null if it is not
 */
public record RunManifest(
        int version,
        long run,
        String attempt,
        SourceIdentity source,
        Instant snapshotTime,
        long nextTransaction,
        List<TableExtract> tables,
        List<Batch> batches,
        @Nullable SourceAudit audit)
        implements Manifest {

    public RunManifest {
        requireNonNull(attempt, "attempt is null");
        requireNonNull(source, "source is null");
        requireNonNull(snapshotTime, "snapshotTime is null");
        tables = List.copyOf(tables);
        batches = List.copyOf(batches);
    }

    /** The day that stands in the keys of the run's objects. */
    @JsonIgnore
    public LocalDate day() {
        return LocalDate.ofInstant(snapshotTime, ZoneOffset.UTC);
    }

    /** What the run says about a source table; empty if the catalogue did not have it then. */
    public Optional<TableExtract> table(String name) {
        return tables.stream().filter(table -> table.table().equals(name)).findFirst();
    }

    /** The batch of that number. */
    public Optional<Batch> batch(int number) {
        return batches.stream().filter(batch -> batch.batch() == number).findFirst();
    }

    /**
     * Which database cluster and database rows come from. Transaction numbers of one mean nothing in another.
     *
     * @param systemIdentifier PostgreSQL's own number of the cluster
     * @param timeline its timeline; a restore or a failover begins a new one
     * @param standby whether it is a server that follows another one: it does not know at once when the other one's timeline
     *     is a new one
     * @param database the database's name
     * @param databaseOid PostgreSQL's own number of the database: a copy under the same name has another
     */
    public record SourceIdentity(
            String systemIdentifier, long timeline, boolean standby, String database, long databaseOid) {
        public SourceIdentity {
            requireNonNull(systemIdentifier, "systemIdentifier is null");
            requireNonNull(database, "database is null");
        }
    }

    /** How a table is read. */
    public enum Reading {
        /** Every row. */
        FULL,
        /** The rows that changed. */
        CHANGES
    }

    /**
     * A point in the source's history: what a snapshot saw of a table. Both strategies of change detection go on from it.
     *
     * @param horizon the oldest transaction that the snapshot may not have seen, 64 bits
     * @param time when the snapshot was taken, by the source's clock
     * @param seen transactions not older than the horizon, or still within the look-back, whose rows of this table the
     *     snapshot did see, 32 bits each: spares their rows from travelling twice. Empty where there are none, too many, or
     *     it is not known
     */
    public record Watermark(long horizon, Instant time, List<Long> seen) {
        public Watermark {
            requireNonNull(time, "time is null");
            seen = List.copyOf(seen);
        }

        /** The same snapshot, with these transactions seen. */
        public Watermark seeing(List<Long> transactions) {
            return new Watermark(horizon, time, transactions);
        }
    }

    /**
     * What a run read of one source table, and where the next run goes on.
     *
     * <p>A table that does not fit into the budget of one run is read by several, in the order of its key: the first one
     * decides {@code reading}, {@code since} and {@code watermark}, and each leaves its {@code cursor} to the next. What
     * changes behind the cursor meanwhile is younger than the watermark.
     *
     * @param table the table
     * @param relation which table of that name it was: another one that takes its place has other rows
     * @param targets fingerprint of the warehouse tables that the catalogue makes from it: one that is new needs every row
     * @param reading how it is read
     * @param since from where on CHANGES are read; null for FULL
     * @param watermark from where on changes are read once this reading is complete
     * @param cursor the largest key that was dealt with; rows with larger ones wait for the next run. Null once the reading
     *     is complete; {@link #BEFORE_EVERY_KEY} if it has not begun
     * @param heldBack why this run did not read the table although it should have; null if nothing was wrong
     * @param rows rows read
     * @param objects the CSV objects that hold them; none if there were no rows
     */
    public record TableExtract(
            String table,
            String relation,
            String targets,
            Reading reading,
            @Nullable Watermark since,
            Watermark watermark,
            @Nullable Long cursor,
            @Nullable String heldBack,
            long rows,
            List<CsvObject> objects) {

        /** A cursor that no row is behind: keys are 32-bit integers. */
        public static final long BEFORE_EVERY_KEY = Integer.MIN_VALUE - 1L;

        public TableExtract {
            requireNonNull(table, "table is null");
            requireNonNull(relation, "relation is null");
            requireNonNull(targets, "targets is null");
            requireNonNull(reading, "reading is null");
            requireNonNull(watermark, "watermark is null");
            if ((reading == Reading.CHANGES) != (since != null)) {
                throw new IllegalArgumentException("table " + table + " is read " + reading + " since " + since);
            }
            objects = List.copyOf(objects);
        }

        /** Whether rows of this reading wait for the next run. */
        @JsonIgnore
        public boolean isUnfinished() {
            return cursor != null;
        }

        /**
         * The state of a table that is to be read in full, of which nothing has been read.
         *
         * @param watermark of the run that says so
         */
        public static TableExtract notBegun(
                String table,
                String relation,
                String targets,
                Watermark watermark,
                @Nullable String heldBack,
                List<CsvObject> objects) {
            return new TableExtract(
                    table,
                    relation,
                    targets,
                    Reading.FULL,
                    null,
                    watermark,
                    BEFORE_EVERY_KEY,
                    heldBack,
                    rows(objects),
                    objects);
        }

        /**
         * The same state, after a run that did not get on with the table.
         *
         * @param objects rows that the run needed all the same, because others join to them
         */
        public TableExtract unchanged(@Nullable String whyHeldBack, List<CsvObject> objects) {
            return new TableExtract(
                    table, relation, targets, reading, since, watermark, cursor, whyHeldBack, rows(objects), objects);
        }

        /** Whether anything of the table has been read in this way of reading it. */
        @JsonIgnore
        public boolean isBegun() {
            return cursor == null || cursor != BEFORE_EVERY_KEY;
        }

        private static long rows(List<CsvObject> objects) {
            return objects.stream().mapToLong(CsvObject::rows).sum();
        }
    }

    /**
     * One CSV object.
     *
     * @param key its key in the ingestion bucket
     * @param rows its records, the header not counted
     * @param bytes its size
     * @param crc32 its CRC-32, eight lower-case hexadecimal digits
     */
    public record CsvObject(String key, long rows, long bytes, String crc32) {
        public CsvObject {
            requireNonNull(key, "key is null");
            requireNonNull(crc32, "crc32 is null");
        }
    }

    /**
     * Work for one invocation of the transformation.
     *
     * @param batch its number in the run, from 1
     * @param units what to make
     */
    public record Batch(int batch, List<Unit> units) {
        public Batch {
            units = List.copyOf(units);
        }
    }

    /**
     * One Parquet object and what it is made from.
     *
     * @param target the warehouse table
     * @param inputs keys of CSV objects of the run; for the calendar, those of the batch's facts
     * @param output key in the processed bucket
     */
    public record Unit(String target, List<String> inputs, String output) {
        public Unit {
            requireNonNull(target, "target is null");
            requireNonNull(output, "output is null");
            inputs = List.copyOf(inputs);
        }
    }
}
