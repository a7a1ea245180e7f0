package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.CompileException;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import io.omnigraph.testing.Grammars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the language reference for users from drifting away from the compiler. */
class SchemaReferenceTest {

  private static final String REFERENCE = read("docs/user/schema-language.md");
  private static final String GRAMMAR =
      read("src/main/antlr4/io/omnigraph/schema/grammar/SchemaGrammar.g4");

  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
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
  void everyExampleCompilesAndIsFormatted() {
    assertThat(blocks("pg"))
        .hasSizeGreaterThan(2)
        .allSatisfy(
            example -> {
              assertThat(SchemaCompiler.compile(example).nodes()).isNotEmpty();
              assertThat(SchemaFormatter.format(example)).isEqualTo(example);
            });
  }

  @Test
  void theGrammarInTheReferenceIsTheOneOfTheCompiler() {
    String rules =
        GRAMMAR
            .substring(GRAMMAR.indexOf("\nfile:"), GRAMMAR.indexOf("\nINTERFACE:"))
            .replaceAll("(?s)/\\*.*?\\*/", "")
            .replaceAll("singleDeclaration:[^;]*;", "");
    assertThat(words(blocks("antlr").getFirst())).isEqualTo(words(rules));
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  @Test
  void theReferenceSpeaksOfEveryKeywordAndConstraint() {
    List<String> keywords = Grammars.keywords(SchemaGrammarLexer.VOCABULARY);
    String prose = REFERENCE.replaceAll("(?s)```antlr.*?```", "");
    assertThat(keywords)
        .hasSize(25)
        .allSatisfy(word -> assertThat(prose).containsPattern("\\b" + word + "\\b"));
    Stream.of(
            "key",
            "unique",
            "index",
            "range",
            "check",
            "card",
            "embed",
            "description",
            "instruction",
            "rename_from")
        .forEach(name -> assertThat(prose).contains("`@" + name));
  }

  @Test
  void theErrorShownIsTheErrorPrinted() {
    String source = "node A {\n\n  name: Strng?\n}";
    assertThat(errorOf(source)).isEqualTo(blocks("text").getFirst());
  }

  private static String errorOf(String source) {
    try {
      return SchemaCompiler.compile(source).toString();
    } catch (CompileException failure) {
      return failure.render();
    }
  }

  @Test
  void everyReservedNameIsListed() {
    List<String> names =
        Pattern.compile("`([a-z_]+)`")
            .matcher(REFERENCE)
            .results()
            .map(MatchResult::group)
            .toList();
    for (String reserved :
        List.of(
            "_rowid",
            "_rowaddr",
            "_rowoffset",
            "_row_created_at_version",
            "_row_last_updated_at_version",
            "id",
            "src",
            "dst",
            "from",
            "to")) {
      assertThat(names).contains("`" + reserved + "`");
      String source = "node A {} edge E: A -> A { %s: I32 }".formatted(reserved);
      assertThat(errorOf(source)).contains("is reserved");
    }
  }
}
