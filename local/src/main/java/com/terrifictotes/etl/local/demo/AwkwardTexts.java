package com.terrifictotes.etl.local.demo;

import java.util.List;

/** Texts that PostgreSQL stores without a murmur and that careless code loses, splits, trims, or takes for something else. */
final class AwkwardTexts {
    /**
     * At least one text for each trap: CSV quoting, COPY's own markers, words that some tools read as NULL, blanks,
     * Unicode beyond the basic plane, and control characters other than U+0000, which PostgreSQL refuses.
     */
    static final List<String> ALL = List.of(
            "",
            " ",
            "  blanks before and after  ",
            "O'Brien \"the bag\" & Sons, Ltd.",
            "\"",
            "\"\"",
            ",",
            "a\",\"b",
            "first line\nsecond line",
            "\n",
            "typed on Windows\r\ntwo lines",
            "carriage\rreturn",
            "tab\tbed",
            "ends in a line feed\n",
            "C:\\designs\\new\\tote",
            "\\",
            "\\N",
            "\\.",
            // On a line of its own this ended COPY ... FROM in CSV format before PostgreSQL 18, even inside quotes.
            "before\n\\.\nafter",
            "NULL",
            "null",
            "None",
            "NaN",
            "true",
            "007",
            "1e5",
            "2024-02-30",
            "=1+1",
            "'; DROP TABLE design; --",
            "${jndi:ldap://localhost} %s %n {{x}} <b>&amp;</b>",
            "tote \uD83D\uDC5C and \uD83D\uDC69\u200D\uD83D\uDE80",
            "cafe\u0301 next to caf\u00E9",
            "\u05E9\u05E7\u05D9\u05EA \u0639\u0631\u0628\u064A\u0629",
            "\u202Edesrever\u202C",
            "\u0130stanbul \u0131\u015F\u0131k",
            "\uFEFFbyte order mark",
            "\u00A0no-break\u00A0space\u3000",
            "next\u0085line and line\u2028separator",
            "bell \u0007, escape \u001B[31m, unit separator \u001F, delete \u007F, one \u0001",
            "replacement \uFFFD",
            "long ".repeat(4_000),
            "\uD83D\uDC5C".repeat(3_000));

    private AwkwardTexts() {}

    /** {@return the text at {@code index}, starting over after the last} */
    static String at(int index) {
        return ALL.get(index % ALL.size());
    }
}
