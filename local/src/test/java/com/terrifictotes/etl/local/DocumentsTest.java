package com.terrifictotes.etl.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents say what the code does today, as far as a program can tell. */
class DocumentsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void everyErrorCodeHasItsLineAndEveryLineItsCode() throws IOException {
        assertThat(matches(read("docs/errors.md"), "^\\| `([A-Z_]+)` \\|"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void everyVariableOfTheFunctionsIsInTheTableAndNoOther() throws IOException {
        Set<String> read = new TreeSet<>();
        for (String configuration : List.of(
                "extract-lambda/src/main/java/com/terrifictotes/etl/extract/ExtractConfiguration.java",
                "extract-lambda/src/main/java/com/terrifictotes/etl/extract/ExtractSettings.java",
                "transform-lambda/src/main/java/com/terrifictotes/etl/transform/TransformConfiguration.java",
                "load-lambda/src/main/java/com/terrifictotes/etl/load/LoadConfiguration.java")) {
            read.addAll(matches(read(configuration), "\"([A-Z]{3}[A-Z_]*)\""));
        }
        assertThat(read).isNotEmpty();
        assertThat(matches(read("docs/configuration.md"), "^\\| `([A-Z_]+)` \\|"))
                .containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void everyMetricIsInTheTableAndNoOther() throws IOException {
        assertThat(matches(
                        String.join(" ", matches(read("docs/configuration.md"), "^\\| (\\*[A-Z].*?\\*) \\|")),
                        "\\*([A-Za-z]+)\\*"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values()).map(Metric::label).toList());
    }

    @Test
    void everyLinkToAFileLeadsToOne() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : matches(Files.readString(document), "\\]\\((?!https?:)([^)#]+)")) {
                if (!Files.exists(document.resolveSibling(link))) {
                    dead.add(ROOT.relativize(document) + " -> " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everyClassThatTheDocumentsNameExists() throws IOException {
        Set<String> classes;
        try (Stream<Path> files = Files.walk(ROOT)) {
            classes = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        for (Path document : documents()) {
            assertThat(matches(Files.readString(document), "`([A-Z][a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z]\\w+(?:IT|Test))`"))
                    .as(document.toString())
                    .isSubsetOf(classes);
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> top = Files.list(ROOT)) {
            return Stream.concat(docs, top)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static List<String> matches(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
