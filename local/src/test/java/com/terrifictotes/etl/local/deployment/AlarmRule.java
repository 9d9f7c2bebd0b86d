package com.terrifictotes.etl.local.deployment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rule of a composite alarm, such as {@code (ALARM("a") OR ALARM("b")) AND NOT ALARM("c")}. What AND and OR without
 * parentheses between them mean, CloudWatch does not document, so it is refused.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html">CloudWatch:
 *     PutCompositeAlarm</a>
 */
final class AlarmRule {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(AND|OR|NOT|[()])|(ALARM|OK|INSUFFICIENT_DATA)\\(\"([^\"]+)\"\\))\\s*");

    private final String text;
    private final Deque<String> tokens = new ArrayDeque<>();
    private final Set<String> alarms = new TreeSet<>();
    private final Predicate<Map<String, AlarmState>> condition;

    /**
     * A rule.
     *
     * @param text as Terraform passes it to CloudWatch
     */
    AlarmRule(String text) {
        this.text = text;
        Matcher token = TOKEN.matcher(text);
        while (token.lookingAt()) {
            tokens.add(token.group().strip());
            token.region(token.end(), text.length());
        }
        if (token.regionStart() != text.length()) {
            throw unknown();
        }
        this.condition = expression();
        if (!tokens.isEmpty()) {
            throw unknown();
        }
    }

    /** The alarms that it asks for. */
    Set<String> alarms() {
        return Set.copyOf(alarms);
    }

    /**
     * Whether it holds.
     *
     * @param states the states of the alarms that it asks for
     */
    boolean holds(Map<String, AlarmState> states) {
        return condition.test(states);
    }

    private Predicate<Map<String, AlarmState>> expression() {
        List<Predicate<Map<String, AlarmState>>> terms = new ArrayList<>(List.of(term()));
        Set<String> operators = new TreeSet<>();
        while (!tokens.isEmpty() && !tokens.peek().equals(")")) {
            operators.add(tokens.remove());
            terms.add(term());
        }
        if (operators.size() > 1 || !Set.of("AND", "OR").containsAll(operators)) {
            throw unknown();
        }
        boolean all = operators.contains("AND");
        return states -> all
                ? terms.stream().allMatch(term -> term.test(states))
                : terms.stream().anyMatch(term -> term.test(states));
    }

    private Predicate<Map<String, AlarmState>> term() {
        String token = next();
        if (token.equals("NOT")) {
            return term().negate();
        }
        if (token.equals("(")) {
            Predicate<Map<String, AlarmState>> inner = expression();
            if (!next().equals(")")) {
                throw unknown();
            }
            return inner;
        }
        Matcher function = TOKEN.matcher(token);
        if (!function.matches() || function.group(2) == null) {
            throw unknown();
        }
        AlarmState state = AlarmState.valueOf(function.group(2));
        String alarm = function.group(3);
        alarms.add(alarm);
        return states -> {
            if (!states.containsKey(alarm)) {
                throw new IllegalStateException("no alarm " + alarm + " for " + text);
            }
            return states.get(alarm) == state;
        };
    }

    private String next() {
        String token = tokens.poll();
        if (token == null) {
            throw unknown();
        }
        return token;
    }

    private IllegalStateException unknown() {
        return new IllegalStateException("unknown rule: " + text);
    }
}
