package com.terrifictotes.etl.local.deployment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The alarms of a plan, without AWS: what CloudWatch would make of figures, minute by minute, and whom it would tell. */
final class Alarms {

    /**
     * What the subscribers of the alarms' topic get.
     *
     * @param minute when
     * @param alarm the name of an alarm without that of its deployment
     * @param state the state that it is in now
     */
    record Mail(int minute, String alarm, AlarmState state) {

        /** The subject, without when. */
        String subject() {
            return alarm + ": " + state;
        }
    }

    private final String prefix;
    private final List<MetricAlarm> alarms;
    private final Map<String, AlarmRule> rules = new LinkedHashMap<>();
    private final Map<String, JsonNode> planned = new LinkedHashMap<>();
    private final Map<String, AlarmState> states = new LinkedHashMap<>();

    /** The alarms of a plan, each of them new. */
    Alarms(DeploymentPlan plan) {
        prefix = plan.name() + "-";
        List<JsonNode> metric = plan.resources("aws_cloudwatch_metric_alarm");
        List<JsonNode> composite = new ArrayList<>(plan.resources("aws_cloudwatch_composite_alarm"));
        alarms = metric.stream().map(MetricAlarm::of).toList();
        metric.forEach(this::add);
        // A rule may ask for other composite alarms: those come first.
        while (!composite.isEmpty()) {
            JsonNode next = composite.stream()
                    .filter(alarm -> states.keySet()
                            .containsAll(new AlarmRule(alarm.path("alarm_rule").asText()).alarms()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("rules ask for what there is not: " + composite));
            composite.remove(next);
            add(next);
            rules.put(name(next), new AlarmRule(next.path("alarm_rule").asText()));
        }
    }

    private void add(JsonNode alarm) {
        if (!alarm.path("actions_enabled").asBoolean()
                || !alarm.path("actions_suppressor").isEmpty()) {
            throw new IllegalStateException("only an alarm whose actions are always taken is known: " + alarm);
        }
        planned.put(name(alarm), alarm);
        states.put(name(alarm), AlarmState.INSUFFICIENT_DATA);
    }

    private static String name(JsonNode alarm) {
        return alarm.path("alarm_name").asText();
    }

    /** The same as they are on an ordinary day. */
    Alarms allWell() {
        states.replaceAll((name, state) -> AlarmState.OK);
        return this;
    }

    /** The alarms about figures. */
    List<MetricAlarm> aboutFigures() {
        return alarms;
    }

    /** Who tells people of an alarm about a figure: itself, or a composite alarm that asks for it. */
    String writerFor(MetricAlarm alarm) {
        String writer = rules.entrySet().stream()
                .filter(rule -> rule.getValue().alarms().contains(alarm.name()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(alarm.name());
        return writer.substring(prefix.length());
    }

    /**
     * What goes out.
     *
     * @param timeline what is reported
     * @param end the minute with which it is over; the first is 0
     */
    List<Mail> watch(Timeline timeline, int end) {
        List<Mail> mails = new ArrayList<>();
        Map<MetricAlarm, Timeline.Series> watched = new LinkedHashMap<>();
        alarms.forEach(alarm -> watched.put(alarm, timeline.of(alarm.figure())));
        for (int at = 0; at < end; at++) {
            int minute = at;
            watched.forEach((alarm, reported) ->
                    become(alarm.name(), alarm.at(minute, reported, state(alarm.name())), minute, mails));
            for (Map.Entry<String, AlarmRule> rule : rules.entrySet()) {
                AlarmState state = rule.getValue().holds(states) ? AlarmState.ALARM : AlarmState.OK;
                become(rule.getKey(), state, minute, mails);
            }
        }
        return mails;
    }

    /** Actions are taken whatever the state was before: a new alarm that finds everything well says so as well. */
    private void become(String name, AlarmState state, int minute, List<Mail> mails) {
        if (states.put(name, state) != state) {
            String actions = switch (state) {
                case OK -> "ok_actions";
                case ALARM -> "alarm_actions";
                case INSUFFICIENT_DATA -> "insufficient_data_actions";
            };
            if (!requireNonNull(planned.get(name), name).path(actions).isEmpty()) {
                mails.add(new Mail(minute, name.substring(prefix.length()), state));
            }
        }
    }

    private AlarmState state(String name) {
        return requireNonNull(states.get(name), name);
    }
}
