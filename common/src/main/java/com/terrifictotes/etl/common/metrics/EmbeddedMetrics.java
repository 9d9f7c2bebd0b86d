package com.terrifictotes.etl.common.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terrifictotes.etl.common.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Figures as lines of a log, in CloudWatch's embedded metric format: no call is made, CloudWatch reads them from there.
 * The dimension is {@code Stage}. A figure about a table counts for the pair {@code Stage, Table} as well, so that an alarm
 * can watch all tables at once.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">
 *     CloudWatch: embedded metric format</a>
 */
public final class EmbeddedMetrics implements Metrics {

    private final PrintStream log;
    private final Clock clock;
    private final String namespace;
    private final String stage;

    /**
     * @param log standard output in Lambda
     * @param clock for the figures' timestamps
     * @param namespace CloudWatch namespace
     * @param stage the dimension {@code Stage}
     */
    public EmbeddedMetrics(PrintStream log, Clock clock, String namespace, String stage) {
        this.log = log;
        this.clock = clock;
        this.namespace = namespace;
        this.stage = stage;
    }

    @Override
    public void report(Metric metric, long value) {
        print(metric, value, null);
    }

    @Override
    public void report(Metric metric, long value, String table) {
        print(metric, value, table);
    }

    private void print(Metric metric, long value, @Nullable String table) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = line.putObject("_aws").put("Timestamp", clock.millis());
        ObjectNode directive =
                metadata.putArray("CloudWatchMetrics").addObject().put("Namespace", namespace);
        ArrayNode dimensions = directive.putArray("Dimensions");
        dimensions.addArray().add("Stage");
        directive.putArray("Metrics").addObject().put("Name", metric.label()).put("Unit", metric.unit());
        line.put("Stage", stage);
        if (table != null) {
            dimensions.addArray().add("Stage").add("Table");
            line.put("Table", table);
        }
        line.put(metric.label(), value);
        log.println(new String(Json.write(line), StandardCharsets.UTF_8));
    }
}
