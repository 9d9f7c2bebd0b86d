package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.Settings;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Both buckets, the same for every command that needs both. */
public final class BucketOptions {

    @Option(
            names = "--ingestion-bucket",
            paramLabel = "BUCKET",
            required = true,
            defaultValue = "${env:INGESTION_BUCKET}",
            showDefaultValue = Visibility.NEVER,
            description = "Bucket for CSV objects and manifests. Environment: INGESTION_BUCKET.")
    private String ingestion = "";

    @Mixin
    private ProcessedBucketOption processed = new ProcessedBucketOption();

    /** Made by picocli. */
    public BucketOptions() {}

    /**
     * The buckets that were given.
     *
     * @param ingestion for CSV objects and the manifests of committed runs
     * @param processed for Parquet objects and the manifests of loaded runs
     */
    public record Buckets(String ingestion, String processed) {}

    /**
     * Both names.
     *
     * @param command the command that cannot do without
     * @throws picocli.CommandLine.MissingParameterException if one is not given
     * @throws PipelineException {@link ErrorCode#CONFIGURATION_INVALID} if they are the same
     */
    public Buckets require(CommandSpec command) {
        Buckets buckets = new Buckets(ingestion, processed.require(command));
        if (buckets.ingestion().equals(buckets.processed())) {
            throw new PipelineException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "--ingestion-bucket and --processed-bucket are both \"" + ingestion + "\"; "
                            + Settings.TWO_BUCKETS);
        }
        return buckets;
    }
}
