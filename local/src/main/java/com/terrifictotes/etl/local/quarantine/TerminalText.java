package com.terrifictotes.etl.local.quarantine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text from a database, made fit for a terminal: whoever can write into a row must not be able to move the cursor, set the
 * window's title, or turn the direction of the text round.
 *
 * @see <a href="https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing">Unicode: bidirectional text spoofing</a>
 */
final class TerminalText {

    private TerminalText() {}

    /** A value as a JSON string would have it, so that NULL, an empty text and the word NULL look different. */
    static String quoted(@Nullable String value) {
        return value == null
                ? "NULL"
                : "\"" + escaped(value.replace("\\", "\\\\").replace("\"", "\\\"")) + "\"";
    }

    /** The text with {@code \\uXXXX} for whatever is not visible or would break the line. */
    static String escaped(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isHarmless(point)) {
                visible.appendCodePoint(point);
                return;
            }
            for (char unit : Character.toChars(point)) {
                visible.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
            }
        });
        return visible.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
