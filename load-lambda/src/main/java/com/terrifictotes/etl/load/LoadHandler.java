package com.terrifictotes.etl.load;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.common.lambda.Invocation;
import com.terrifictotes.etl.common.lambda.WorkFolder;
import com.terrifictotes.etl.common.metrics.EmbeddedMetrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import software.amazon.awssdk.services.s3.S3Client;

/** The load function: an empty request, or the event of a new manifest, loads whatever is pending. */
public final class LoadHandler implements RequestStreamHandler {

    private final LoadStage stage;
    private final String ingestionBucket;

    /** The function as it is deployed, configured by environment variables. */
    public LoadHandler() {
        this(LoadConfiguration.fromEnvironment(System.getenv()));
    }

    private LoadHandler(LoadConfiguration configuration) {
        this(deployed(configuration), configuration.ingestionBucket());
    }

    /**
     * A function around a stage that is already there.
     *
     * @param stage what it calls
     * @param ingestionBucket whose manifests wake it
     */
    public LoadHandler(LoadStage stage, String ingestionBucket) {
        this.stage = requireNonNull(stage, "stage is null");
        this.ingestionBucket = requireNonNull(ingestionBucket, "ingestionBucket is null");
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Invocation invocation = Invocation.read(input);
        if (!invocation.isManifestEvent(ingestionBucket)) {
            invocation.as(LoadRequest.class);
        }
        Invocation.answer(output, stage.loadPending(Invocation.deadline(context)));
    }

    private static LoadStage deployed(LoadConfiguration configuration) {
        S3Client s3 = AwsClients.s3();
        Clock clock = Clock.systemUTC();
        ObjectStore processed = new ObjectStore(s3, configuration.processedBucket());
        return new LoadStage(
                Totesys.CATALOGUE,
                Migration.all(),
                RunLogs.of(new ObjectStore(s3, configuration.ingestionBucket()), processed),
                processed,
                new Database(
                        SecretSource.of(AwsClients.secretsManager()),
                        configuration.warehouseSecret(),
                        "totesys-etl load"),
                configuration.warehouseSchema(),
                new EmbeddedMetrics(System.out, clock, configuration.metricNamespace(), "load"),
                clock,
                WorkFolder.claim("load"),
                configuration.massDeletionPercent());
    }
}
