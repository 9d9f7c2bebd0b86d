package com.terrifictotes.etl.local.deployment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.local.deployment.Terraform.Outcome;
import com.terrifictotes.etl.loopback.Folders;
import com.terrifictotes.etl.testsupport.TestRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * The whole stack in an emulator of AWS, made by Terraform from {@code terraform/} and the jars of this project. To be
 * closed in the end, which ends an emulator that was started for it.
 */
public final class Deployment implements AutoCloseable {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    /** What everything is called that Terraform makes, unless another environment is asked for. */
    private static final Pattern NAME = Pattern.compile("totesys[-_]dev");

    private static final long LONGEST_EXECUTION_NANOS = 300_000_000_000L;
    private static final long BETWEEN_LOOKS_MILLIS = 100;

    private final Terraform terraform;
    private final Emulator emulator;
    private final AwsApi api;
    private final Map<String, String> secrets = new TreeMap<>();
    private Map<String, String> outputs = Map.of();
    private final Map<String, Schedule> schedules = new HashMap<>();
    private boolean deployed;

    /** Who starts what with which input. */
    private record Schedule(AwsApi role, String stateMachine, String input) {}

    private Deployment(Terraform terraform, Emulator emulator) {
        this.terraform = terraform;
        this.emulator = emulator;
        this.api = emulator.api();
    }

    /**
     * Finds what is needed, and deploys nothing yet. Where there is no Terraform, no AWS provider for it or no emulator, the
     * calling test is left out, and the reason printed. Logs of emulator and functions stay in {@code target/deployment}.
     */
    public static Deployment prepare() throws IOException, InterruptedException {
        Path work = Path.of("target", "deployment").toAbsolutePath();
        Folders.deleteRecursively(work);
        Files.createDirectories(work);
        List<String> reasons = new ArrayList<>();
        Optional<Terraform> terraform = Terraform.find(PROJECT, work, reasons);
        Optional<Emulator> emulator = terraform.isPresent() ? Emulator.find(PROJECT, work, reasons) : Optional.empty();
        if (emulator.isEmpty()) {
            leaveOut("Deployment test", String.join("\n  ", reasons));
        }
        return new Deployment(terraform.orElseThrow(), emulator.orElseThrow());
    }

    /** JUnit keeps the reason for its reports; a person at the console should see it too. */
    private static void leaveOut(String what, String reason) {
        System.out.println(what + " left out:\n  " + reason);
        Assumptions.abort(reason);
    }

    /**
     * Leaves the calling test out, unless the emulator is the one that is started for it, which can more than others.
     *
     * @param what is left out
     */
    public void requireOwnEmulator(String what) {
        if (emulator.runner().isEmpty()) {
            leaveOut(what, "this needs the emulator that is started without AWS_ENDPOINT_URL where moto is installed");
        }
    }

    private void requireFunctions() {
        emulator.whyNoFunctions().ifPresent(reason -> leaveOut("Ticks", reason));
    }

    /** Makes a secret that leads to a database of the tests, or changes it. */
    public void putSecret(String name, TestRole role) throws IOException, InterruptedException {
        String json = emulator.secretOf(role);
        String arn = secrets.get(name);
        if (arn == null) {
            JsonNode made = api.call(
                    "secretsmanager",
                    "secretsmanager.CreateSecret",
                    Map.of("Name", name + "-" + UUID.randomUUID(), "SecretString", json));
            secrets.put(name, made.path("Name").asText());
        } else {
            api.call("secretsmanager", "secretsmanager.PutSecretValue", Map.of("SecretId", arn, "SecretString", json));
        }
    }

    /** Deploys everything, with no more than the variables that have no default. */
    public void apply() throws IOException, InterruptedException {
        Map<String, String> variables = new TreeMap<>(emulator.variables());
        secrets.forEach((name, secret) -> variables.put(name + "_secret_name", secret));
        variables.put("alert_emails", "[\"on-call@example.com\"]");
        variables.put("lambda_artifacts_dir", PROJECT.toString());
        terraform.use(api.endpoint(), variables);
        deployed = true;
        terraform.apply();
        outputs = terraform.outputs();
    }

    /** What Terraform would change now; empty if nothing. */
    public Optional<String> pendingChanges() throws IOException, InterruptedException {
        Outcome plan = terraform.plan();
        return plan.exit() == 0 ? Optional.empty() : Optional.of(plan.output());
    }

