package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which servers a benchmark runs on. */
final class ServerOptions {

    @Option(
            names = "--database",
            paramLabel = "FILE",
            description =
                    "A file with the secret (JSON: host, port, username, password, dbname) of an EMPTY database to"
                            + " make and fill the tables in, as a role that may set session_replication_role. Default: embedded"
                            + " PostgreSQL.")
    private @Nullable Path database;

    @Option(
            names = "--aws",
            description =
                    "Use the S3 that the AWS environment names (region, credentials, AWS_ENDPOINT_URL); buckets are"
                            + " made there, and removed. Default: a loopback server.")
    private boolean aws;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "Where embedded servers keep their data, up to 6 GB, until the end. Default: the usual place of"
                            + " temporary files.")
    private @Nullable Path folder;

    ServerOptions() {}

    /** Starts what is not given. */
    BenchmarkServers start() throws IOException, SQLException {
        return BenchmarkServers.start(folder, database == null ? null : Files.readString(database), aws);
    }
}
