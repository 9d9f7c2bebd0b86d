package com.terrifictotes.etl.local.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTextTest {

    @Test
    void nullAndEmptyAndTheWordLookDifferent() {
        assertThat(TerminalText.quoted(null)).isEqualTo("NULL");
        assertThat(TerminalText.quoted("")).isEqualTo("\"\"");
        assertThat(TerminalText.quoted("NULL")).isEqualTo("\"NULL\"");
    }

    @Test
    void quotesAndBackslashesAreToldFromEscapes() {
        assertThat(TerminalText.quoted("a\"b\\u001b")).isEqualTo("\"a\\\"b\\\\u001b\"");
    }

    @Test
    void controlsAndInvisibleCharactersDoNotReachTheTerminal() {
        assertThat(TerminalText.escaped("\u001b]0;title\u0007\u001b[2J\u009b31m\r\n\t\u007f"))
                .isEqualTo("\\u001b]0;title\\u0007\\u001b[2J\\u009b31m\\u000d\\u000a\\u0009\\u007f");
        assertThat(TerminalText.escaped("a\u202eb\u2066c\u2028d\u2029e\ud800f\udb40\udc41"))
                .isEqualTo("a\\u202eb\\u2066c\\u2028d\\u2029e\\ud800f\\udb40\\udc41");
    }

    @Test
    void wordsOfAnyLanguageStay() {
        assertThat(TerminalText.escaped("Łódź İstanbul 東京 عربي 😀")).isEqualTo("Łódź İstanbul 東京 عربي 😀");
    }
}
