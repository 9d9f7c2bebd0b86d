package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.load.Migration;
import com.terrifictotes.etl.local.PipelineAssembly;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A Totesys with a small dataset, an empty warehouse, two empty buckets, and who knows what must come of them. */
final class PipelineFixture {

    static final String SCHEMA = "public";

    final TestServers servers = TestServers.shared();
    final TestDatabase source;
    final TestDatabase warehouse;
    final String ingestionBucket = servers.createBucket("ingestion");
    final String processedBucket = servers.createBucket("processed");
    final String sourceSecret;
    final StarSchemaOracle oracle = new StarSchemaOracle();

    private PipelineFixture() throws SQLException {
        source = servers.createTotesysDatabase("totesys");
        warehouse = servers.createDatabase("warehouse");
        sourceSecret =
                servers.createSecret("totesys", source.createReader("reader").secretJson());
    }

    static PipelineFixture filled() throws SQLException {
        PipelineFixture fixture = empty();
        try (Connection connection = fixture.source.connect()) {
            TotesysDataset.fill(connection, DatasetSize.SMALL, DemoDatabase.SEED);
        }
        return fixture;
    }

    /** The same with no row in Totesys. */
    static PipelineFixture empty() throws SQLException {
        return new PipelineFixture();
    }

    /** The functions as they are when cold, loading into the warehouse. */
    PipelineAssembly cold() {
        return cold(warehouse);
    }

    PipelineAssembly cold(TestDatabase into) {
        return cold(into, SCHEMA);
    }

    PipelineAssembly cold(TestDatabase into, String schema) {
        return cold(Totesys.CATALOGUE, Migration.all(), sourceSecret, into, schema);
    }

    PipelineAssembly cold(Catalogue catalogue, List<Migration> migrations, String secret, TestDatabase into) {
        return cold(catalogue, migrations, secret, into, SCHEMA);
    }

    private PipelineAssembly cold(
            Catalogue catalogue, List<Migration> migrations, String secret, TestDatabase into, String schema) {
        SecretSource secrets = SecretSource.of(servers.secretsManager());
        return new PipelineAssembly(
                catalogue,
                migrations,
                servers.s3(),
                ingestionBucket,
                processedBucket,
                new Database(secrets, secret, "test"),
                new Database(name -> into.secretJson(), "warehouse", "test"),
                schema,
                Path.of(System.getProperty("java.io.tmpdir")),
                ExtractSettings.DEFAULT);
    }

    SourceConnections users() throws SQLException {
        return SourceConnections.open(source::connect);
    }

    /** The warehouse must hold exactly what the source looked like after each tick so far. */
    void observe() throws SQLException {
        try (Connection connection = source.connect()) {
            oracle.observe(connection);
        }
    }

    void assertEqual() throws SQLException {
        assertEqual(warehouse);
    }

    void assertEqual(TestDatabase loaded) throws SQLException {
        try (Connection connection = loaded.connect()) {
            Comparison comparison = oracle.compare(connection, SCHEMA);
            assertThat(comparison.isEqual()).as(comparison.describe()).isTrue();
        }
    }
}
