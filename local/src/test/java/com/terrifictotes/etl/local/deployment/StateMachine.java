package com.terrifictotes.etl.local.deployment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks the deployed definition, {@code terraform/state_machine.asl.json}, without AWS: what it passes to the functions, and
 * where it goes from their answers and errors. It knows what that definition uses of the language and refuses the rest; waits
 * and retries are left out.
 *
 * @see <a href="https://states-language.net/spec.html">Amazon States Language</a>
 */
public final class StateMachine {

    /** What this execution is called where executions are listed. */
    static final String THIS = "this";

    private static final Path DEFINITION = Path.of("..", "terraform", "state_machine.asl.json");
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{(\\w+)_function_arn}");
    private static final Pattern ADDITION = Pattern.compile("States\\.MathAdd\\((\\$[^,]*), (\\d+)\\)");
    private static final Pattern LAST = Pattern.compile(
            "States\\.ArrayGetItem\\((\\$[^,]*), States\\.MathAdd\\(States\\.ArrayLength\\(\\1\\), -1\\)\\)");
    private static final Pattern STEP = Pattern.compile("\\.(\\w+)|\\[(\\d+)]");
    private static final String LIST_EXECUTIONS = "arn:${partition}:states:::aws-sdk:sfn:listExecutions";
    private static final String THIS_EXECUTION = "$$.Execution.Id";
    private static final String INVOKE = "arn:${partition}:states:::lambda:invoke";

    /** A function: takes a payload, and answers or fails. */
    @FunctionalInterface
    public interface Function {
        /** Its answer; it may fail with a {@link Failure}. */
        JsonNode invoke(JsonNode payload) throws Exception;
    }

    /** An error as Step Functions sees it. */
    public static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        private final String error;

        /**
         * @param error its name, such as the class of an exception
         * @param cause what is known about it
         */
        public Failure(String error, String cause) {
            super(cause);
            this.error = error;
        }

