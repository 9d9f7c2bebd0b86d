package com.terrifictotes.etl.local.deployment;

import java.util.List;
import java.util.Map;

/**
 * One tick as CloudWatch sees it: what the state machine, its functions and AWS report. Steps are in the minutes in which they
 * end, counted from the tick's start.
 */
final class Tick {

    /** The minutes of the tries of a function that keeps failing for a reason that will pass. */
    private static final List<Integer> TRIES = List.of(0, 0, 0, 1, 2);

    /** When a tick ends whose function was tried as often as that. */
    private static final int GIVEN_UP = 3;

    private final Timeline timeline;
    private final String name;
    private final int start;
    private final boolean successesCount;

    /**
     * A tick that has reported nothing yet.
     *
     * @param name the deployment's name
     * @param start the minute of its start
     * @param successesCount whether Step Functions reports of an execution that did not fail that none did
     */
    Tick(Timeline timeline, String name, int start, boolean successesCount) {
        this.timeline = timeline;
        this.name = name;
        this.start = start;
        this.successesCount = successesCount;
    }

    /** Nothing has changed in Totesys. */
    void quiet() {
        extracts(0, 0, 0);
        loads(0, true);
        succeeds(0);
    }

    /** Something has changed, and is in the warehouse in the same minute. */
    void brings() {
        extracts(0, 1, 3);
        transforms(0);
        loads(0, true);
        succeeds(0);
    }

    /** Totesys does not answer; what was extracted before is in the warehouse. */
    void withoutTotesys() {
        TRIES.forEach(minute -> fails("extract", minute));
        transforms(GIVEN_UP);
        loads(GIVEN_UP, true);
        endsInFailure(GIVEN_UP);
    }

    /**
     * The warehouse does not answer, while Totesys changes.
     *
     * @param waiting how many runs wait, this tick's included
     * @param seconds for how long the oldest of them has
     */
    void withoutWarehouse(int waiting, int seconds) {
        extracts(0, waiting, seconds);
        transforms(0);
        TRIES.forEach(minute -> fails("load", minute));
        endsInFailure(GIVEN_UP);
    }

    /** Extract succeeds, and finds runs that wait for the warehouse. */
    void extracts(int minute, int waiting, int seconds) {
        invoked("extract", minute);
        reports("extract", "Freshness", minute, seconds);
        reports("extract", "RunsPending", minute, waiting);
        reports("extract", "Heartbeat", minute, 1);
    }

    /** Transform succeeds. */
    void transforms(int minute) {
        invoked("transform", minute);
    }

    /**
     * Load succeeds.
     *
     * @param everything whether no run is left
     */
    void loads(int minute, boolean everything) {
        invoked("load", minute);
        if (everything) {
            reports("load", "Heartbeat", minute, 1);
        }
    }

    /** A figure that a stage's own code reports. */
    void reports(String stage, String figure, int minute, double value) {
        timeline.of(figure(name, stage, figure)).report(start + minute, value);
    }

    /** One try of a function fails. */
    void fails(String stage, int minute) {
        function(stage, "Errors", minute, 1);
        function(stage, "Throttles", minute, 0);
        function(stage, "Duration", minute, 10_000);
    }

    /** Lambda does not start a function. It counts no invocation, so there is neither error nor duration. */
    void refuses(String stage, int minute) {
        function(stage, "Throttles", minute, 1);
    }

    /** A function takes its time, and succeeds. */
    void takes(String stage, int minute, int seconds) {
        function(stage, "Duration", minute, seconds * 1000.0);
    }

    /** The execution is done. */
    void succeeds(int minute) {
        if (successesCount) {
            List.of("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled")
                    .forEach(figure -> execution(figure, minute, 0));
        }
    }

    /** The execution fails. */
    void endsInFailure(int minute) {
        execution("ExecutionsFailed", minute, 1);
    }

    /** Step Functions slows the execution down. */
    void isSlowedDown(int minute) {
        execution("ExecutionThrottled", minute, 1);
    }

    /**
     * The tick is not started, and the message that says so joins others.
     *
     * @param messages how many there are then; SQS says so every minute
     */
    void isNotDelivered(int messages) {
        for (int minute = 0; minute < 5; minute++) {
            timeline.of(new ReportedFigure(
                            "AWS/SQS",
                            "ApproximateNumberOfMessagesVisible",
                            Map.of("QueueName", name + "-undelivered-ticks")))
                    .report(start + minute, messages);
        }
    }

    private void invoked(String stage, int minute) {
        function(stage, "Errors", minute, 0);
        function(stage, "Throttles", minute, 0);
        function(stage, "Duration", minute, 2000);
    }

    private void function(String stage, String figure, int minute, double value) {
        timeline.of(new ReportedFigure("AWS/Lambda", figure, Map.of("FunctionName", name + "-" + stage)))
                .report(start + minute, value);
    }

    private void execution(String figure, int minute, double value) {
        String machine = "arn:aws:states:eu-west-2:123456789012:stateMachine:" + name;
        timeline.of(new ReportedFigure("AWS/States", figure, Map.of("StateMachineArn", machine)))
                .report(start + minute, value);
    }

    /** What a stage's own code reports: deployment {@code totesys-test} does so in {@code Totesys/test}. */
    static ReportedFigure figure(String deployment, String stage, String name) {
        return new ReportedFigure("Totesys/" + deployment.substring("totesys-".length()), name, Map.of("Stage", stage));
    }
}
