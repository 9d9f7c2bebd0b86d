package com.terrifictotes.etl.local.deployment;

import java.util.List;

/**
 * What came of an execution of the state machine.
 *
 * @param status as Step Functions has it: SUCCEEDED, FAILED …
 * @param error the error that it failed with; empty if it succeeded
 * @param cause what the error says; empty if it succeeded
 * @param states the states that it entered, in order
 * @param failedInvocations how many invocations of functions failed, whether or not another one succeeded
 */
public record Execution(String status, String error, String cause, List<String> states, long failedInvocations) {

    public Execution {
        states = List.copyOf(states);
    }
}
