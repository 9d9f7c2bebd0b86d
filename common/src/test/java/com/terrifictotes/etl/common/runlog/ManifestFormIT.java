package com.terrifictotes.etl.common.runlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.LoadManifest.TableLoad;
import com.terrifictotes.etl.common.runlog.RunManifest.Batch;
import com.terrifictotes.etl.common.runlog.RunManifest.CsvObject;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.SourceIdentity;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Unit;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeFigures;
import com.terrifictotes.etl.common.runlog.SourceAudit.RangeReading;
import com.terrifictotes.etl.common.runlog.SourceAudit.TableFigures;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.DifferentRange;
import com.terrifictotes.etl.common.runlog.WarehouseAudit.TableAudit;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of the manifests, field by field: logs that were written before must stay readable. */
class ManifestFormIT {

    private static final TestServers SERVERS = TestServers.shared();

    /** Just before midnight UTC, so that a day taken in any other zone shows. */
    private static final Instant SNAPSHOT = Instant.parse("2026-01-31T23:59:59.123456Z");

    private final ObjectStore store = new ObjectStore(SERVERS.s3(), SERVERS.createBucket("form"));

    @Test
    void runManifestIsThisText() {
        ManifestLog<RunManifest> log = new ManifestLog<>(store, RunManifest.class);
        log.append(runManifest(42));

        assertThat(text("runs/0000000042.json")).isEqualToNormalizingNewlines("""
                {
                  "version" : 1,
                  "run" : 42,
                  "attempt" : "a1b2",
                  "source" : {
                    "systemIdentifier" : "7435987123456789012",
                    "timeline" : 3,
                    "standby" : false,
                    "database" : "totesys",
                    "databaseOid" : 16384
                  },
                  "snapshotTime" : "2026-01-31T23:59:59.123456Z",
                  "nextTransaction" : 4294967301,
                  "tables" : [ {
                    "table" : "staff",
                    "relation" : "16402",
                    "targets" : "0123456789abcdef",
                    "reading" : "CHANGES",
                    "since" : {
                      "horizon" : 4294967296,
                      "time" : "2026-01-31T23:54:59Z",
                      "seen" : [ 4294967295, 1 ]
                    },
                    "watermark" : {
                      "horizon" : 4294967300,
                      "time" : "2026-01-31T23:59:59.123456Z",
                      "seen" : [ ]
                    },
                    "cursor" : 2000,
                    "rows" : 2,
                    "objects" : [ {
                      "key" : "data/staff/2026/01/31/0000000042-a1b2-00001.csv",
                      "rows" : 2,
                      "bytes" : 120,
                      "crc32" : "0000ffff"
                    } ]
                  }, {
                    "table" : "design",
                    "relation" : "16403",
                    "targets" : "fedcba9876543210",
                    "reading" : "FULL",
                    "watermark" : {
                      "horizon" : 4294967300,
                      "time" : "2026-01-31T23:59:59.123456Z",
                      "seen" : [ ]
                    },
                    "cursor" : -2147483649,
                    "heldBack" : "table design is missing",
                    "rows" : 0,
                    "objects" : [ ]
                  } ],
                  "batches" : [ {
                    "batch" : 1,
                    "units" : [ {
                      "target" : "dim_staff",
                      "inputs" : [ "data/staff/2026/01/31/0000000042-a1b2-00001.csv" ],
                      "output" : "data/dim_staff/2026/01/31/0000000042-00001.parquet"
                    } ]
                  } ],
                  "audit" : {
                    "tables" : [ {
                      "target" : "dim_design",
                      "rangeBits" : 14,
                      "acceptsDeletions" : false,
                      "ranges" : [ {
                        "first" : 0,
                        "last" : 16383,
                        "rows" : 3,
                        "checksum" : "-27670116110564327421"
                      } ]
                    } ],
                    "ranges" : [ {
                      "target" : "dim_staff",
                      "figures" : {
                        "first" : 0,
                        "last" : 16383,
                        "rows" : 2,
                        "checksum" : "7"
                      },
                      "keys" : [ [ 1, 1 ], [ 3, 3 ] ]
                    } ],
                    "objects" : [ "data/staff/2026/01/31/0000000042-a1b2-00001.csv" ]
                  }
                }""");
        assertThat(log.read(42)).isEqualTo(runManifest(42));
    }