    /** Terraform's outputs, by name. */
    public Map<String, String> outputs() {
        return outputs;
    }

    private String output(String name) {
        return requireNonNull(outputs.get(name), name);
    }

    /** Removes everything that Terraform has made. */
    public void destroy() throws IOException, InterruptedException {
        terraform.destroy();
        deployed = false;
    }

    /**
     * Starts an execution as the schedule of ticks does: with its input, and the rights of its role. Where functions cannot do
     * their work, the calling test is left out.
     *
     * @return the execution's ARN
     */
    public String startTick() throws IOException, InterruptedException {
        return start("tick");
    }

    /** The same, as the schedule of audits does. */
    public String startAudit() throws IOException, InterruptedException {
        return start("audit");
    }

    private String start(String kind) throws IOException, InterruptedException {
        requireFunctions();
        Schedule found = schedule(kind);
        return found.role
                .call(
                        "states",
                        "AWSStepFunctions.StartExecution",
                        Map.of(
                                "stateMachineArn",
                                found.stateMachine,
                                "name",
                                UUID.randomUUID().toString(),
                                "input",
                                found.input))
                .path("executionArn")
                .asText();
    }

    private synchronized Schedule schedule(String kind) throws IOException, InterruptedException {
        Schedule found = schedules.get(kind);
        if (found == null) {
            found = findSchedule(kind);
            schedules.put(kind, found);
        }
        return found;
    }

    private Schedule findSchedule(String kind) throws IOException, InterruptedException {
        for (JsonNode listed : tree(api.get("scheduler", "/schedules")).path("Schedules")) {
            String name = listed.path("Name").asText();
            if (NAME.matcher(name).find() && name.endsWith("-" + kind)) {
                JsonNode target = tree(api.get(
                                "scheduler",
                                "/schedules/" + name + "?groupName="
                                        + listed.path("GroupName").asText()))
                        .path("Target");
                return new Schedule(
                        api.as(target.path("RoleArn").asText()),
                        target.path("Arn").asText(),
                        target.path("Input").asText());
            }
        }
        throw new IOException("there is no schedule of the kind " + kind);
    }

