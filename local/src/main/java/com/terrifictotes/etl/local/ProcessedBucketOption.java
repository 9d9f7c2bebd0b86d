package com.terrifictotes.etl.local;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which bucket the processed one is, the same for every command that uses it. */
public final class ProcessedBucketOption {

    /** What every command that talks to AWS says in its help. */
    public static final String AWS_SETTINGS =
            "AWS region, credentials and endpoint come from the usual places (AWS_REGION,"
                    + " AWS_PROFILE, AWS_ENDPOINT_URL, ...).";

    private static final String NAME = "--processed-bucket";

    @Option(
            names = NAME,
            paramLabel = "BUCKET",
            defaultValue = "${env:PROCESSED_BUCKET}",
            showDefaultValue = Visibility.NEVER,
            description = "Bucket for Parquet objects and the quarantine. Environment: PROCESSED_BUCKET.")
    private @Nullable String bucket;

    /** Made by picocli. */
    public ProcessedBucketOption() {}

    /**
     * The name of the bucket.
     *
     * @param command the command that cannot do without
     * @throws MissingParameterException if it is not given, as picocli words it
     */
    public String require(CommandSpec command) {
        if (bucket == null) {
            throw new MissingParameterException(
                    command.commandLine(), command.findOption(NAME), "Missing required option: '" + NAME + "=BUCKET'");
        }
        return bucket;
    }
}
