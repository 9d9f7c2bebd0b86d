package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A planned alarm about a figure. It knows what {@code terraform/alarms.tf} uses of CloudWatch and refuses the rest.
 *
 * @param name its name
 * @param figure what it watches
 * @param statistic what the values of one period come to
 * @param period the minutes of a period
 * @param periods how many periods it looks at
 * @param breaching how many of them must breach the threshold
 * @param comparison how a value breaches the threshold: CloudWatch's name for it
 * @param threshold what values are compared with
 * @param missing what a period without values counts for: CloudWatch's name for it
 * @param filled what stands in for periods without values before anything else is done; null if nothing does
 */
record MetricAlarm(
        String name,
        ReportedFigure figure,
        String statistic,
        int period,
        int periods,
        int breaching,
        String comparison,
        double threshold,
        String missing,
        @Nullable Double filled) {

    /** What a period comes to. */
    enum Point {
        BREACHING,
        WITHIN,
        MISSING
    }

    /**
     * CloudWatch asks for more periods than it was told to look at, in case some are empty. How many it does not tell; in the
     * examples of its manual there are two more.
     */
    private static final int FURTHER_PERIODS = 2;

    private static final Pattern FILL = Pattern.compile("FILL\\((\\w+), ([0-9.]+)\\)");

    /** The alarm of a plan. */
    static MetricAlarm of(JsonNode planned) {
        JsonNode metric = planned;
        String statistic = planned.path("statistic").asText();
        Double filled = null;
        if (!planned.path("metric_query").isEmpty()) {
            JsonNode reported = planned.path("metric_query").path(0);
            JsonNode expression = planned.path("metric_query").path(1);
            Matcher fill = FILL.matcher(expression.path("expression").asText());
            if (planned.path("metric_query").size() != 2
                    || !fill.matches()
                    || !fill.group(1).equals(reported.path("id").asText())
                    || !expression.path("return_data").asBoolean()) {
                throw new IllegalStateException("only a metric that is filled is known: " + planned);
            }
            metric = reported.path("metric").path(0);
            statistic = metric.path("stat").asText();
            filled = Double.valueOf(fill.group(2));
        }
        TreeMap<String, String> dimensions = new TreeMap<>();
        metric.path("dimensions")
                .properties()
                .forEach(dimension ->
                        dimensions.put(dimension.getKey(), dimension.getValue().asText()));
        return new MetricAlarm(
                planned.path("alarm_name").asText(),
                new ReportedFigure(
                        metric.path("namespace").asText(),
                        metric.path("metric_name").asText(),
                        dimensions),
                statistic,
                metric.path("period").asInt() / 60,
                planned.path("evaluation_periods").asInt(),
                planned.path("datapoints_to_alarm").asInt(),
                planned.path("comparison_operator").asText(),
                planned.path("threshold").asDouble(),
                planned.path("treat_missing_data").asText(),
                filled);
    }

    /**
     * Its state at the end of a minute. CloudWatch looks once a minute, and periods are counted back from there: they are not
     * those of the clock.
     *
     * @param minute the minute that ends
     * @param reported what is reported of its figure
     * @param current the state that it was in
     * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html">CloudWatch: alarm
     *     evaluation</a>
     */
    AlarmState at(int minute, Timeline.Series reported, AlarmState current) {
        List<Point> points = new ArrayList<>();
        for (int age = 0; age < periods + FURTHER_PERIODS; age++) {
            int last = minute - age * period;
            OptionalDouble value = reported.value(statistic, last - period + 1, last);
            if (value.isPresent()) {
                points.add(point(value.getAsDouble()));
            } else {
                points.add(filled == null ? Point.MISSING : point(filled));
            }
        }
        return judge(points, current);
    }

    private Point point(double value) {
        boolean breaches = switch (comparison) {
            case "GreaterThanOrEqualToThreshold" -> value >= threshold;
            case "LessThanThreshold" -> value < threshold;
            default -> throw new IllegalStateException("unknown comparison: " + comparison);
        };
        return breaches ? Point.BREACHING : Point.WITHIN;
    }

    /**
     * The state that points make.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html">CloudWatch:
     *     how alarms treat missing data</a>
     * @param points the newest first
     */
    AlarmState judge(List<Point> points, AlarmState current) {
        List<Point> known =
                points.stream().filter(point -> point != Point.MISSING).toList();
        // Older points step in for missing ones, whatever those are to count for; what still lacks then counts for
        // that.
        List<Point> judged = known.subList(0, Math.min(periods, known.size()));
        int lacking = periods - judged.size();
        int breaches = Collections.frequency(judged, Point.BREACHING);
        if (breaches + (missing.equals("breaching") ? lacking : 0) >= breaching) {
            return AlarmState.ALARM;
        }
        if (lacking == 0) {
            return AlarmState.OK;
        }
        return switch (missing) {
            case "breaching", "notBreaching" -> AlarmState.OK;
            case "missing", "ignore" -> {
                boolean keeps = missing.equals("ignore");
                if (known.isEmpty()) {
                    yield keeps ? current : AlarmState.INSUFFICIENT_DATA;
                }
                if (known.contains(Point.WITHIN)) {
                    yield AlarmState.OK;
                }
                // Nothing but breaches: too few, but if they began long enough ago, others are not waited for.
                boolean old = points.lastIndexOf(Point.BREACHING) + 1 >= breaching;
                yield old && !keeps ? AlarmState.ALARM : current;
            }
            default -> throw new IllegalStateException("unknown treatment of missing data: " + missing);
        };
    }
}
