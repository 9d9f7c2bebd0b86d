package com.terrifictotes.etl.transform;

/** What follows is not CSV as PostgreSQL writes it, so nobody can tell where the next record starts. */
final class MalformedCsvException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param problem what is wrong, without any value
     * @param record the record's number, the header not counted; 0 for the header
     * @param offset where in the object, in bytes
     */
    MalformedCsvException(String problem, long record, long offset) {
        super("it " + problem + " in " + (record == 0 ? "the header" : "record " + record) + ", byte " + offset);
    }
}
