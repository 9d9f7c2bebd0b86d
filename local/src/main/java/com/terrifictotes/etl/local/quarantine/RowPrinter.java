package com.terrifictotes.etl.local.quarantine;

/** One way to show rows. */
interface RowPrinter {

    /**
     * Shows a row.
     *
     * @param location the quarantine object that it is in
     * @param line the bytes that it was read from
     */
    void print(String location, QuarantinedRow row, byte[] line);
}
