package com.terrifictotes.etl.local.deployment;

import static com.terrifictotes.etl.local.deployment.AlarmedDay.HOUR;
import static com.terrifictotes.etl.local.deployment.AlarmedDay.finds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.terrifictotes.etl.local.deployment.Alarms.Mail;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Alarms ring when they must and keep quiet when they may: days in the life of the planned deployment, each with all the mails
 * that it brings, in order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlarmBehaviourIT {

    private DeploymentPlan plan;

    @BeforeAll
    void makePlan() throws Exception {
        plan = DeploymentPlan.make();
    }

    // Nothing is wrong

    @Test
    void healthyDayBringsNoMail() {
        assertThat(day().subjects()).isEmpty();
    }

    @Test
    void dayWithoutAnyChangeBringsNoMail() {
        assertThat(day().ticks((minute, tick) -> tick.quiet()).subjects()).isEmpty();
    }

    /** A rate that differs goes with another silence_minutes; the plans are those of Terraform's own tests. */
    @ParameterizedTest
    @CsvSource({"hardened, 5", "own_ways, 60"})
    void healthyDayOfAnotherDeploymentBringsNoMail(String run, int rate) throws Exception {
        assertThat(new AlarmedDay(DeploymentPlan.make(run), rate).subjects()).isEmpty();
    }

    /**
     * Whatever is new says once how it is: CloudWatch takes the actions of OK whatever the state was before. SNS sends nothing
     * to an address before it is confirmed, so hardly anybody gets the mails of the first minutes.
     */
    @Test
    void firstDeploymentIsRedUntilTheFirstTick() {
        List<Mail> mails = day().afterTheFirstDeployment().mails();

        assertThat(mails.stream().filter(mail -> mail.state() == AlarmState.ALARM))
                .extracting(Mail::minute, Mail::alarm)
                .containsExactly(tuple(0, "pipeline"));
        assertThat(mails.stream().filter(mail -> mail.minute() > 0).map(Mail::subject))
                .containsExactlyInAnyOrder(
                        "pipeline: OK", "audit-silent: OK", "audit-differences: OK", "deletes-held-back: OK");
        assertThat(mails.getLast().minute()).isLessThanOrEqualTo(HOUR + 5);
    }

    /** One execution goes through it in rounds; ticks that find it at work report nothing. */
    @Test
    void firstLoadThatTakesAnHourBringsNoMail() {
        int round = 10;
        assertThat(day().ticks((minute, tick) -> {
                            if (minute >= HOUR) {
                                tick.brings();
                            } else if (minute % round == 0) {
                                tick.extracts(4, 1, 4 * 60);
                                tick.transforms(6);
                                tick.loads(9, true);
                            }
                        })
                        .subjects())
                .isEmpty();
    }

    @Test
    void tickThatIsLateIsNotSilence() {
        assertThat(day().ticks((minute, tick) -> {
                            if (minute % 15 == 0) {
                                tick.brings();
                            }
                        })
                        .subjects())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "transform", "load"})
    void errorThatRetryingPutsRightBringsNoMail(String stage) {
        assertThat(day().ticks((minute, tick) -> {
                            if (minute == HOUR) {
                                tick.fails(stage, 0);
                            }
                            tick.brings();
                        })
                        .subjects())
                .isEmpty();
    }

    /** They may lie in two of the periods that are counted back from the minute in which CloudWatch looks. */
    @ParameterizedTest
    @ValueSource(strings = {"extract", "load"})
    void severalTriesOfOneTickBringNoMail(String stage) {
        assertThat(day().ticks((minute, tick) -> {
                            if (minute == HOUR) {
                                tick.fails(stage, 0);
                                tick.fails(stage, 1);
                                tick.refuses(stage, 0);
                                tick.refuses(stage, 1);
                            }
                            tick.brings();
                        })
                        .subjects())
                .isEmpty();
    }

    @Test
    void tableThatIsLockedDuringOneTickBringsNoMail() {
        assertThat(day().ticks((minute, tick) -> {
                            tick.brings();
                            if (minute == HOUR) {
                                tick.reports("extract", "TablesHeldBack", 0, 2);
                            }
                        })
                        .subjects())
                .isEmpty();
    }

    @Test
    void tickThatIsNotDeliveredBringsNoMail() {
        assertThat(day().ticks((minute, tick) -> {
                            if (minute == HOUR) {
                                tick.isNotDelivered(1);
                            } else {
                                tick.brings();
                            }
                        })
                        .subjects())
                .isEmpty();
    }

    // Something is wrong with the pipeline

    @Test
    void tickThatFailsBringsOneMailAndOneWhenItIsOver() {
        List<Mail> mails = day().ticks((minute, tick) -> {
                    if (minute == HOUR) {
                        tick.withoutTotesys();
                    } else {
                        tick.brings();
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("pipeline: ALARM", "pipeline: OK");
        assertThat(mails.getFirst().minute()).isLessThan(HOUR + 5);
        assertThat(mails.getLast().minute()).isLessThan(HOUR + 30);
    }

    @Test
    void totesysAwayForAnHourBringsOneMailAndOneWhenItIsOver() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, HOUR, 2 * HOUR)) {
                                tick.withoutTotesys();
                            } else {
                                tick.brings();
                            }
                        })
                        .subjects())
                .containsExactly("pipeline: ALARM", "pipeline: OK");
    }

    @Test
    void warehouseAwayForAnHourBringsOneMailAndOneWhenItIsOver() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, HOUR, 2 * HOUR)) {
                                tick.withoutWarehouse(waiting(minute), seconds(minute));
                            } else if (minute == 2 * HOUR) {
                                tick.extracts(0, waiting(minute), seconds(minute));
                                tick.transforms(0);
                                tick.loads(2, true);
                                tick.succeeds(2);
                            } else {
                                tick.brings();
                            }
                        })
                        .subjects())
                .containsExactly("pipeline: ALARM", "pipeline: OK");
    }

    /** No tick fails, and nothing is reported either: a schedule that somebody disabled. */
    @Test
    void nothingThatStartsAnyMoreIsToldWithinTwentyMinutes() {
        List<Mail> mails = day().ticks((minute, tick) -> {
                    if (!isWithin(minute, HOUR, 3 * HOUR)) {
                        tick.brings();
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("pipeline: ALARM", "pipeline: OK");
        int lastTick = HOUR - 5;
        assertThat(mails.getFirst().minute()).isBetween(lastTick + 15, lastTick + 20);
        assertThat(mails.getLast().minute()).isBetween(3 * HOUR, 3 * HOUR + 5);
    }

    @ParameterizedTest
    @CsvSource({"hardened, 5, 30", "own_ways, 60, 180"})
    void silenceOfAnotherDeploymentIsToldInItsOwnTime(String run, int rate, int silence) throws Exception {
        List<Mail> mails = new AlarmedDay(DeploymentPlan.make(run), rate)
                .ticks((minute, tick) -> {
                    if (!isWithin(minute, 6 * HOUR, 12 * HOUR)) {
                        tick.brings();
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("pipeline: ALARM", "pipeline: OK");
        int lastTick = 6 * HOUR - rate;
        assertThat(mails.getFirst().minute()).isBetween(lastTick + silence, lastTick + silence + 5);
    }

    /** Executions succeed, but load is slower than Totesys changes. */
    @Test
    void loadThatFallsBehindBringsOneMailAndOneWhenItIsOver() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, HOUR, 2 * HOUR)) {
                                tick.extracts(0, waiting(minute), seconds(minute));
                                tick.loads(0, false);
                                tick.succeeds(0);
                            } else {
                                tick.brings();
                            }
                        })
                        .subjects())
                .containsExactly("pipeline: ALARM", "pipeline: OK");
    }

    @Test
    void ticksThatAreNotDeliveredBringOneMailAndOneWhenItIsOver() {
        List<Mail> mails = day().ticks((minute, tick) -> {
                    tick.isNotDelivered(undelivered(minute));
                    if (!isWithin(minute, HOUR, 2 * HOUR)) {
                        tick.brings();
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("pipeline: ALARM", "pipeline: OK");
        assertThat(mails.getFirst().minute()).isLessThanOrEqualTo(HOUR + 5);
    }

    // Something is put right by trying again

    @ParameterizedTest
    @ValueSource(strings = {"extract", "load"})
    void functionThatFailsInEveryTickIsAWarning(String stage) {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, HOUR, 2 * HOUR)) {
                                tick.fails(stage, 0);
                            }
                            tick.brings();
                        })
                        .subjects())
                .containsExactly("unsteady: ALARM", "unsteady: OK");
    }

    @Test
    void throttlingForAnHourIsAWarning() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, HOUR, 2 * HOUR)) {
                                tick.refuses("load", 0);
                                tick.isSlowedDown(0);
                            }
                            tick.brings();
                        })
                        .subjects())
                .containsExactly("unsteady: ALARM", "unsteady: OK");
    }

    /** What begins as a warning becomes an outage, whose mail stands for both. */
    @Test
    void outageIsToldWhileAWarningIsRed() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, 3 * HOUR, 4 * HOUR)) {
                                tick.withoutTotesys();
                            } else {
                                if (isWithin(minute, HOUR, 3 * HOUR)) {
                                    tick.fails("extract", 0);
                                }
                                tick.brings();
                            }
                        })
                        .subjects())
                .containsExactly("unsteady: ALARM", "pipeline: ALARM", "unsteady: OK", "pipeline: OK");
    }

    @Test
    void outageIsToldWhileRowsAreBeingQuarantined() {
        assertThat(day().ticks((minute, tick) -> {
                            if (isWithin(minute, 2 * HOUR, 3 * HOUR)) {
                                tick.withoutTotesys();
                            } else {
                                tick.brings();
                            }
                            if (isWithin(minute, HOUR, 4 * HOUR)) {
                                tick.reports("load", "RowsQuarantined", 0, 1);
                            }
                        })
                        .subjects())
                .containsExactly("data: ALARM", "pipeline: ALARM", "pipeline: OK", "data: OK");
    }

    // Something is wrong with data, or slow

    /** A row is quarantined, and what refers to it arrives with the next ticks: one incident. */
    @Test
    void quarantinedRowAndWhatRefersToItBringOneMail() {
        assertThat(day().ticks((minute, tick) -> {
                            tick.brings();
                            if (minute == HOUR) {
                                tick.reports("load", "RowsQuarantined", 0, 1);
                            }
                            if (isWithin(minute, HOUR + 5, HOUR + 20)) {
                                tick.reports("load", "InferredMembers", 0, 1);
                            }
                        })
                        .subjects())
                .containsExactly("data: ALARM", "data: OK");
    }

    @ParameterizedTest
    @CsvSource({
        "load, RowsQuarantined, data",
        "load, InferredMembers, data",
        "extract, SourceReplaced, source-replaced",
    })
    void whatHappensOnceIsTold(String stage, String figure, String alarm) {
        assertThat(day().ticks((minute, tick) -> {
                            tick.brings();
                            if (minute == HOUR) {
                                tick.reports(stage, figure, 0, 1);
                            }
                        })
                        .subjects())
                .containsExactly(alarm + ": ALARM", alarm + ": OK");
    }

    @Test
    void tableHeldBackForTwoHoursBringsOneMailAndOneWhenItIsOver() {
        List<Mail> mails = day().ticks((minute, tick) -> {
                    tick.brings();
                    if (isWithin(minute, HOUR, 3 * HOUR)) {
                        tick.reports("extract", "TablesHeldBack", 0, 1);
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("tables-held-back: ALARM", "tables-held-back: OK");
        assertThat(mails.getFirst().minute()).isLessThanOrEqualTo(HOUR + 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "transform", "load"})
    void functionThatIsNearlyStoppedBringsOneMailAndOneWhenItIsOver(String stage) {
        assertThat(day().ticks((minute, tick) -> {
                            if (minute == HOUR) {
                                tick.takes(stage, 14, 850);
                            }
                            tick.brings();
                        })
                        .subjects())
                .containsExactly(stage + "-duration: ALARM", stage + "-duration: OK");
    }

    // Audits

    @Test
    void differenceThatTheNextAuditDoesNotFindBringsOneMailAndOneWhenItIsOver() {
        List<Mail> mails = day().audits((minute, audit) -> finds(audit, minute == 3 * HOUR ? 7 : 0, 0))
                .mails();

        assertThat(mails)
                .extracting(Mail::subject)
                .containsExactly("audit-differences: ALARM", "audit-differences: OK");
        assertThat(mails.getFirst().minute()).isLessThan(3 * HOUR + 5);
        assertThat(mails.getLast().minute()).isLessThan(4 * HOUR + 5);
    }

    @Test
    void deletionsThatWaitForAPersonBringOneMailAndOneWhenTheyAreDecided() {
        assertThat(day().audits((minute, audit) -> finds(audit, 0, isWithin(minute, 3 * HOUR, 9 * HOUR) ? 500 : 0))
                        .subjects())
                .containsExactly("deletes-held-back: ALARM", "deletes-held-back: OK");
    }

    @Test
    void auditThatIsMissedOnceBringsNoMail() {
        assertThat(day().ticks((minute, tick) -> tick.brings())
                        .audits((minute, audit) -> {
                            if (minute != 3 * HOUR) {
                                finds(audit, 0, 0);
                            }
                        })
                        .subjects())
                .isEmpty();
    }

    @Test
    void auditsThatAreMissedAgainAndAgainBringOneMailAndOneWhenItIsOver() {
        List<Mail> mails = day().ticks((minute, tick) -> tick.brings())
                .audits((minute, audit) -> {
                    if (!isWithin(minute, 3 * HOUR, 9 * HOUR)) {
                        finds(audit, 0, 0);
                    }
                })
                .mails();

        assertThat(mails).extracting(Mail::subject).containsExactly("audit-silent: ALARM", "audit-silent: OK");
        int lastAudit = 2 * HOUR;
        assertThat(mails.getFirst().minute()).isBetween(lastAudit + 3 * HOUR, lastAudit + 5 * HOUR);
        assertThat(mails.getLast().minute()).isLessThanOrEqualTo(9 * HOUR + 5);
    }

    /** They report so seldom that an hour has no figure. */
    @Test
    void missedAuditsOfSlowTicksAreTold() throws Exception {
        AlarmedDay day = new AlarmedDay(DeploymentPlan.make("slow_ticks"), 2 * HOUR)
                .ticks((minute, tick) -> tick.brings())
                .audits((minute, audit) -> {
                    if (!isWithin(minute, 2 * HOUR, 14 * HOUR)) {
                        finds(audit, 0, 0);
                    }
                });

        assertThat(day.subjects()).containsExactly("audit-silent: ALARM", "audit-silent: OK");
    }

    /** What keeps runs from the warehouse, or ticks from starting, keeps audits from it too: one mail. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void auditsThatAnOutageKeepsAwayBringNoMailOfTheirOwn(boolean ticksStart) {
        assertThat(day().ticks((minute, tick) -> {
                            if (!isWithin(minute, 3 * HOUR, 12 * HOUR)) {
                                tick.brings();
                            } else if (ticksStart) {
                                tick.withoutTotesys();
                            }
                        })
                        .audits((minute, audit) -> {
                            if (!isWithin(minute, 3 * HOUR, 12 * HOUR + 1)) {
                                finds(audit, 0, 0);
                            }
                        })
                        .subjects())
                .containsExactly("pipeline: ALARM", "pipeline: OK");
    }

    // Whatever alarms there are

    @Test
    void everyAlarmIsToldOnceAndWhenItIsOver() {
        for (MetricAlarm alarm : new Alarms(plan).aboutFigures()) {
            String writer = new Alarms(plan).writerFor(alarm);
            assertThat(day().figures(timeline -> {
                                Timeline.Series reported = timeline.of(alarm.figure());
                                int end = HOUR + 2 * alarm.period() * alarm.periods();
                                boolean lacks = alarm.comparison().startsWith("Less");
                                if (lacks || alarm.statistic().equals("Minimum")) {
                                    reported.forget(HOUR, end);
                                }
                                if (!lacks) {
                                    for (int minute = HOUR; minute < end; minute++) {
                                        reported.report(minute, alarm.threshold());
                                    }
                                }
                            })
                            .mails())
                    .as(alarm.name())
                    .extracting(Mail::subject)
                    .containsExactly(writer + ": ALARM", writer + ": OK");
        }
    }

    @Test
    void noAlarmIsToldBelowItsThreshold() {
        for (MetricAlarm alarm : new Alarms(plan).aboutFigures()) {
            if (!alarm.comparison().startsWith("Less")) {
                assertThat(day().figures(timeline -> {
                                    int end = HOUR + 2 * alarm.period() * alarm.periods();
                                    timeline.of(alarm.figure()).forget(HOUR, end);
                                    for (int minute = HOUR; minute < end; minute++) {
                                        // Of a sum, all minutes of a period have their share.
                                        double share = alarm.statistic().equals("Sum") ? alarm.period() : 1;
                                        timeline.of(alarm.figure()).report(minute, 0.999 * alarm.threshold() / share);
                                    }
                                })
                                .mails())
                        .as(alarm.name())
                        .isEmpty();
            }
        }
    }

    private AlarmedDay day() {
        return new AlarmedDay(plan, 5);
    }

    private static boolean isWithin(int minute, int first, int end) {
        return minute >= first && minute < end;
    }

    /** How many runs wait if none has been loaded since the first hour. */
    private static int waiting(int minute) {
        return (minute - HOUR) / 5 + 1;
    }

    /** How many messages there are of an hour in which no tick could be started: each goes away after three ticks. */
    private static int undelivered(int minute) {
        int oldest = Math.max(HOUR, minute - 10);
        int newest = Math.min(2 * HOUR - 5, minute);
        return Math.max(0, (newest - oldest) / 5 + 1);
    }

    /** For how long the oldest of them has waited. */
    private static int seconds(int minute) {
        return (minute - HOUR) * 60 + 3;
    }
}
