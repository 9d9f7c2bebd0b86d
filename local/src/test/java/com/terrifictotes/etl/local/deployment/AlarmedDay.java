package com.terrifictotes.etl.local.deployment;

import com.terrifictotes.etl.local.deployment.Alarms.Mail;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A day in the life of a deployment, and the mails that it brings. Unless it is new, the hours before were well. */
final class AlarmedDay {

    static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;

    /** No alarm looks further back. */
    private static final int BEFORE = 6 * HOUR;

    private final DeploymentPlan plan;
    private final int rate;

    private BiConsumer<Integer, Tick> ticks = (minute, tick) -> {
        // Shops open at eight.
        if (minute < 8 * HOUR) {
            tick.quiet();
        } else {
            tick.brings();
        }
    };
    private BiConsumer<Integer, Tick> audits = (minute, audit) -> finds(audit, 0, 0);
    private Consumer<Timeline> changes = timeline -> {};
    private boolean isNew;

    /**
     * A day without incidents.
     *
     * @param plan what is deployed
     * @param rate the minutes between two ticks
     */
    AlarmedDay(DeploymentPlan plan, int rate) {
        this.plan = plan;
        this.rate = rate;
    }

    /** What the tick that starts in a minute of the day reports. */
    AlarmedDay ticks(BiConsumer<Integer, Tick> reported) {
        ticks = reported;
        return this;
    }

    /** What the audit that starts in a minute of the day reports: there is one every hour. */
    AlarmedDay audits(BiConsumer<Integer, Tick> reported) {
        audits = reported;
        return this;
    }

    /** Whatever else happens to the figures. */
    AlarmedDay figures(Consumer<Timeline> changed) {
        changes = changed;
        return this;
    }

    /** It is the first day, and nobody has reported anything before. */
    AlarmedDay afterTheFirstDeployment() {
        isNew = true;
        return this;
    }

    /** What an audit reports that has found differences, or deletions that it does not believe. */
    static void finds(Tick audit, int differences, int heldBack) {
        audit.reports("load", "AuditDifferences", 1, differences);
        audit.reports("load", "DeletesHeldBack", 1, heldBack);
    }

    /** Its mails. */
    List<Mail> mails() {
        return mails(false);
    }

    /** Their subjects, which must not depend on what AWS does not tell: whether Step Functions reports zeros. */
    List<String> subjects() {
        List<String> subjects = subjects(false);
        if (!subjects.equals(subjects(true))) {
            throw new AssertionError("with zeros of Step Functions " + mails(true) + ", without them " + mails(false));
        }
        return subjects;
    }

    private List<String> subjects(boolean successesCount) {
        return mails(successesCount).stream().map(Mail::subject).toList();
    }

    private List<Mail> mails(boolean successesCount) {
        Timeline timeline = new Timeline();
        for (int minute = isNew ? rate : -BEFORE; minute < DAY; minute += rate) {
            Tick tick = new Tick(timeline, plan.name(), minute, successesCount);
            if (minute < 0) {
                tick.brings();
            } else {
                ticks.accept(minute, tick);
            }
        }
        for (int minute = isNew ? HOUR : -BEFORE; minute < DAY; minute += HOUR) {
            Tick audit = new Tick(timeline, plan.name(), minute, successesCount);
            if (minute < 0) {
                finds(audit, 0, 0);
            } else {
                audits.accept(minute, audit);
            }
        }
        reportAges(timeline);
        changes.accept(timeline);
        Alarms alarms = new Alarms(plan);
        return (isNew ? alarms : alarms.allWell()).watch(timeline, DAY);
    }

    /** With each of its heartbeats, load says how much younger the last run is than the last audit. */
    private void reportAges(Timeline timeline) {
        Timeline.Series heartbeats = timeline.of(figure("load", "Heartbeat"));
        Timeline.Series audits = timeline.of(figure("load", "AuditDifferences"));
        Timeline.Series runs = timeline.of(figure("extract", "RunsPending"));
        int first = isNew ? rate : -BEFORE;
        for (int minute = first; minute < DAY; minute++) {
            if (heartbeats.last(minute, 1).equals(Optional.of(minute))) {
                int audit = audits.last(minute, 0).orElse(first);
                int run = Math.max(audit, runs.last(minute, 1).orElse(first));
                timeline.of(figure("load", "AuditAge")).report(minute, (run - audit) * 60.0);
            }
        }
    }

    private ReportedFigure figure(String stage, String name) {
        return Tick.figure(plan.name(), stage, name);
    }
}
