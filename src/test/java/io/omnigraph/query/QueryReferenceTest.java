package io.omnigraph.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.CompileException;
import io.omnigraph.query.format.QueryFormatter;
import io.omnigraph.query.grammar.GqLexer;
import io.omnigraph.query.lint.LintCode;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.testing.Grammars;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the language reference for users from drifting away from the compiler. */
class QueryReferenceTest {

  private static final Path PAGE = Path.of("docs/user/query-language.md");
  private static final String REFERENCE = read(PAGE);
  private static final String GRAMMAR =
      read(Path.of("src/main/antlr4/io/omnigraph/query/grammar/Gq.g4"));
  private static final Catalog CATALOG = SchemaCompiler.compile(blocks("pg").getFirst());

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(REFERENCE)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  @Test
  void every_example_compiles_and_is_formatted() {
    assertThat(blocks("gq"))
        .hasSizeGreaterThan(5)
        .allSatisfy(
            example -> {
              assertThat(QueryCompiler.compileAll(example, CATALOG)).isNotEmpty();
              assertThat(QueryFormatter.format(example)).isEqualTo(example);
            });
  }

  /** The rules of the grammar, without comments, labels and the rules for recovery. */
  private static String rules() {
    String names =
        GRAMMAR.substring(GRAMMAR.indexOf("\nVAR "), GRAMMAR.indexOf("\nLBRACE ")).strip();
    return GRAMMAR
            .substring(GRAMMAR.indexOf("\nfile"), GRAMMAR.indexOf("\nQUERY "))
            .replaceAll("(?s)/\\*.*?\\*/", "")
            .replaceAll("(?m)//.*$", "")
            .replaceAll("(?m) +#.*$", "")
            .replaceAll("(?m)^single.*\n", "")
            .replaceAll("\n{3,}", "\n\n")
            .strip()
        + "\n\n"
        + names;
  }

  @Test
  void the_grammar_in_the_reference_is_the_one_of_the_compiler() throws IOException {
    if (Boolean.getBoolean("reference.write")) {
      String page =
          Pattern.compile("```antlr\n.*?```", Pattern.DOTALL)
              .matcher(REFERENCE)
              .replaceFirst(
                  java.util.regex.Matcher.quoteReplacement("```antlr\n" + rules() + "\n```"));
      Files.writeString(PAGE, page);
    }
    assertThat(blocks("antlr").getFirst().strip()).isEqualTo(rules());
  }

  @Test
  void the_reference_speaks_of_every_keyword() {
    List<String> keywords = Grammars.keywords(GqLexer.VOCABULARY);
    String prose = REFERENCE.replaceAll("(?s)```antlr.*?```", "");
    assertThat(keywords)
        .hasSizeGreaterThan(30)
        .allSatisfy(word -> assertThat(prose).containsPattern("\\b" + word + "\\b"));
  }

  @Test
  void the_reference_lists_every_code() {
    Stream<String> typeCodes = IntStream.rangeClosed(1, 24).mapToObj(i -> "T" + i);
    assertThat(typeCodes).allSatisfy(c -> assertThat(REFERENCE).containsPattern("\\b" + c + "\\b"));
    for (LintCode code : LintCode.values()) {
      assertThat(REFERENCE)
          .contains("| " + code + " | " + code.severity().name().toLowerCase(Locale.ROOT) + " |");
    }
  }

  @Test
  void the_error_shown_is_the_error_printed() {
    String source = "query q() {\n  match {\n    $p: Person\n  }\n  return { $p.nmae }\n}";
    assertThat(errorOf(source)).isEqualTo(blocks("text").getFirst());
  }

  private static String errorOf(String source) {
    try {
      return QueryCompiler.compileAll(source, CATALOG).toString();
    } catch (CompileException e) {
      return e.render();
    }
  }
}
