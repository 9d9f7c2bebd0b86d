package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The advice under the rows: where to correct them, and how to see that the correction arrived. */
final class WhatToDo {

    private static final int NAMED_KEYS = 10;

    /** Nothing else may come from a raw value into a statement that people copy. */
    private static final Pattern KEY = Pattern.compile("-?[0-9]{1,10}");

    private final Catalogue catalogue;

    /** The keys of the rows, by warehouse table. */
    private final Map<TargetTable, Set<String>> keys = new LinkedHashMap<>();

    WhatToDo(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Takes a row that is shown. */
    void add(QuarantinedRow row) {
        catalogue.targets().stream()
                .filter(target -> target.name().equals(row.target()))
                .filter(target -> target.sourceTable().isPresent())
                .forEach(target -> addKey(target, row));
    }

    /** Prints the advice. */
    void print(PrintWriter out) {
        out.println("What to do");
        out.println(
                "  Correct the rows in Totesys (for \"refers to a row of ...\": add that row, or correct the reference).");
        out.println(
                "  The correction travels with the next tick by itself; the lines here stay as a record. To see that it");
        out.println("  arrived (a fact has a new version then, with the later etl_run):");
        keys.forEach((target, found) -> out.println("    " + query(target, found)));
    }

    private void addKey(TargetTable target, QuarantinedRow row) {
        Set<String> found = keys.computeIfAbsent(target, ignored -> new LinkedHashSet<>());
        @Nullable
        String key = row.values().get(catalogue.source(target.requireSource()).key());
        if (key != null && KEY.matcher(key).matches() && found.size() < NAMED_KEYS) {
            found.add(key);
        }
    }

    private static String query(TargetTable target, Set<String> found) {
        String rows = "SELECT * FROM " + target.name() + " WHERE " + target.key() + " IN ("
                + (found.isEmpty() ? "..." : String.join(", ", found)) + ")";
        return target.kind() == TargetTable.Kind.FACT
                ? rows + " ORDER BY " + target.requireSurrogateKey() + " DESC;"
                : rows + ";";
    }
}
