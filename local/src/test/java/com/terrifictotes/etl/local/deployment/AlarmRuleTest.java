package com.terrifictotes.etl.local.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmRuleTest {

    private static final Map<String, AlarmState> STATES =
            Map.of("red", AlarmState.ALARM, "green", AlarmState.OK, "new", AlarmState.INSUFFICIENT_DATA);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALARM(\"red\")",
                "OK(\"green\")",
                "INSUFFICIENT_DATA(\"new\")",
                "ALARM(\"green\") OR ALARM(\"new\") OR ALARM(\"red\")",
                "(ALARM(\"green\") OR ALARM(\"red\")) AND NOT ALARM(\"new\")",
                "NOT (ALARM(\"red\") AND ALARM(\"green\"))"
            })
    void holds(String rule) {
        assertThat(new AlarmRule(rule).holds(STATES)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALARM(\"new\")",
                "ALARM(\"green\") OR ALARM(\"new\")",
                "(ALARM(\"green\") OR ALARM(\"red\")) AND NOT ALARM(\"red\")"
            })
    void doesNotHold(String rule) {
        assertThat(new AlarmRule(rule).holds(STATES)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALARM(\"red\") OR ALARM(\"green\") AND ALARM(\"new\")",
                "ALARM(\"red\") ALARM(\"green\")",
                "AT_LEAST(1, ALARM, (red))",
                "ALARM(\"red\") OR",
                "(ALARM(\"red\")",
                "ALARM(\"red\"))"
            })
    void isRefused(String rule) {
        assertThatThrownBy(() -> new AlarmRule(rule))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unknown rule: " + rule);
    }

    @Test
    void asksOnlyForAlarmsThatThereAre() {
        AlarmRule rule = new AlarmRule("ALARM(\"red\") OR ALARM(\"gone\")");

        assertThat(rule.alarms()).containsExactlyInAnyOrder("red", "gone");
        assertThatThrownBy(() -> new AlarmRule("ALARM(\"gone\")").holds(STATES))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no alarm gone for ALARM(\"gone\")");
    }
}
