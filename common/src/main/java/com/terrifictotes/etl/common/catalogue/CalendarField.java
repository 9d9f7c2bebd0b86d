package com.terrifictotes.etl.common.catalogue;

/** The attributes of a day in the calendar dimension. */
public enum CalendarField {
    /** The day itself. */
    DATE,
    /** Year, proleptic Gregorian. */
    YEAR,
    /** Month, January is 1. */
    MONTH,
    /** Day of the month. */
    DAY,
    /** ISO 8601 day of the week: Monday is 1, Sunday 7. */
    DAY_OF_WEEK,
    /** English name of the day of the week. */
    DAY_NAME,
    /** English name of the month. */
    MONTH_NAME,
    /** Quarter of the year, 1 to 4. */
    QUARTER;

    /** The type of the warehouse column that holds it. */
    public TargetType type() {
        return switch (this) {
            case DATE -> TargetType.DATE;
            case YEAR, MONTH, DAY, DAY_OF_WEEK, QUARTER -> TargetType.INTEGER;
            case DAY_NAME, MONTH_NAME -> TargetType.TEXT;
        };
    }
}