    @Test
    void loadManifestIsThisText() {
        ManifestLog<LoadManifest> log = new ManifestLog<>(store, LoadManifest.class);
        LoadManifest manifest = new LoadManifest(
                1,
                7,
                "c3d4",
                SNAPSHOT,
                Instant.parse("2026-02-01T00:00:10Z"),
                List.of(new TableLoad("dim_staff", 6, 5, 4, 3, 2, 1)),
                new WarehouseAudit(
                        List.of(
                                new TableAudit("dim_staff", true, 1, 2, 3, 4, null),
                                new TableAudit("dim_design", false, 0, 0, 0, 0, SNAPSHOT)),
                        List.of(new DifferentRange("dim_staff", 16_384, 32_767))));
        log.append(manifest);

        assertThat(text("runs/0000000007.json")).isEqualToNormalizingNewlines("""
                {
                  "version" : 1,
                  "run" : 7,
                  "attempt" : "c3d4",
                  "snapshotTime" : "2026-01-31T23:59:59.123456Z",
                  "committedAt" : "2026-02-01T00:00:10Z",
                  "tables" : [ {
                    "table" : "dim_staff",
                    "read" : 6,
                    "inserted" : 5,
                    "updated" : 4,
                    "unchanged" : 3,
                    "inferred" : 2,
                    "quarantined" : 1
                  } ],
                  "audit" : {
                    "tables" : [ {
                      "table" : "dim_staff",
                      "whole" : true,
                      "differences" : 1,
                      "repaired" : 2,
                      "deleted" : 3,
                      "heldBack" : 4
                    }, {
                      "table" : "dim_design",
                      "whole" : false,
                      "differences" : 0,
                      "repaired" : 0,
                      "deleted" : 0,
                      "heldBack" : 0,
                      "verifiedThrough" : "2026-01-31T23:59:59.123456Z"
                    } ],
                    "differing" : [ {
                      "target" : "dim_staff",
                      "first" : 16384,
                      "last" : 32767
                    } ]
                  }
                }""");
        assertThat(log.read(7)).isEqualTo(manifest);
    }

    @Test
    void manifestIsFoundByPeopleAndIsJsonToThem() {
        ManifestLog<RunManifest> log = new ManifestLog<>(store, RunManifest.class);
        log.append(runManifest(1));

        assertThat(log.locate(1)).isEqualTo("s3://" + store.bucket() + "/runs/0000000001.json");
        assertThat(SERVERS.s3()
                        .headObject(request -> request.bucket(store.bucket()).key("runs/0000000001.json"))
                        .contentType())
                .isEqualTo("application/json");
    }

    @Test
    void partsOfARunAreFoundByName() {
        RunManifest manifest = runManifest(42);

        assertThat(manifest.day()).isEqualTo(LocalDate.of(2026, 1, 31));
        assertThat(manifest.table("staff")).map(TableExtract::rows).hasValue(2L);
        assertThat(manifest.table("payment")).isEmpty();
        assertThat(manifest.batch(1)).isPresent();
        assertThat(manifest.batch(2)).isEmpty();
    }

    private String text(String key) {
        return new String(store.read(key).orElseThrow(), StandardCharsets.UTF_8);
    }

    static RunManifest runManifest(long run) {
        String csv = "data/staff/2026/01/31/0000000042-a1b2-00001.csv";
        return new RunManifest(
                1,
                run,
                "a1b2",
                new SourceIdentity("7435987123456789012", 3, false, "totesys", 16384),
                SNAPSHOT,
                4_294_967_301L,
                List.of(
                        new TableExtract(
                                "staff",
                                "16402",
                                "0123456789abcdef",
                                Reading.CHANGES,
                                new Watermark(
                                        4_294_967_296L,
                                        Instant.parse("2026-01-31T23:54:59Z"),
                                        List.of(4_294_967_295L, 1L)),
                                new Watermark(4_294_967_300L, SNAPSHOT, List.of()),
                                2_000L,
                                null,
                                2,
                                List.of(new CsvObject(csv, 2, 120, "0000ffff"))),
                        new TableExtract(
                                "design",
                                "16403",
                                "fedcba9876543210",
                                Reading.FULL,
                                null,
                                new Watermark(4_294_967_300L, SNAPSHOT, List.of()),
                                TableExtract.BEFORE_EVERY_KEY,
                                "table design is missing",
                                0,
                                List.of())),
                List.of(new Batch(
                        1,
                        List.of(new Unit(
                                "dim_staff", List.of(csv), "data/dim_staff/2026/01/31/0000000042-00001.parquet")))),
                new SourceAudit(
                        List.of(new TableFigures(
                                "dim_design",
                                14,
                                false,
                                List.of(new RangeFigures(0, 16_383, 3, "-27670116110564327421")))),
                        List.of(new RangeReading(
                                "dim_staff",
                                new RangeFigures(0, 16_383, 2, "7"),
                                List.of(List.of(1L, 1L), List.of(3L, 3L)))),
                        List.of(csv)));
    }
}
