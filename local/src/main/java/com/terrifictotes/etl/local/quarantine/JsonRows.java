package com.terrifictotes.etl.local.quarantine;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Rows as they are, one JSON object a line. */
final class JsonRows implements RowPrinter {

    private final PrintWriter out;

    JsonRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void print(String location, QuarantinedRow row, byte[] line) {
        out.print(new String(line, StandardCharsets.UTF_8));
        out.print('\n');
    }
}
