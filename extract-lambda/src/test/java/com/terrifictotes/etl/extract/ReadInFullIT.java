package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.SourceTable;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metric;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.runlog.RunManifest;
import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import com.terrifictotes.etl.common.runlog.RunManifest.TableExtract;
import com.terrifictotes.etl.common.runlog.RunManifest.Watermark;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the horizon of the run before means nothing, or is not enough. */
class ReadInFullIT {

    @Test
    void anotherDatabaseBehindTheSecretIsReadInFull() throws Exception {
        ExtractFixture before = ExtractFixture.filled();
        before.tick();
        ExtractFixture restored = ExtractFixture.filled();
        ObjectStore ingestion = before.store(before.ingestionBucket);

        ExtractStage stage = new ExtractStage(
                Totesys.CATALOGUE,
                RunLogs.of(ingestion, before.store(before.processedBucket)),
                ingestion,
                new Database(name -> restored.source.owner().secretJson(), "restored", "test"),
                before.metrics,
                Clock.systemUTC(),
                ExtractSettings.DEFAULT);

        assertThat(stage.extract(ExtractRequest.changes(), Deadline.none()).run())
                .isEqualTo(2);
        assertThat(before.metrics.figures).contains(new RecordedMetrics.Figure(Metric.SOURCE_REPLACED, 1, ""));
        assertThat(before.manifest(2).tables()).allMatch(table -> table.reading() == Reading.FULL);
    }

    @Test
    void tableThatIsNewInTheCatalogueIsReadInFull() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        fixture.source.execute("CREATE TABLE region (region_id int PRIMARY KEY, region_name text NOT NULL)");
        fixture.source.execute("INSERT INTO region VALUES (1, 'North')");
        List<SourceTable> sources = new ArrayList<>(Totesys.CATALOGUE.sources());
        sources.add(SourceTable.named("region", "region_id").text("region_name").build());
        Catalogue catalogue = new Catalogue(sources, Totesys.CATALOGUE.targets());

        fixture.stage(catalogue, new Database(name -> fixture.source.owner().secretJson(), "owner", "test"))
                .extract(ExtractRequest.changes(), Deadline.none());

        assertThat(fixture.tables(2)).containsExactly("region");
        assertThat(fixture.manifest(2).table("region").orElseThrow().reading()).isEqualTo(Reading.FULL);
        assertThat(fixture.manifest(2).table("staff").orElseThrow().reading()).isEqualTo(Reading.CHANGES);
    }

    @Test
    void tableThatTakesThePlaceOfAnotherIsReadInFull() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.source.execute("CREATE TABLE currency_fixed (LIKE currency INCLUDING ALL)");
        fixture.source.execute("INSERT INTO currency_fixed SELECT 1, 'EUR', created_at, last_updated FROM currency");
        fixture.tick();
        fixture.source.execute("ALTER TABLE currency RENAME TO currency_old");
        fixture.source.execute("ALTER TABLE currency_fixed RENAME TO currency");

        fixture.stage(
                        Totesys.CATALOGUE,
                        new Database(name -> fixture.source.owner().secretJson(), "owner", "test"))
                .extract(ExtractRequest.changes(), Deadline.none());

        assertThat(fixture.records(2, "currency")).singleElement().asString().startsWith("1,EUR,");
        assertThat(fixture.tables(2)).containsExactly("currency");
    }

    @Test
    void tableOfWhichTheCatalogueMakesMoreIsReadInFull() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        List<TargetTable> targets = new ArrayList<>(Totesys.CATALOGUE.targets());
        targets.add(TargetTable.dimension("dim_department", Totesys.CATALOGUE.source("department"))
                .key("department_id")
                .same("department_name")
                .build());

        fixture.stage(
                        new Catalogue(Totesys.CATALOGUE.sources(), targets),
                        new Database(name -> fixture.source.owner().secretJson(), "owner", "test"))
                .extract(ExtractRequest.changes(), Deadline.none());

        assertThat(fixture.manifest(2).table("department").orElseThrow().reading())
                .isEqualTo(Reading.FULL);
        assertThat(fixture.keys(2, "department")).containsExactly(1, 2);
        assertThat(fixture.manifest(2).table("currency").orElseThrow().reading())
                .isEqualTo(Reading.CHANGES);
    }

    @ParameterizedTest
    @ValueSource(longs = {-(1L << 31), 1L << 20})
    void horizonThatTheSourceCannotHaveIsNotReadFrom(long distance) throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();
        RunManifest real = fixture.manifest(1);
        fixture.logs
                .committed()
                .append(new RunManifest(
                        1,
                        2,
                        "forged",
                        real.source(),
                        real.snapshotTime(),
                        real.nextTransaction() + Math.max(0, distance),
                        real.tables().stream()
                                .map(table -> completed(table, table.watermark().horizon() + distance))
                                .toList(),
                        List.of(),
                        null));

        fixture.tick();

        assertThat(fixture.manifest(3).tables())
                .allSatisfy(table -> assertThat(table.reading()).isEqualTo(Reading.FULL));
        assertThat(fixture.keys(3, "sales_order")).containsExactly(1, 2);
    }

    @Test
    void everyRowIsReadAgainOnRequest() throws Exception {
        ExtractFixture fixture = ExtractFixture.filled();
        fixture.tick();

        assertThat(fixture.stage()
                        .extract(ExtractRequest.everything(), Deadline.none())
                        .run())
                .isEqualTo(2);
        assertThat(fixture.keys(2, "sales_order")).containsExactly(1, 2);
        assertThat(fixture.manifest(2).tables()).allMatch(table -> table.reading() == Reading.FULL);
        assertThat(fixture.tick().run()).isNull();
    }

    private static TableExtract completed(TableExtract table, long horizon) {
        Watermark watermark = new Watermark(horizon, table.watermark().time(), List.of());
        return new TableExtract(
                table.table(),
                table.relation(),
                table.targets(),
                Reading.FULL,
                null,
                watermark,
                null,
                null,
                0,
                List.of());
    }
}
