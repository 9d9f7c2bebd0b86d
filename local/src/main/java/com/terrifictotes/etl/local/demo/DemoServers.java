package com.terrifictotes.etl.local.demo;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.local.Pipeline;
import com.terrifictotes.etl.local.PipelineAssembly;
import com.terrifictotes.etl.loopback.LocalPostgres;
import com.terrifictotes.etl.loopback.LoopbackAws;
import com.terrifictotes.etl.loopback.TotesysSchema;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The cloud of the demonstration: PostgreSQL, S3 and Secrets Manager on loopback, with the databases, roles, buckets and
 * secrets that a deployment has. The pipeline's roles may do no more than they need.
 */
final class DemoServers implements AutoCloseable {

    static final String INGESTION_BUCKET = "totesys-ingestion";
    static final String PROCESSED_BUCKET = "totesys-processed";
    static final String WAREHOUSE_SCHEMA = "public";
    static final String TOTESYS_SECRET = "demo/totesys";
    static final String WAREHOUSE_SECRET = "demo/warehouse";

    private static final String SOURCE = "totesys";
    private static final String WAREHOUSE = "warehouse";
    private static final String ANALYST = "analyst";

    private final Path folder;
    private final LocalPostgres postgres;
    private final LoopbackAws aws;
    private final S3Client s3;
    private final SecretsManagerClient secretsManager;

    private DemoServers(Path folder, LocalPostgres postgres, LoopbackAws aws) {
        this.folder = folder;
        this.postgres = postgres;
        this.aws = aws;
        this.s3 = aws.s3Client();
        this.secretsManager = aws.secretsManagerClient();
    }

    /** Starts the servers; everything they keep is below the folder. */
    static DemoServers start(Path folder) throws SQLException {
        LocalPostgres postgres = LocalPostgres.start(folder);
        DemoServers servers;
        try {
            servers = new DemoServers(folder, postgres, LoopbackAws.start(folder.resolve("s3")));
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
        try {
            servers.furnish();
            return servers;
        } catch (SQLException | RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    private void furnish() throws SQLException {
        String readerPassword = password();
        String loaderPassword = password();
        postgres.createDatabase(SOURCE);
        postgres.createDatabase(WAREHOUSE);
        try (Connection source = source()) {
            TotesysSchema.create(source);
            TotesysSchema.createReader(source, "totesys_reader", readerPassword);
        }
        postgres.createRole("warehouse_loader", loaderPassword);
        postgres.createRole(ANALYST, ANALYST);
        try (Connection warehouse = warehouse();
                Statement statement = warehouse.createStatement()) {
            statement.execute("GRANT CREATE, USAGE ON SCHEMA public TO warehouse_loader");
            // For a second warehouse beside the first: totesys rebuild.
            statement.execute("GRANT CREATE ON DATABASE " + WAREHOUSE + " TO warehouse_loader");
            statement.execute(
                    "ALTER DEFAULT PRIVILEGES FOR ROLE warehouse_loader GRANT SELECT ON TABLES TO " + ANALYST);
        }
        aws.createBucket(INGESTION_BUCKET);
        aws.createBucket(PROCESSED_BUCKET);
        aws.putSecret(TOTESYS_SECRET, secret("totesys_reader", readerPassword, SOURCE));
        aws.putSecret(WAREHOUSE_SECRET, secret("warehouse_loader", loaderPassword, WAREHOUSE));
    }

    /** The pipeline on these servers; databases are found through the secrets, as in the cloud. */
    Pipeline pipeline() {
        SecretSource secrets = SecretSource.of(secretsManager);
        return new PipelineAssembly(
                        s3,
                        INGESTION_BUCKET,
                        PROCESSED_BUCKET,
                        new Database(secrets, TOTESYS_SECRET, "totesys-etl extract"),
                        new Database(secrets, WAREHOUSE_SECRET, "totesys-etl load"),
                        WAREHOUSE_SCHEMA)
                .pipeline();
    }

    /** A connection to the operational database that may do everything. */
    Connection source() throws SQLException {
        return postgres.connect(SOURCE);
    }

    /** A connection to the warehouse that may do everything. */
    Connection warehouse() throws SQLException {
        return postgres.connect(WAREHOUSE);
    }

    /** How an analyst gets at the warehouse. */
    String psql() {
        return "psql postgresql://%1$s:%1$s@%2$s:%3$d/%4$s"
                .formatted(ANALYST, postgres.host(), postgres.port(), WAREHOUSE);
    }

    /** How a row of Totesys is changed. */
    String sourcePsql() {
        return "psql postgresql://postgres@%s:%d/%s".formatted(postgres.host(), postgres.port(), SOURCE);
    }

    /** The environment in which commands find S3 and Secrets Manager here. */
    String environment() {
        return "AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo AWS_REGION=eu-west-2 AWS_ENDPOINT_URL=" + endpoint();
    }

    /** Where the objects of a bucket lie as files. */
    Path bucket(String name) {
        return folder.resolve("s3").resolve(name);
    }

    /** Where S3 and Secrets Manager answer. */
    URI endpoint() {
        return aws.endpoint();
    }

    /** Where PostgreSQL answers. */
    String postgresAddress() {
        return postgres.host() + ":" + postgres.port();
    }

    @Override
    public void close() {
        try (postgres;
                aws;
                s3;
                secretsManager) {
            // Closed from the last to the first, each whatever becomes of the others.
        }
    }

    private String secret(String user, String password, String database) {
        return """
                {"host": "%s", "port": %d, "username": "%s", "password": "%s", "dbname": "%s"}""".formatted(postgres.host(), postgres.port(), user, password, database);
    }

    private static String password() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
