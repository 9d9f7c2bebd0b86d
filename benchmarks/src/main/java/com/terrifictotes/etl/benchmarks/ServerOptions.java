package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which servers a benchmark runs on. */
final class ServerOptions {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--aws",
            description =
                    "Use the S3 that the AWS environment names (region, credentials, AWS_ENDPOINT_URL); buckets are"
                            + " made there, and removed. Default: a loopback server.")
    private boolean aws;

    ServerOptions() {}

    /** Starts what is not given. */
    BenchmarkServers start() throws IOException, SQLException {
        return database.start(aws);
    }
}
