package com.terrifictotes.etl.local.quarantine;

import java.util.Locale;

/** Figures for people. */
final class Texts {

    private Texts() {}

    /** {@code 1 row}, {@code 1,234 rows}. */
    static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : noun + "s");
    }
}
