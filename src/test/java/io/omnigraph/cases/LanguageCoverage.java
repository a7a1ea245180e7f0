package io.omnigraph.cases;

import io.omnigraph.cases.Case.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which case proves which fact, code and message of the languages. */
final class LanguageCoverage {

  private static final Path MESSAGES = Path.of("src/test/resources/cases/messages.txt");

  /** What older implementations do and this one deliberately does not. */
  private static final List<String> DIFFERENCES =
      List.of(
          "anonymous variables",
          "cycle closing",
          "dropped inline filter",
          "duplicate query names",
          "empty aggregate",
          "filter after ranking",
          "integer literal to float",
          "integer overflow",
          "key rendering",
          "lenient list items",
          "lenient nullable coercion",
          "missing parameter",
          "negated search",
          "negation direction",
          "new interface",
          "no binding",
          "now in reads",
          "numeric comparison",
          "open range",
          "ranking of traversed variable",
          "re-declaration",
          "repeated property",
          "reserved names",
          "score projection",
          "search on traversed variable",
          "self loops",
          "word boundaries");

  private static final int FACTS = 155;

  /** Sections whose lines are messages. */
  private static final Set<String> WITH_MESSAGES =
      Set.of("error", "fails", "unsupported", "findings");

  private final List<Case> cases;

  LanguageCoverage(List<Case> cases) {
    this.cases = cases;
  }

  /** Codes and facts that must be covered. */
  static List<String> requiredItems() {
    return Stream.of(
            IntStream.rangeClosed(1, FACTS).mapToObj(i -> "row " + i),
            IntStream.rangeClosed(1, 24).mapToObj(i -> "T" + i),
            Stream.of("D2", "OG-MF-103", "OG-MF-106", "Q000", "Q001"),
            IntStream.rangeClosed(101, 109).mapToObj(i -> "L" + i),
            Stream.of("L201"),
            DIFFERENCES.stream().map(d -> "quirk " + d))
        .flatMap(s -> s)
        .toList();
  }

  /** The templates of all fixed messages. */
  static List<String> requiredMessages() {
    try {
      return Files.readAllLines(MESSAGES).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cases of every covered item, by file, in file order. */
  Map<String, List<Case>> byItem() {
    Map<String, List<Case>> byItem = new TreeMap<>(LanguageCoverage::compareItems);
    for (Case c : cases) {
      for (String item : c.covers()) {
        byItem.computeIfAbsent(item, i -> new ArrayList<>()).add(c);
      }
    }
    return byItem;
  }

  /** The first case that expects a message of every template; templates without one are absent. */
  Map<String, Case> byMessage() {
    Map<String, Case> found = new LinkedHashMap<>();
    for (String template : requiredMessages()) {
      Pattern pattern = pattern(template);
      cases.stream()
          .filter(c -> messages(c).anyMatch(m -> pattern.matcher(m).find()))
          .findFirst()
          .ifPresent(c -> found.put(template, c));
    }
    return found;
  }

  private static Stream<String> messages(Case c) {
    return c.sections().stream()
        .filter(s -> WITH_MESSAGES.contains(s.keyword()))
        .map(Section::lines)
        .flatMap(List::stream);
  }

  private static Pattern pattern(String template) {
    return Pattern.compile(
        Stream.of(template.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".+")));
  }

  /** The page for developers. */
  String page() {
    var out = new StringBuilder();
    out.append(
        """
        # What proves the languages

        Which case of `src/test/resources/cases` proves which fact, code and message of the schema and query
        languages. A test compares this page with the cases; after changing them, write it anew with
        `mvn test -Dtest=LanguageCoverageTest -Dcoverage.write=true`.

        """);
    out.append("## Facts, codes and deliberate differences\n\n");
    out.append(
        "No input can hold a NaN, so of fact 52 a case shows the infinities only;"
            + " `ResultEncoderTest`\nshows NaN.\n\n");
    out.append("| item | cases |\n|---|---|\n");
    byItem()
        .forEach(
            (item, covering) ->
                out.append("| ")
                    .append(item)
                    .append(" | ")
                    .append(
                        covering.stream()
                            .map(LanguageCoverage::shown)
                            .collect(Collectors.joining("; ")))
                    .append(" |\n"));
    out.append("\n## Messages\n\n`…` stands for what varies.\n\n| message | case |\n|---|---|\n");
    byMessage()
        .forEach(
            (template, c) ->
                out.append("| ")
                    .append(escaped(template))
                    .append(" | ")
                    .append(shown(c))
                    .append(" |\n"));
    return out.toString();
  }

  private static String shown(Case c) {
    return escaped(c.file().replace(".gqt", "") + ": " + c.name());
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("<", "\\<");
  }

  /** Facts by number, then codes by letter and number, then the rest. */
  private static int compareItems(String a, String b) {
    return sortKey(a).compareTo(sortKey(b));
  }

  private static String sortKey(String item) {
    String letters = item.replaceAll("\\d+$", "");
    String digits = item.substring(letters.length());
    String group = letters.equals("row ") ? "0" : letters.startsWith("quirk") ? "2" : "1";
    return group + letters + "%06d".formatted(digits.isEmpty() ? 0 : Integer.parseInt(digits));
  }
}
