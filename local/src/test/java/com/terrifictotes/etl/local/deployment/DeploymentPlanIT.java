package com.terrifictotes.etl.local.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.extract.ExtractHandler;
import com.terrifictotes.etl.load.LoadHandler;
import com.terrifictotes.etl.transform.TransformHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is deployed fits the code and the documents; the plan is made once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeploymentPlanIT {

    private static final String NAMESPACE = "Totesys/test";
    private static final Path DOCS = Path.of("..", "docs");

    /** What AWS reports of the resources that alarms watch, with the dimensions that it has. */
    private static final Map<String, Set<String>> REPORTED_BY_AWS = Map.of(
            "AWS/Lambda FunctionName", Set.of("Errors", "Throttles", "Duration"),
            "AWS/States StateMachineArn", Set.of("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"),
            "AWS/SQS QueueName", Set.of("ApproximateNumberOfMessagesVisible"));

    private DeploymentPlan plan;

    @BeforeAll
    void makePlan() throws Exception {
        plan = DeploymentPlan.make();
    }

    @Test
    void everyAlarmWatchesWhatSomebodyReports() {
        List<JsonNode> alarms = plan.resources("aws_cloudwatch_metric_alarm");
        assertThat(alarms).hasSizeGreaterThan(15);
        assertThat(alarms).allSatisfy(alarm -> {
            ReportedFigure watched = watched(alarm);
            if (watched.namespace().equals(NAMESPACE)) {
                assertThat(watched).isIn(ReportedFigure.all(NAMESPACE));
            } else {
                String kind = watched.namespace() + " "
                        + String.join(" ", watched.dimensions().keySet());
                assertThat(REPORTED_BY_AWS).containsKey(kind);
                assertThat(watched.name()).isIn(REPORTED_BY_AWS.get(kind));
            }
        });
    }

    @Test
    void whateverNeedsAPersonIsWatched() {
        assertThat(plan.resources("aws_cloudwatch_metric_alarm").stream()
                        .map(DeploymentPlanIT::watched)
                        .filter(figure -> figure.namespace().equals(NAMESPACE))
                        .map(ReportedFigure::name))
                .contains(
                        "Heartbeat",
                        "Freshness",
                        "RunsPending",
                        "RowsQuarantined",
                        "InferredMembers",
                        "TablesHeldBack",
                        "SourceReplaced",
                        "AuditDifferences",
                        "DeletesHeldBack");
    }

    @Test
    void alarmsWatchOnlyWhatIsDeployed() {
        Set<String> functions = values("aws_lambda_function", "function_name");
        Set<String> queues = values("aws_sqs_queue", "name");
        Set<String> machines = values("aws_sfn_state_machine", "name").stream()
                .map(name -> "arn:aws:states:eu-west-2:123456789012:stateMachine:" + name)
                .collect(Collectors.toSet());
        assertThat(functions).hasSize(3);
        assertThat(plan.resources("aws_cloudwatch_metric_alarm")).allSatisfy(alarm -> {
            JsonNode dimensions = alarm.path("dimensions");
            if (dimensions.has("FunctionName")) {
                assertThat(dimensions.path("FunctionName").asText()).isIn(functions);
            } else if (dimensions.has("QueueName")) {
                assertThat(dimensions.path("QueueName").asText()).isIn(queues);
            } else if (dimensions.has("StateMachineArn")) {
                assertThat(dimensions.path("StateMachineArn").asText()).isIn(machines);
            }
        });
    }

    @Test
    void dashboardShowsWhatTheFunctionsReport() throws IOException {
        JsonNode dashboard = Json.tree(plan.resources("aws_cloudwatch_dashboard")
                .getFirst()
                .path("dashboard_body")
                .asText()
                .getBytes(StandardCharsets.UTF_8));
        Set<ReportedFigure> shown = new TreeSet<>();
        Pattern search =
                Pattern.compile("SEARCH\\('\\{\"(.+)\",Stage,Table} Stage=\"(\\w+)\" MetricName=\"(\\w+)\"'.*");
        for (JsonNode metric : dashboard.findValues("metrics").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            if (metric.path(0).isTextual() && metric.path(0).asText().startsWith("Totesys")) {
                shown.add(new ReportedFigure(
                        metric.path(0).asText(),
                        metric.path(1).asText(),
                        Map.of(metric.path(2).asText(), metric.path(3).asText())));
            } else {
                search.matcher(metric.path(0).path("expression").asText())
                        .results()
                        .forEach(found -> shown.add(new ReportedFigure(
                                found.group(1), found.group(3), Map.of("Stage", found.group(2), "Table", ""))));
            }
        }
        assertThat(shown).hasSizeGreaterThan(12).isSubsetOf(ReportedFigure.all(NAMESPACE));
    }

    @Test
    void everyFunctionGetsTheVariablesThatItReadsAndNoOther() throws IOException {
        List<String> table = Files.readAllLines(DOCS.resolve("configuration.md")).stream()
                .filter(line -> line.matches("\\| `[A-Z_]+` \\|.*"))
                .toList();
        List<String> stages = List.of("extract", "transform", "load");
        assertThat(plan.resources("aws_lambda_function")).hasSize(3).allSatisfy(function -> {
            String name = function.path("function_name").asText();
            int column = 2 + stages.indexOf(name.substring(name.lastIndexOf('-') + 1));
            Set<String> read = table.stream()
                    .map(line -> line.split("\\|", -1))
                    .filter(cells -> !cells[column].strip().equals("–"))
                    .map(cells -> cells[1].strip().replace("`", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(texts(function.path("environment").path(0).path("variables"))
                            .keySet())
                    .as(name)
                    .isEqualTo(read);
        });
    }

    @Test
    void everyHandlerIsAClass() {
        assertThat(values("aws_lambda_function", "handler"))
                .containsExactlyInAnyOrder(
                        ExtractHandler.class.getName(), TransformHandler.class.getName(), LoadHandler.class.getName());
    }

    @Test
    void everyAlarmHasItsSectionInTheRunbook() throws IOException {
        String runbook = Files.readString(DOCS.resolve("runbook.md"));
        Set<String> sections = found(runbook, "(?m)^## (.+)$");
        List<JsonNode> alarms = Stream.of("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
                .flatMap(type -> plan.resources(type).stream())
                .toList();
        assertThat(alarms).allSatisfy(alarm -> {
            String description = alarm.path("alarm_description").asText();
            assertThat(description).contains(" First look: ").matches(".* Runbook: docs/runbook\\.md#[a-z-]+");
            assertThat(description.substring(description.lastIndexOf('#') + 1)).isIn(sections);
        });
    }

    @Test
    void everyQueryOfTheRunbookIsDeployed() throws IOException {
        String runbook = Files.readString(DOCS.resolve("runbook.md"));
        List<JsonNode> queries = plan.resources("aws_cloudwatch_query_definition");
        assertThat(queries).hasSizeGreaterThan(5).allSatisfy(query -> {
            String name = query.path("name").asText().replace("totesys-test", "<name>");
            assertThat(runbook)
                    .as(name)
                    .contains("```\n" + query.path("query_string").asText() + "\n```")
                    .contains("`" + name + "`");
        });
        assertThat(found(runbook, "`<name>/([a-z-]+)`"))
                .isEqualTo(queries.stream()
                        .map(query -> query.path("name").asText().replace("totesys-test/", ""))
                        .collect(Collectors.toSet()));
    }

    /** What an alarm watches, by itself or in a query. */
    private static ReportedFigure watched(JsonNode alarm) {
        JsonNode metric = alarm.path("metric_query")
                .valueStream()
                .map(query -> query.path("metric").path(0))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(alarm);
        return new ReportedFigure(
                metric.path("namespace").asText(),
                metric.path("metric_name").asText(),
                texts(metric.path("dimensions")));
    }

    private Set<String> values(String type, String attribute) {
        return plan.resources(type).stream()
                .map(resource -> resource.path(attribute).asText())
                .collect(Collectors.toSet());
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static Set<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
