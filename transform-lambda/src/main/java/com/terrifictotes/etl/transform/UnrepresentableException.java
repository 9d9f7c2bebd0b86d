package com.terrifictotes.etl.transform;

/** A value that the star schema cannot hold; the row goes to the quarantine. Its message never has the value in it. */
final class UnrepresentableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason what is wrong with the value, to follow the column's name: "is not a whole number …" */
    UnrepresentableException(String reason) {
        // It is caught where the row is converted; where it came from says nothing that the reason does not.
        super(reason, null, false, false);
    }
}
