package com.terrifictotes.etl.transform;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.lambda.Invocation;
import com.terrifictotes.etl.common.lambda.WorkFolder;
import com.terrifictotes.etl.common.metrics.EmbeddedMetrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The transform function: the state machine names a batch; a manifest that appears in the ingestion bucket, or an empty
 * request, makes it transform whatever is pending.
 */
public final class TransformHandler implements RequestStreamHandler {

    private final TransformStage stage;
    private final String ingestionBucket;

    /** The function as it is deployed, configured by environment variables. */
    public TransformHandler() {
        this(TransformConfiguration.fromEnvironment(System.getenv()));
    }

    /** A function around a stage that is already there. */
    public TransformHandler(TransformStage stage, String ingestionBucket) {
        this.stage = stage;
        this.ingestionBucket = ingestionBucket;
    }

    private TransformHandler(TransformConfiguration configuration) {
        this(deployed(configuration), configuration.ingestionBucket());
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Invocation invocation = Invocation.read(input);
        Invocation.answer(output, answer(invocation, context));
    }

    private TransformAnswer answer(Invocation invocation, Context context) {
        if (invocation.isManifestEvent(ingestionBucket) || invocation.isEmpty()) {
            return stage.transformPending(Invocation.deadline(context));
        }
        TransformRequest request = invocation.as(TransformRequest.class);
        return new TransformAnswer(List.of(stage.transform(request.run(), request.batch())), false);
    }

    private static TransformStage deployed(TransformConfiguration configuration) {
        S3Client s3 = AwsClients.s3();
        ObjectStore ingestion = new ObjectStore(s3, configuration.ingestionBucket());
        ObjectStore processed = new ObjectStore(s3, configuration.processedBucket());
        return new TransformStage(
                Totesys.CATALOGUE,
                RunLogs.of(ingestion, processed),
                ingestion,
                processed,
                new EmbeddedMetrics(System.out, Clock.systemUTC(), configuration.metricNamespace(), "transform"),
                WorkFolder.claim("transform"));
    }
}
