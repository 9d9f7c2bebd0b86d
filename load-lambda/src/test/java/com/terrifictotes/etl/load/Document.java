package com.terrifictotes.etl.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A document of the project, whose SQL is tested as it stands there. */
final class Document {

    private static final Path FOLDER = Path.of("..", "docs");

    private final Path file;
    private final String text;

    private Document(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    static Document read(String name) {
        Path file = FOLDER.resolve(name);
        try {
            return new Document(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    String text() {
        return text;
    }

    /** The blocks of SQL between a heading and the next one, in order. */
    List<String> sql(String heading) {
        int start = text.indexOf("# " + heading + "\n");
        if (start < 0) {
            throw new IllegalStateException(file + " has no heading \"" + heading + "\"");
        }
        int next = text.indexOf("\n#", start);
        String section = text.substring(start, next < 0 ? text.length() : next);
        return Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }
}
