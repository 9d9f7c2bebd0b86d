package com.terrifictotes.etl.local.demo;

import com.terrifictotes.etl.local.demo.Comparison.Difference;
import com.terrifictotes.etl.local.demo.Comparison.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares one table or view, key by key; a key has one row in a dimension and all its versions in a fact. */
final class TableComparator {
    private static final int SHOWN = 5;
    private static final int SHOWN_CHARACTERS = 60;

    private final String table;
    private final List<String> columns;
    private final List<Difference> differences = new ArrayList<>();
    private int differenceCount;

    /**
     * @param table the name to report
     * @param columns the names of the values of a row; the first is the key
     */
    TableComparator(String table, List<String> columns) {
        this.table = table;
        this.columns = columns;
    }

    /** {@return the differences between two sets of rows, each by key and then in the order of the versions} */
    Comparison.Table compare(
            Map<String, ? extends List<List<@Nullable Object>>> expected,
            Map<String, ? extends List<List<@Nullable Object>>> found) {
        expected.forEach((key, versions) -> compareKey(key, versions, found.get(key)));
        found.forEach((key, versions) -> {
            if (!expected.containsKey(key)) {
                compareKey(key, List.of(), versions);
            }
        });
        return new Comparison.Table(table, count(expected), count(found), differenceCount, differences);
    }

    private void compareKey(
            String key, List<List<@Nullable Object>> expected, @Nullable List<List<@Nullable Object>> foundOrNull) {
        List<List<@Nullable Object>> found = foundOrNull == null ? List.of() : foundOrNull;
        if (expected.equals(found)) {
            return;
        }
        List<Integer> order = positions(found, expected);
        if (expected.size() != found.size()) {
            reportUnmatched(Kind.MISSING, key, positions(expected, found), "missing");
            reportUnmatched(Kind.SURPLUS, key, order, "surplus");
        } else if (!order.contains(-1)) {
            String numbers = order.stream().map(i -> String.valueOf(i + 1)).collect(Collectors.joining(", "));
            report(Kind.OUT_OF_ORDER, key, "", List.of(), "versions found in the order " + numbers);
        } else {
            for (int i = 0; i < expected.size(); i++) {
                if (!expected.get(i).equals(found.get(i))) {
                    reportDifferent(key, version(i, expected.size()), expected.get(i), found.get(i));
                }
            }
        }
    }

    /** {@return for each row the index of its equal among the others, each of which is used once; -1 without one} */
    private static List<Integer> positions(List<List<@Nullable Object>> rows, List<List<@Nullable Object>> others) {
        List<Integer> positions = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            int position = -1;
            for (int i = 0; i < others.size() && position < 0; i++) {
                if (others.get(i).equals(row) && !positions.contains(i)) {
                    position = i;
                }
            }
            positions.add(position);
        }
        return positions;
    }

    private void reportUnmatched(Kind kind, String key, List<Integer> positions, String finding) {
        for (int i = 0; i < positions.size(); i++) {
            if (positions.get(i) < 0) {
                report(kind, key, version(i, positions.size()), List.of(), finding);
            }
        }
    }

    private void reportDifferent(
            String key, String version, List<@Nullable Object> expected, List<@Nullable Object> found) {
        List<String> names = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!Objects.equals(expected.get(i), found.get(i))) {
                names.add(columns.get(i));
                findings.add("%s expected %s, found %s"
                        .formatted(columns.get(i), show(expected.get(i)), show(found.get(i))));
            }
        }
        report(Kind.DIFFERENT, key, version, names, String.join("; ", findings));
    }

    private void report(Kind kind, String key, String version, List<String> differing, String finding) {
        differenceCount++;
        if (differences.size() < SHOWN) {
            String message = "%s %s=%s%s: %s".formatted(table, columns.getFirst(), key, version, finding);
            differences.add(new Difference(kind, table, key, differing, message));
        }
    }

    private static String version(int index, int count) {
        return count == 1 ? "" : " version %d of %d".formatted(index + 1, count);
    }

    /** {@return the value with what tells it apart: quotes and escapes for a text, the type for everything else} */
    private static String show(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        if (!(value instanceof String text)) {
            return "%s (%s)".formatted(value, value.getClass().getSimpleName());
        }
        String shown = text.codePoints()
                .limit(SHOWN_CHARACTERS)
                .mapToObj(c -> c < ' ' || c > '~' ? "\\u{%x}".formatted(c) : Character.toString(c))
                .collect(Collectors.joining("", "'", "'"));
        int length = text.codePointCount(0, text.length());
        return length > SHOWN_CHARACTERS ? "%s... (%d characters)".formatted(shown, length) : shown;
    }

    private static int count(Map<String, ? extends List<List<@Nullable Object>>> rows) {
        return rows.values().stream().mapToInt(List::size).sum();
    }
}
