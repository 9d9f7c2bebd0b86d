package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which database a benchmark runs on, and where embedded servers keep their data. */
final class DatabaseOptions {

    @Option(
            names = "--database",
            paramLabel = "FILE",
            description =
                    "A file with the secret (JSON: host, port, username, password, dbname) of an EMPTY database to"
                            + " make and fill the tables in, as a role that may set session_replication_role; for the benchmarks of"
                            + " the load, which make (and remove) databases and a role beside it, as a superuser. Default:"
                            + " embedded PostgreSQL.")
    private @Nullable Path database;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "Where embedded servers keep their data, up to 6 GB, until the end. Default: the usual place of"
                            + " temporary files.")
    private @Nullable Path folder;

    DatabaseOptions() {}

    /** Starts what is not given; S3 on loopback. */
    BenchmarkServers start() throws IOException, SQLException {
        return start(false);
    }

    /**
     * Starts what is not given.
     *
     * @param aws whether S3 is the one that the AWS environment names
     */
    BenchmarkServers start(boolean aws) throws IOException, SQLException {
        return BenchmarkServers.start(folder, database == null ? null : Files.readString(database), aws);
    }
}
