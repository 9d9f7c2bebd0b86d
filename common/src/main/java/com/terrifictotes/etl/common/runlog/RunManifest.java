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
 * @param tables every source table of the catalogue: what was read, and where the next run goes on
 * @param batches the work of the transformation
 */
public record RunManifest(
        int version,
        long run,
        String attempt,
        SourceIdentity source,
        Instant snapshotTime,
        List<TableExtract> tables,
        List<Batch> batches)
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
     * @param database the database's name
     * @param databaseOid PostgreSQL's own number of the database: a copy under the same name has another
     */
    public record SourceIdentity(String systemIdentifier, long timeline, String database, long databaseOid) {
        public SourceIdentity {
            requireNonNull(systemIdentifier, "systemIdentifier is null");
            requireNonNull(database, "database is null");
        }
    }

    /** How a table was read. */
    public enum Reading {
        /** Every row. */
        FULL,
        /** The rows whose transaction the run before may not have seen. */
        CHANGES
    }

    /**
     * What a run read of one source table.
     *
     * @param table the table
     * @param relation which table of that name it was: another one that takes its place has other rows
     * @param targets fingerprint of the warehouse tables that the catalogue makes from it: one that is new needs every row
     * @param reading how
     * @param since the horizon that CHANGES were read from; null for FULL
     * @param horizon where the next run goes on: the oldest transaction that this snapshot may not have seen, 64 bits
     * @param rows rows read
     * @param objects the CSV objects that hold them; none if there were no rows
     */
    public record TableExtract(
            String table,
            String relation,
            String targets,
            Reading reading,
            @Nullable Long since,
            long horizon,
            long rows,
            List<CsvObject> objects) {
        public TableExtract {
            requireNonNull(table, "table is null");
            requireNonNull(relation, "relation is null");
            requireNonNull(targets, "targets is null");
            requireNonNull(reading, "reading is null");
            objects = List.copyOf(objects);
        }
    }

    /**
     * One CSV object.
     *
     * @param key its key in the ingestion bucket
     * @param rows its records, the header not counted
     * @param bytes its size
     * @param sha256 its SHA-256 in lower-case hexadecimal
     */
    public record CsvObject(String key, long rows, long bytes, String sha256) {
        public CsvObject {
            requireNonNull(key, "key is null");
            requireNonNull(sha256, "sha256 is null");
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
