package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where the warehouse is, the same for every command that writes into it. */
public final class WarehouseOptions {

    @Option(
            names = "--warehouse-url",
            paramLabel = "URL",
            defaultValue = "${env:WAREHOUSE_URL}",
            showDefaultValue = Visibility.NEVER,
            description = "postgresql://user:password@host:port/database[?sslmode=...]. Environment: WAREHOUSE_URL.")
    private @Nullable String url;

    @Option(
            names = "--warehouse-secret",
            paramLabel = "NAME",
            defaultValue = "${env:WAREHOUSE_SECRET}",
            showDefaultValue = Visibility.NEVER,
            description = "Or the secret in AWS Secrets Manager. Environment: WAREHOUSE_SECRET.")
    private @Nullable String secret;

    @Option(
            names = "--warehouse-schema",
            paramLabel = "SCHEMA",
            defaultValue = "${env:WAREHOUSE_SCHEMA:-public}",
            showDefaultValue = Visibility.NEVER,
            description = "Schema of the star schema's tables. Environment: WAREHOUSE_SCHEMA. Default: public.")
    private String schema = "public";

    /** Made by picocli. */
    public WarehouseOptions() {}

    /**
     * The database.
     *
     * @param command the command that uses it
     * @throws picocli.CommandLine.ParameterException unless URL or secret is given, and not both
     */
    public Database database(CommandSpec command, SecretSource secrets) {
        return DatabaseChoice.of(command, "warehouse", url, secret, secrets);
    }

    /** The schema in it. */
    public String schema() {
        return schema;
    }
}
