package com.terrifictotes.etl.local.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts that PostgreSQL stores and that a reader of CSV, or whoever copies text eight bytes at a time, may get wrong: every
 * trap by itself, at every length and every alignment, and then mixtures of them.
 */
final class HostileTexts {

    /** Long enough that no buffer holds it by chance. */
    private static final int MEBIBYTE = 1 << 20;

    private static final int LONGEST_BY_THE_BYTE = 70;
    private static final int ALIGNMENTS = 17;
    private static final int MIXTURES = 200;

    private static final String BAG = "\uD83D\uDC5C";
    private static final String FAMILY = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66";

    private static final List<String> TRAPS = List.of(
            "a\"",
            "\"a",
            "a\"\"",
            "\"\"\"",
            "\",\"",
            "\"\n\"",
            ",,",
            ",\"",
            "\",",
            "\r",
            "\r\n",
            "\n\r",
            "\r\r\n",
            "a\r",
            "\ra",
            "a\r\n",
            "\t",
            "\\.\n",
            "\n\\.",
            "\r\n\\.\r\n",
            "\\\\.",
            "\\\\N",
            "\\n",
            "a\\",
            "\\\"",
            "\\,",
            "N/A",
            "nil",
            "(null)",
            "#N/A",
            "\uFEFF",
            "\uFEFF\"",
            "\uFFFE",
            "\uFFFF",
            "\u2028",
            "\u2029",
            "\u0085",
            "\u000B",
            "\u000C",
            "\u0080",
            "\u07FF",
            "\u0800",
            "\uD7FF",
            "\uE000",
            "\uD800\uDC00",
            "\uDBFF\uDFFF",
            "\u0301",
            "\u0301\"",
            "e\u0301\u0327",
            "\u1112\u1161\u11AB \uD55C",
            "\u200F\u05D0\u05D1\u200E",
            "\u2067\u0627\u2069",
            "\u0661\u0662\u0663",
            "\uFF11\uFF0C\uFF02",
            "\uD83C\uDDEC\uD83C\uDDE7",
            FAMILY,
            FAMILY + "\"",
            "\u00AD",
            "\u200B",
            "stra\u00DFe \u0131 \u0130",
            "trailing no-break space\u00A0",
            " \t ");

    /** What mixtures are made of: every byte that means something to CSV or COPY, and characters of one to four bytes. */
    private static final List<String> PIECES = List.of(
            "\"",
            "\"\"",
            ",",
            "\r",
            "\n",
            "\r\n",
            "\t",
            "\\",
            "\\.",
            "\\N",
            "NULL",
            " ",
            "a",
            "bcd",
            "0",
            "-",
            "'",
            "\u0001",
            "\u001F",
            "\u007F",
            "\u0085",
            "\u00E9",
            "\u0301",
            "\u20AC",
            "\u2028",
            "\uFEFF",
            "\u200D",
            "\u202E",
            "\uFFFF",
            BAG,
            FAMILY,
            "\uDBFF\uDFFF");

    private final Random random;
    private final List<String> texts;

    /** The texts of that seed. */
    HostileTexts(long seed) {
        random = new Random(seed);
        List<String> all = new ArrayList<>(AwkwardTexts.ALL);
        all.addAll(TRAPS);
        addControlCharacters(all);
        addLengths(all);
        addAlignments(all);
        for (int i = 0; i < MIXTURES; i++) {
            all.add(mixture(1 + random.nextInt(24)));
        }
        texts = List.copyOf(all);
    }

    /** {@return every text, in an order of its own at each call, so that each has other neighbours in each column} */
    List<String> shuffled() {
        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /** {@return every text of at most that many characters, as PostgreSQL counts them} */
    List<String> upTo(int characters) {
        return texts.stream()
                .filter(text -> text.codePointCount(0, text.length()) <= characters)
                .toList();
    }

    /** {@return texts of a mebibyte each; the first two of one character only} */
    List<String> huge() {
        return List.of(
                "\"".repeat(MEBIBYTE),
                BAG.repeat(MEBIBYTE / 4),
                "\r\n".repeat(MEBIBYTE / 2),
                mixture(MEBIBYTE / 3),
                "x" + BAG.repeat(MEBIBYTE / 4) + "\"");
    }

    private String mixture(int pieces) {
        return IntStream.range(0, pieces)
                .mapToObj(i -> PIECES.get(random.nextInt(PIECES.size())))
                .collect(Collectors.joining());
    }

    private static void addControlCharacters(List<String> all) {
        for (char control = 1; control < ' '; control++) {
            all.add(String.valueOf(control));
            all.add("a" + control + "b");
        }
    }

    /** Every length in bytes, plain, and with what matters to CSV in the last byte or in the middle. */
    private static void addLengths(List<String> all) {
        for (int length = 1; length <= LONGEST_BY_THE_BYTE; length++) {
            String plain = "abcdefghij".repeat(LONGEST_BY_THE_BYTE).substring(0, length);
            String shorter = plain.substring(1);
            all.add(plain);
            all.add(shorter + "\"");
            all.add(shorter + ",");
            all.add(shorter + "\r");
            all.add(shorter.substring(shorter.length() / 2) + "\n" + shorter.substring(0, shorter.length() / 2));
        }
    }

    /** Characters of two, three and four bytes that begin at every place of a machine word, also across two of them. */
    private static void addAlignments(List<String> all) {
        for (int offset = 0; offset < ALIGNMENTS; offset++) {
            String before = "abcdefghijklmnopq".substring(0, offset);
            all.add(before + BAG);
            all.add(before + BAG + "\"" + BAG);
            all.add(before + "\u00E9\u20AC" + BAG + ",");
        }
    }
}