        /** Its name. */
        public String error() {
            return error;
        }
    }

    /**
     * How an execution ended.
     *
     * @param state the state that it ended in
     * @param error the error that it failed with; empty if it succeeded
     * @param cause what is known about the error
     */
    public record Outcome(String state, String error, String cause) {}

    private final JsonNode states;
    private final String start;
    private final Map<String, Function> functions;

    private List<String> running = List.of(THIS);

    private StateMachine(JsonNode definition, Map<String, Function> functions) {
        this.states = definition.path("States");
        this.start = definition.path("StartAt").asText();
        this.functions = Map.copyOf(functions);
    }

    /**
     * The deployed state machine around functions.
     *
     * @param functions by stage: extract, transform, load
     */
    public static StateMachine around(Map<String, Function> functions) throws IOException {
        return new StateMachine(definition(), functions);
    }

    /** The definition as it stands in its file. */
    static JsonNode definition() throws IOException {
        return Json.tree(Files.readAllBytes(DEFINITION));
    }

    /** The same while those executions are running, the newest first; none if Step Functions does not tell. */
    StateMachine whileRunning(List<String> executions) {
        running = executions;
        return this;
    }

    /**
     * One execution.
     *
     * @param input its input
     */
    public Outcome execute(String input) throws Exception {
        JsonNode data = Json.tree(input.getBytes(StandardCharsets.UTF_8));
        String name = start;
        while (true) {
            JsonNode state = states.path(name);
            switch (state.path("Type").asText()) {
                case "Pass" -> data = resolve(state.path("Parameters"), data);
                case "Choice" -> {
                    name = choose(state, data);
                    continue;
                }
                case "Task", "Map" -> {
                    try {
                        JsonNode result =
                                state.path("Type").asText().equals("Task") ? task(state, data) : map(state, data);
                        data = withResult(state, data, result);
                    } catch (Failure e) {
                        JsonNode handler = handler(state);
                        if (handler.isMissingNode()) {
                            return new Outcome(name, e.error(), String.valueOf(e.getMessage()));
                        }
                        ObjectNode error = JsonNodeFactory.instance
                                .objectNode()
                                .put("Error", e.error())
                                .put("Cause", e.getMessage());
                        data = withResult(handler, data, error);
                        name = handler.path("Next").asText();
                        continue;
                    }
                }
                case "Succeed" -> {
                    return new Outcome(name, "", "");
                }
                case "Fail" -> {
                    String error = state.has("ErrorPath")
                            ? at(data, state.path("ErrorPath").asText()).asText()
                            : state.path("Error").asText();
                    return new Outcome(
                            name,
                            error,
                            at(data, state.path("CausePath").asText()).asText());
                }
                default -> throw new IllegalStateException("state " + name + " is of an unknown type: " + state);
            }
            name = state.path("Next").asText();
        }
    }

    private JsonNode task(JsonNode state, JsonNode data) throws Exception {
        JsonNode parameters = resolve(state.path("Parameters"), data);
        JsonNode result = switch (state.path("Resource").asText()) {
            case LIST_EXECUTIONS -> listExecutions();
            case INVOKE -> {
                Matcher function =
                        FUNCTION.matcher(parameters.path("FunctionName").asText());
                if (!function.matches()) {
                    throw new IllegalStateException("no function: " + parameters);
                }
                JsonNode answer = requireNonNull(functions.get(function.group(1)), "no such function")
                        .invoke(parameters.path("Payload"));
                yield JsonNodeFactory.instance.objectNode().set("Payload", answer);
            }
            default -> throw new IllegalStateException("unknown resource: " + state.path("Resource"));
        };
        return state.has("ResultSelector") ? resolve(state.path("ResultSelector"), result) : result;
    }

    private JsonNode listExecutions() throws Failure {
        if (running.isEmpty()) {
            throw new Failure("Sfn.SfnException", "Rate exceeded");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode executions = answer.putArray("Executions");
        running.forEach(name -> executions.addObject().put("ExecutionArn", name));
        return answer;
    }

    /** Items one after the other; what fails is tolerated, as the definition says. */
    private JsonNode map(JsonNode state, JsonNode data) throws Exception {
        if (state.path("ToleratedFailurePercentage").asDouble() != 100) {
            throw new IllegalStateException("only a map that tolerates every failure is known: " + state);
        }
        JsonNode processor = state.path("ItemProcessor");
        JsonNode task = processor.path("States").path(processor.path("StartAt").asText());
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : at(data, state.path("ItemsPath").asText())) {
            try {
                results.add(task(task, item));
            } catch (Failure e) {
                results.addNull();
            }
        }
        return results;
    }

    private static JsonNode handler(JsonNode state) {
        for (JsonNode handler : state.path("Catch")) {
            if (handler.path("ErrorEquals").path(0).asText().equals("States.ALL")) {
                return handler;
            }
        }
        return MissingNode.getInstance();
    }

    private static JsonNode withResult(JsonNode state, JsonNode data, JsonNode result) {
        JsonNode path = state.path("ResultPath");
        if (path.isNull()) {
            return data;
        }
        ObjectNode merged = data.deepCopy();
        merged.set(path.asText().substring("$.".length()), result);
        return merged;
    }

    private static String choose(JsonNode state, JsonNode data) {
        for (JsonNode rule : state.path("Choices")) {
            if (holds(rule, data)) {
                return rule.path("Next").asText();
            }
        }
        return state.path("Default").asText();
    }

    private static boolean holds(JsonNode rule, JsonNode data) {
        if (rule.has("And")) {
            return rule.path("And").valueStream().allMatch(part -> holds(part, data));
        }
        if (rule.has("Or")) {
            return rule.path("Or").valueStream().anyMatch(part -> holds(part, data));
        }
        JsonNode value = at(data, rule.path("Variable").asText());
        if (rule.has("IsPresent")) {
            return value.isMissingNode() != rule.path("IsPresent").asBoolean();
        }
        if (value.isMissingNode()) {
            // Step Functions fails an execution that compares what is not there.
            throw new IllegalStateException(rule.path("Variable") + " is missing in " + data);
        }
        if (rule.has("StringEqualsPath")) {
            return value.equals(at(data, rule.path("StringEqualsPath").asText()));
        }
        if (rule.has("BooleanEquals")) {
            return value.asBoolean() == rule.path("BooleanEquals").asBoolean();
        }
        if (rule.has("NumericEquals")) {
            return value.asLong() == rule.path("NumericEquals").asLong();
        }
        if (rule.has("NumericGreaterThan")) {
            return value.asLong() > rule.path("NumericGreaterThan").asLong();
        }
        if (rule.has("NumericGreaterThanEquals")) {
            return value.asLong() >= rule.path("NumericGreaterThanEquals").asLong();
        }
        throw new IllegalStateException("unknown comparison: " + rule);
    }

    /** A template: fields whose names end with .$ are replaced by what they refer to. */
    private static JsonNode resolve(JsonNode template, JsonNode data) {
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        template.properties().forEach(field -> {
            String name = field.getKey();
            if (name.endsWith(".$")) {
                String expression = field.getValue().asText();
                JsonNode value = evaluate(expression, data);
                if (value.isMissingNode()) {
                    throw new IllegalStateException(expression + " is missing in " + data);
                }
                resolved.set(name.substring(0, name.length() - 2), value);
            } else {
                resolved.set(name, field.getValue().isObject() ? resolve(field.getValue(), data) : field.getValue());
            }
        });
        return resolved;
    }

    private static JsonNode evaluate(String expression, JsonNode data) {
        Matcher addition = ADDITION.matcher(expression);
        if (addition.matches()) {
            return JsonNodeFactory.instance.numberNode(
                    at(data, addition.group(1)).asLong() + Long.parseLong(addition.group(2)));
        }
        Matcher last = LAST.matcher(expression);
        if (last.matches()) {
            JsonNode array = at(data, last.group(1));
            return array.path(array.size() - 1);
        }
        if (expression.startsWith("$$.")) {
            return JsonNodeFactory.instance.textNode(expression.equals(THIS_EXECUTION) ? THIS : expression);
        }
        return at(data, expression);
    }

    private static JsonNode at(JsonNode data, String path) {
        JsonNode found = data;
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            found = step.group(1) != null ? found.path(step.group(1)) : found.path(Integer.parseInt(step.group(2)));
        }
        return found;
    }
}
