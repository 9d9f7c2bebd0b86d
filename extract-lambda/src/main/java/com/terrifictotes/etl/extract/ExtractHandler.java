package com.terrifictotes.etl.extract;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import com.terrifictotes.etl.common.lambda.Invocation;
import com.terrifictotes.etl.common.metrics.EmbeddedMetrics;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.common.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/** The extract function: woken by the state machine, a schedule or by hand, it extracts and says what is pending. */
public final class ExtractHandler implements RequestStreamHandler {

    private final ExtractStage stage;

    /** The function as it is deployed, configured by environment variables. */
    public ExtractHandler() {
        this(deployed(System.getenv()));
    }

    /** A function around a stage that is already there. */
    public ExtractHandler(ExtractStage stage) {
        this.stage = stage;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Invocation invocation = Invocation.read(input);
        ExtractRequest request =
                invocation.isScheduledEvent() ? ExtractRequest.changes() : invocation.as(ExtractRequest.class);
        Invocation.answer(output, stage.extract(request, Invocation.deadline(context)));
    }

    private static ExtractStage deployed(Map<String, String> environment) {
        ExtractConfiguration configuration = ExtractConfiguration.fromEnvironment(environment, Totesys.CATALOGUE);
        S3Client s3 = AwsClients.s3();
        ObjectStore ingestion = new ObjectStore(s3, configuration.ingestionBucket());
        ObjectStore processed = new ObjectStore(s3, configuration.processedBucket());
        Clock clock = Clock.systemUTC();
        return new ExtractStage(
                Totesys.CATALOGUE,
                RunLogs.of(ingestion, processed),
                ingestion,
                new Database(
                        SecretSource.of(AwsClients.secretsManager()),
                        configuration.totesysSecret(),
                        "totesys-etl extract"),
                new EmbeddedMetrics(System.out, clock, configuration.metricNamespace(), "extract"),
                clock,
                configuration.settings());
    }
}
