package com.terrifictotes.etl.local.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.deployment.MetricAlarm.Point;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The evaluation of alarms gives what CloudWatch's manual gives in its examples. */
class MetricAlarmTest {

    private static final List<String> TREATMENTS = List.of("missing", "ignore", "breaching", "notBreaching");

    /**
     * What breaches is X, what does not is 0, what is missing is -, the newest last; KEPT is the state that the alarm was in.
     */
    @ParameterizedTest
    @CsvSource({
        // points, that must breach of three, then the state for each treatment of missing data
        "0 - X - X, 3, OK, OK, OK, OK",
        "0 - - - -, 3, OK, OK, OK, OK",
        "- - - - -, 3, INSUFFICIENT_DATA, KEPT, ALARM, OK",
        "0 X X - X, 3, ALARM, ALARM, ALARM, ALARM",
        "- - X - -, 3, ALARM, KEPT, ALARM, OK",
        "- - - - X, 3, KEPT, KEPT, ALARM, OK",
        "0 - X - X, 2, ALARM, ALARM, ALARM, ALARM",
        "0 0 X 0 X, 2, ALARM, ALARM, ALARM, ALARM",
        "0 - X - -, 2, OK, OK, ALARM, OK",
        "- - - - 0, 2, OK, OK, ALARM, OK",
        "- - - X -, 2, ALARM, KEPT, ALARM, OK",
    })
    void missingPointsAreTreatedAsTheManualSays(
            String points, int breaching, String missing, String ignore, String breachingData, String notBreaching) {
        List<String> expected = List.of(missing, ignore, breachingData, notBreaching);
        for (AlarmState current : AlarmState.values()) {
            for (int treatment = 0; treatment < TREATMENTS.size(); treatment++) {
                String state = expected.get(treatment);
                assertThat(alarm(breaching, TREATMENTS.get(treatment), null).judge(newestFirst(points), current))
                        .as(TREATMENTS.get(treatment))
                        .isEqualTo(state.equals("KEPT") ? current : AlarmState.valueOf(state));
            }
        }
    }

    @Test
    void periodsAreCountedBackFromTheMinute() {
        Timeline.Series reported = new Timeline.Series();
        reported.report(9, 1);
        reported.report(10, 1);

        MetricAlarm alarm = alarm(2, "notBreaching", null);
        assertThat(alarm.at(10, reported, AlarmState.OK)).isEqualTo(AlarmState.OK);
        assertThat(alarm.at(13, reported, AlarmState.OK)).isEqualTo(AlarmState.OK);
        assertThat(alarm.at(14, reported, AlarmState.OK)).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void filledPeriodsAreNotMissing() {
        Timeline.Series reported = new Timeline.Series();
        reported.report(1, 1);
        reported.report(6, 1);

        assertThat(alarm(2, "notBreaching", null).at(24, reported, AlarmState.OK))
                .isEqualTo(AlarmState.ALARM);
        assertThat(alarm(2, "notBreaching", 0.0).at(24, reported, AlarmState.OK))
                .isEqualTo(AlarmState.OK);
    }

    private static List<Point> newestFirst(String points) {
        return Arrays.stream(points.split(" "))
                .map(point -> switch (point) {
                    case "X" -> Point.BREACHING;
                    case "0" -> Point.WITHIN;
                    default -> Point.MISSING;
                })
                .toList()
                .reversed();
    }

    private static MetricAlarm alarm(int breaching, String missing, @Nullable Double filled) {
        return new MetricAlarm(
                "alarm",
                new ReportedFigure("namespace", "figure", Map.of()),
                "Sum",
                5,
                3,
                breaching,
                "GreaterThanOrEqualToThreshold",
                1,
                missing,
                filled);
    }
}
