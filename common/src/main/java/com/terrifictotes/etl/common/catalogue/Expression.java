package com.terrifictotes.etl.common.catalogue;

import static java.util.Objects.requireNonNull;

/** Where the value of a warehouse column comes from. */
public sealed interface Expression {

    /**
     * The value of a source column, converted to the type of the warehouse column. Text that becomes a date must be ISO
     * ({@code yyyy-mm-dd}).
     *
     * @param table the source table: the target's own, or one that it joins
     * @param column the source column
     */
    record Value(String table, String column) implements Expression {
        public Value {
            Identifiers.requireValid(table);
            Identifiers.requireValid(column);
        }
    }

    /**
     * The day of a timestamp.
     *
     * @param column a timestamp column of the target's own source table
     */
    record DateOf(String column) implements Expression {
        public DateOf {
            Identifiers.requireValid(column);
        }
    }

    /**
     * The time of day of a timestamp.
     *
     * @param column a timestamp column of the target's own source table
     */
    record TimeOf(String column) implements Expression {
        public TimeOf {
            Identifiers.requireValid(column);
        }
    }

    /**
     * The English name of an ISO 4217 currency code; a code that ISO does not know is its own name.
     *
     * @param column a text column of the target's own source table
     */
    record CurrencyName(String column) implements Expression {
        public CurrencyName {
            Identifiers.requireValid(column);
        }
    }

    /**
     * An attribute of a day; only in the calendar, which has no source table.
     *
     * @param field which attribute
     */
    record Calendar(CalendarField field) implements Expression {
        public Calendar {
            requireNonNull(field, "field is null");
        }
    }
}
