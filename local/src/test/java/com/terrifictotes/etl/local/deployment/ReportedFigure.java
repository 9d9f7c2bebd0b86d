package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A metric as CloudWatch knows it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param dimensions its dimensions, by name; the value of Table is left out, for there is one for each
 */
public record ReportedFigure(String namespace, String name, Map<String, String> dimensions)
        implements Comparable<ReportedFigure> {

    private static final Set<Metric> OF_STAGES_ONLY = EnumSet.of(
            Metric.HEARTBEAT,
            Metric.AUDIT_AGE,
            Metric.RUNS_PENDING,
            Metric.FRESHNESS,
            Metric.DURATION,
            Metric.SOURCE_REPLACED);

    private static final Map<String, Set<Metric>> REPORTED = Map.of(
            "extract",
            EnumSet.of(
                    Metric.HEARTBEAT,
                    Metric.ROWS_EXTRACTED,
                    Metric.BYTES_EXTRACTED,
                    Metric.TABLES_HELD_BACK,
                    Metric.SOURCE_REPLACED,
                    Metric.NEW_SOURCE_COLUMNS,
                    Metric.RUNS_PENDING,
                    Metric.FRESHNESS,
                    Metric.DURATION),
            "transform",
            EnumSet.of(Metric.ROWS_TRANSFORMED, Metric.ROWS_QUARANTINED, Metric.DURATION),
            "load",
            EnumSet.of(
                    Metric.HEARTBEAT,
                    Metric.ROWS_QUARANTINED,
                    Metric.ROWS_INSERTED,
                    Metric.ROWS_UPDATED,
                    Metric.INFERRED_MEMBERS,
                    Metric.ROWS_DELETED,
                    Metric.DELETES_HELD_BACK,
                    Metric.AUDIT_DIFFERENCES,
                    Metric.AUDIT_AGE,
                    Metric.RUNS_PENDING,
                    Metric.FRESHNESS,
                    Metric.DURATION));

    public ReportedFigure {
        dimensions = new TreeMap<>(dimensions);
    }

    /** What the three functions report; {@code FunctionJarsIT} holds that it is exactly this. */
    public static Set<ReportedFigure> all(String namespace) {
        Set<ReportedFigure> figures = new TreeSet<>();
        REPORTED.forEach((stage, metrics) -> metrics.forEach(metric -> {
            figures.add(new ReportedFigure(namespace, metric.label(), Map.of("Stage", stage)));
            if (!OF_STAGES_ONLY.contains(metric)) {
                figures.add(new ReportedFigure(namespace, metric.label(), Map.of("Stage", stage, "Table", "")));
            }
        }));
        return figures;
    }

    /** The figures in the lines of a function's log, as CloudWatch takes them from there. */
    public static Set<ReportedFigure> in(Stream<String> log) {
        return log.filter(line -> line.startsWith("{\"_aws\":"))
                .flatMap(line -> of(line).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ReportedFigure> of(String line) {
        JsonNode figure = tree(line);
        List<ReportedFigure> figures = new ArrayList<>();
        for (JsonNode directive : figure.path("_aws").path("CloudWatchMetrics")) {
            for (JsonNode set : directive.path("Dimensions")) {
                Map<String, String> dimensions = new TreeMap<>();
                set.forEach(name -> dimensions.put(
                        name.asText(),
                        name.asText().equals("Table")
                                ? ""
                                : figure.path(name.asText()).asText()));
                directive
                        .path("Metrics")
                        .forEach(metric -> figures.add(new ReportedFigure(
                                directive.path("Namespace").asText(),
                                metric.path("Name").asText(),
                                dimensions)));
            }
        }
        return figures;
    }

    private static JsonNode tree(String line) {
        try {
            return Json.tree(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("no JSON: " + line, e);
        }
    }

    @Override
    public int compareTo(ReportedFigure other) {
        return toString().compareTo(other.toString());
    }
}
