package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.metrics.Metrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.extract.ExtractHandler;
import com.terrifictotes.etl.extract.ExtractSettings;
import com.terrifictotes.etl.extract.ExtractStage;
import com.terrifictotes.etl.load.LoadHandler;
import com.terrifictotes.etl.load.LoadStage;
import com.terrifictotes.etl.load.Migration;
import com.terrifictotes.etl.transform.TransformHandler;
import com.terrifictotes.etl.transform.TransformStage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What a pipeline in this process is made of.
 *
 * @param catalogue the tables
 * @param migrations the schema of the warehouse
 * @param s3 a client; stays the caller's to close
 * @param ingestionBucket for CSV objects and the manifests of committed runs
 * @param processedBucket for Parquet objects and the manifests of loaded runs
 * @param source the operational database
 * @param warehouse the warehouse
 * @param warehouseSchema the schema of the star schema's tables
 * @param workFolder for temporary files
 * @param extraction how to extract
 */
public record PipelineAssembly(
        Catalogue catalogue,
        List<Migration> migrations,
        S3Client s3,
        String ingestionBucket,
        String processedBucket,
        Database source,
        Database warehouse,
        String warehouseSchema,
        Path workFolder,
        ExtractSettings extraction) {

    public PipelineAssembly {
        migrations = List.copyOf(migrations);
    }

    /** The tables of this project, with temporary files in the usual place and the usual settings. */
    public PipelineAssembly(
            S3Client s3,
            String ingestionBucket,
            String processedBucket,
            Database source,
            Database warehouse,
            String warehouseSchema) {
        this(
                Totesys.CATALOGUE,
                Migration.all(),
                s3,
                ingestionBucket,
                processedBucket,
                source,
                warehouse,
                warehouseSchema,
                Path.of(System.getProperty("java.io.tmpdir")),
                ExtractSettings.DEFAULT);
    }

    /** The same with other settings of the extraction. */
    public PipelineAssembly with(ExtractSettings settings) {
        return new PipelineAssembly(
                catalogue,
                migrations,
                s3,
                ingestionBucket,
                processedBucket,
                source,
                warehouse,
                warehouseSchema,
                workFolder,
                settings);
    }

    /** The three functions, put together as they are in the cloud but around these clients. */
    public Pipeline pipeline() {
        return new Pipeline(
                new ExtractHandler(extract()),
                new TransformHandler(transform(), ingestionBucket),
                new LoadHandler(load(), ingestionBucket));
    }

    /** The extraction, as a cold function has it. */
    public ExtractStage extract() {
        return new ExtractStage(
                catalogue, logs(), store(ingestionBucket), source, Metrics.none(), Clock.systemUTC(), extraction);
    }

    /** The transformation, as a cold function has it. */
    public TransformStage transform() {
        return new TransformStage(
                catalogue, logs(), store(ingestionBucket), store(processedBucket), Metrics.none(), workFolder);
    }

    /** The load, as a cold function has it. */
    public LoadStage load() {
        return new LoadStage(
                catalogue,
                migrations,
                logs(),
                store(processedBucket),
                warehouse,
                warehouseSchema,
                Metrics.none(),
                Clock.systemUTC(),
                workFolder,
                LoadStage.MASS_DELETION_PERCENT);
    }

    /** Both logs of runs. */
    public RunLogs logs() {
        return RunLogs.of(store(ingestionBucket), store(processedBucket));
    }

    private ObjectStore store(String bucket) {
        return new ObjectStore(s3, bucket);
    }
}
