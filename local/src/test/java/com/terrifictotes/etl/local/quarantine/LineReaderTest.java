package com.terrifictotes.etl.local.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesComeWithoutTheirEnds() throws IOException {
        assertThat(lines("", 10)).isEmpty();
        assertThat(lines("a\n", 10)).containsExactly("a");
        assertThat(lines("a\n\nb", 10)).containsExactly("a", "", "b");
    }

    @Test
    void lineMayBeLongerThanTheBuffer() throws IOException {
        String line = "x".repeat(200_000);

        assertThat(lines(line + "\n" + line + "\nz\n", 300_000)).containsExactly(line, line, "z");
    }

    @Test
    void lineBeyondTheLimitIsCutAndTheNextIsWhole() throws IOException {
        assertThat(lines("12345\n123456\n1234\n", 5)).containsExactly("12345", "12345 (cut)", "1234");
        assertThat(lines("x".repeat(200_000) + "\ny", 5)).containsExactly("xxxxx (cut)", "y");
    }

    private static List<String> lines(String text, int limit) throws IOException {
        LineReader reader = new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), limit);
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8) + (reader.wasCut() ? " (cut)" : ""));
        }
        return lines;
    }
}
