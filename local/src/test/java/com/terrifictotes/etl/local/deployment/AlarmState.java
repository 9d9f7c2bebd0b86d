package com.terrifictotes.etl.local.deployment;

/** What CloudWatch says of an alarm. */
enum AlarmState {
    OK,
    ALARM,
    /** Nothing is known yet; every alarm is new like this. */
    INSUFFICIENT_DATA
}
