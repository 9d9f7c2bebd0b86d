package com.terrifictotes.etl.local.quarantine;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows for people: why first, then the values one under the other. Nothing reaches the terminal unescaped. */
final class TextRows implements RowPrinter {

    private static final int WIDEST_NAME = 40;

    private final PrintWriter out;
    private String lastLocation = "";

    TextRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void print(String location, QuarantinedRow row, byte[] line) {
        if (!location.equals(lastLocation)) {
            out.println("in " + TerminalText.escaped(location));
            out.println();
            lastLocation = location;
        }
        out.println(TerminalText.escaped(origin(row)));
        out.println("  " + TerminalText.escaped(row.why()));
        int width = row.values().keySet().stream()
                .map(TerminalText::escaped)
                .mapToInt(String::length)
                .max()
                .orElse(0);
        for (Map.Entry<String, @Nullable String> value : row.values().entrySet()) {
            String name = TerminalText.escaped(value.getKey());
            String padding = " ".repeat(Math.max(0, Math.min(WIDEST_NAME, width) - name.length()));
            out.println("    " + name + padding + "  " + TerminalText.quoted(value.getValue()));
        }
        if (row.isTruncated()) {
            out.println("    (long values are cut; the object named above has them whole)");
        }
        out.println();
    }

    private static String origin(QuarantinedRow row) {
        String table = row.table() == null ? "a row" : row.table();
        String record = row.record() == null ? "" : ", record " + row.record();
        String offset = row.offset() == null ? "" : " at byte " + row.offset();
        String object = row.object() == null ? "" : " of " + row.object();
        return table + record + offset + object;
    }
}