    /** Waits until an execution has ended. */
    public Execution await(String execution) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            JsonNode found =
                    api.call("states", "AWSStepFunctions.DescribeExecution", Map.of("executionArn", execution));
            String status = found.path("status").asText();
            if (!status.equals("RUNNING")) {
                JsonNode history = history(execution);
                return new Execution(
                        status,
                        found.path("error").asText(),
                        found.path("cause").asText(),
                        statesOf(history),
                        history.valueStream()
                                .filter(event -> event.path("taskFailedEventDetails")
                                        .path("resourceType")
                                        .asText()
                                        .equals("lambda"))
                                .count());
            }
            pause(start, execution);
        }
    }

    private static void pause(long start, String execution) throws IOException, InterruptedException {
        if (System.nanoTime() - start > LONGEST_EXECUTION_NANOS) {
            throw new IOException(execution + " does not get on");
        }
        Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }

    private JsonNode history(String execution) throws IOException, InterruptedException {
        return api.call(
                        "states",
                        "AWSStepFunctions.GetExecutionHistory",
                        Map.of("executionArn", execution, "maxResults", 1000))
                .path("events");
    }

    private static List<String> statesOf(JsonNode history) {
        return history.valueStream()
                .filter(event -> event.path("type").asText().endsWith("StateEntered"))
                .map(event ->
                        event.path("stateEnteredEventDetails").path("name").asText())
                .toList();
    }

    /** Invokes one of the functions by itself, and returns its answer. */
    public JsonNode invoke(String stage, String payload) throws IOException, InterruptedException {
        requireFunctions();
        return api.invoke(output(stage + "_function"), payload);
    }

    /** Writes an object as somebody does who may do everything, unless the policy of the bucket is against it. */
    public void overwrite(String bucket, String key) throws IOException, InterruptedException {
        api.put("s3", "/" + output(bucket) + "/" + key, "{}");
    }

    /** Deletes the CSV objects of a run, as somebody does who has more rights than the pipeline. */
    public void deleteObjectsOfRun(long run) throws IOException, InterruptedException {
        String bucket = output("ingestion_bucket");
        Pattern key = Pattern.compile("<Key>(data/[^<]+/" + "%010d".formatted(run) + "-[^<]+)</Key>");
        Matcher found = key.matcher(api.get("s3", "/" + bucket + "?list-type=2"));
        while (found.find()) {
            api.delete("s3", "/" + bucket + "/" + found.group(1));
        }
    }

    /** Puts back what was deleted: removes every mark that a deletion has left. */
    public void restoreObjects() throws IOException, InterruptedException {
        String bucket = output("ingestion_bucket");
        Pattern marker = Pattern.compile("<DeleteMarker>(.+?)</DeleteMarker>", Pattern.DOTALL);
        Matcher found = marker.matcher(api.get("s3", "/" + bucket + "?versions"));
        while (found.find()) {
            String key = found.group(1).replaceFirst("(?s).*<Key>(.+)</Key>.*", "$1");
            String version = found.group(1).replaceFirst("(?s).*<VersionId>(.+)</VersionId>.*", "$1");
            api.delete("s3", "/" + bucket + "/" + key + "?versionId=" + version);
        }
    }

    /** What alarms watch of that which the functions report. */
    public Set<ReportedFigure> watched() throws IOException, InterruptedException {
        Set<ReportedFigure> watched = new TreeSet<>();
        JsonNode alarms = api.call("monitoring", "GraniteServiceVersion20100801.DescribeAlarms", Map.of());
        for (JsonNode alarm : alarms.path("MetricAlarms")) {
            JsonNode metric = alarm.path("Metrics")
                    .valueStream()
                    .map(query -> query.path("MetricStat").path("Metric"))
                    .filter(JsonNode::isObject)
                    .findFirst()
                    .orElse(alarm);
            if (metric.path("Namespace").asText().startsWith("Totesys/")) {
                Map<String, String> dimensions = new TreeMap<>();
                metric.path("Dimensions")
                        .forEach(dimension -> dimensions.put(
                                dimension.path("Name").asText(),
                                dimension.path("Value").asText()));
                watched.add(new ReportedFigure(
                        metric.path("Namespace").asText(),
                        metric.path("MetricName").asText(),
                        dimensions));
            }
        }
        return watched;
    }

    /** What the functions have reported; only the own emulator tells. */
    public Set<ReportedFigure> reported() throws IOException {
        return ReportedFigure.in(emulator.runner().orElseThrow().printed());
    }

    /** The kinds of things of which the deployment has any. */
    public Set<String> kindsOfThings() throws IOException, InterruptedException {
        Map<String, String> listings = new TreeMap<>();
        listings.put("alarms", api.query("monitoring", "Action=DescribeAlarms&Version=2010-08-01"));
        listings.put("buckets", api.get("s3", "/"));
        listings.put("dashboards", api.query("monitoring", "Action=ListDashboards&Version=2010-08-01"));
        listings.put("functions", api.get("lambda", "/2015-03-31/functions/"));
        listings.put("log groups", list("logs", "Logs_20140328.DescribeLogGroups"));
        listings.put("queries", list("logs", "Logs_20140328.DescribeQueryDefinitions"));
        listings.put("queues", list("sqs", "AmazonSQS.ListQueues"));
        listings.put("roles", api.query("iam", "Action=ListRoles&Version=2010-05-08"));
        listings.put("schedule groups", api.get("scheduler", "/schedule-groups"));
        listings.put("schedules", api.get("scheduler", "/schedules"));
        listings.put("state machines", list("states", "AWSStepFunctions.ListStateMachines"));
        listings.put("topics", api.query("sns", "Action=ListTopics&Version=2010-03-31"));
        if (emulator.variables().isEmpty()) {
            listings.put("budgets", list("budgets", "AWSBudgetServiceGateway.DescribeBudgets"));
            listings.put("lakes", list("glue", "AWSGlue.GetDatabases"));
        }
        return listings.entrySet().stream()
                .filter(listing -> NAME.matcher(listing.getValue()).find())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String list(String service, String target) throws IOException, InterruptedException {
        return api.call(service, target, Map.of("AccountId", "123456789012")).toString();
    }

    private static JsonNode tree(String body) throws IOException {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (emulator) {
            if (deployed && emulator.outlivesUs()) {
                destroy();
            }
            for (String secret : secrets.values()) {
                api.call(
                        "secretsmanager",
                        "secretsmanager.DeleteSecret",
                        Map.of("SecretId", secret, "ForceDeleteWithoutRecovery", true));
            }
        }
    }
}
