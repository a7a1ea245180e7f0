package io.omnigraph.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.query.ast.QueryParser;
import io.omnigraph.query.format.QueryFormatter;
import io.omnigraph.query.lint.LintReport;
import io.omnigraph.query.lint.QueryLinter;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the input: the compiler ends with a result or with diagnostics. */
class AnyInputTest {

  private static final int ROUNDS = 150 * Integer.getInteger("soak.factor", 1);

  private static final Catalog CATALOG =
      SchemaCompiler.compile(
          """
          node Member { handle: String @key  years: I32?  x: [String]?  not: Bool?  null: Vector(3)? }
          node Guild { handle: String @key }
          edge Knows: Member -> Member { limit: Date? }
          edge Contains: Member -> Guild
          """);

  static LongStream seeds() {
    return LongStream.range(0, 5);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void well_formed_sources_parse(long seed) {
    var generator = new QuerySourceGenerator(seed);
    for (int i = 0; i < ROUNDS; i++) {
      String source = generator.source();
      assertThat(QuerySource.parse(source).problems()).as(source).isEmpty();
      compiles(source);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void mutilated_sources_end_in_diagnostics(long seed) {
    var generator = new QuerySourceGenerator(seed);
    for (int i = 0; i < ROUNDS; i++) {
      compiles(generator.mutilated());
      compiles(generator.noise());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void lint_reports_on_every_source(long seed) {
    var generator = new QuerySourceGenerator(seed);
    var linter = new QueryLinter(CATALOG, LintReport.SchemaSource.file("s.pg"), Map.of());
    for (int i = 0; i < ROUNDS / 4; i++) {
      String source = generator.mutilated();
      assertThat(linter.lint("q.gq", source).queryPath()).as(source).isEqualTo("q.gq");
    }
  }

  /** Every diagnostic has a message and a place inside the source. */
  private static void compiles(String source) {
    try {
      QueryCompiler.compileAll(source, CATALOG);
    } catch (CompileException e) {
      assertThat(e.diagnostics()).isNotEmpty();
      int bytes = source.getBytes(StandardCharsets.UTF_8).length;
      for (Diagnostic diagnostic : e.diagnostics()) {
        assertThat(diagnostic.message()).isNotBlank();
        if (diagnostic.span() != null) {
          assertThat(diagnostic.span().start()).as(source).isBetween(0, bytes);
          assertThat(diagnostic.span().end()).as(source).isBetween(1, bytes + 1);
        }
      }
      assertThat(e.render()).isNotBlank();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("compiling\n" + source, e);
    }
  }

  static Stream<String> extremes() {
    int many = 400_000;
    return Stream.of(
        "[".repeat(many),
        "{".repeat(many),
        "(".repeat(many),
        "not {".repeat(100_000),
        "query q() { match { " + "not { ".repeat(70),
        "query q() { match { $p: Member } return { " + "count(".repeat(100_000),
        "query q() { match { $p: Member  $p.x = "
            + "[".repeat(60)
            + "]".repeat(60)
            + " } return { $p } }",
        "query q() { match { $p: Member  $p.x = [" + "1,".repeat(200_000) + "1] } return { $p } }",
        "query q() { match { " + "$p: Member ".repeat(20_000) + "} return { $p } }",
        "query q() { match { " + "$p knows $q ".repeat(20_000) + "} return { $p } }",
        "query q() { match { " + "$p knows $q ".repeat(1_000) + "} return { $p } }",
        "query q() { match { " + chain(1_000) + "} return { $v0 } }",
        "query q() { match { " + unconnected(1_000) + "} return { $v0 } }",
        "query q() { match { $p: Member "
            + "not { $p knows $_ } ".repeat(499)
            + "} return { $p } }",
        "query q() { match { $p: Member } return { " + "$p.handle ".repeat(20_000) + "} }",
        "query q() { match { $p: Member } return { $p } order { "
            + "$p.x, ".repeat(20_000)
            + "$p } }",
        "query q() { " + "insert Member { handle: \"x\" } ".repeat(20_000) + "}",
        "query q() { match { $p: Member } return { $p } } ".repeat(5_000),
        "query q() { match { $p: Ghost } return { $p.x } } ".repeat(5_000),
        "query q( ".repeat(20_000),
        "\"".repeat(many),
        "\"" + "x".repeat(many),
        "\"" + "\\".repeat(many),
        "/*".repeat(many),
        "/*" + "*".repeat(many),
        "//".repeat(many),
        "#".repeat(200_000),
        "9".repeat(many),
        "a".repeat(many),
        "$" + "a".repeat(many),
        "query "
            + "q".repeat(100_000)
            + "() { match { $p: "
            + "G".repeat(100_000)
            + " } return { $p } }",
        "\ud800".repeat(100_000),
        "\ud83d\ude00".repeat(100_000),
        "\u0000\ufeff\u202e".repeat(50_000),
        "x".repeat(QueryParser.MAX_SOURCE_LENGTH + 1));
  }

  private static String chain(int hops) {
    return IntStream.range(0, hops)
        .mapToObj(i -> "$v" + (hops - i) + " knows $v" + (hops - i - 1) + " ")
        .collect(Collectors.joining());
  }

  private static String unconnected(int variables) {
    return IntStream.range(0, variables)
        .mapToObj(i -> "$v" + i + ": Member ")
        .collect(Collectors.joining());
  }

  @ParameterizedTest(name = "extreme {index}")
  @MethodSource("extremes")
  void extreme_sources_end_in_a_result_or_diagnostics(String source) {
    compiles(source);
  }

  @Test
  void no_more_problems_are_reported_than_anyone_reads() {
    String source = "query q() { match { $p: Ghost } return { $p.x } } ".repeat(500);
    assertThatCode(() -> QueryCompiler.compileAll(source, CATALOG))
        .isInstanceOfSatisfying(
            CompileException.class, e -> assertThat(e.diagnostics()).hasSize(100));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void formatting_is_idempotent_and_keeps_meaning_and_comments(long seed) {
    var generator = new QuerySourceGenerator(seed);
    for (int i = 0; i < ROUNDS; i++) {
      String source = generator.source();
      String once = QueryFormatter.format(source);
      assertThat(QueryFormatter.format(once)).as(source).isEqualTo(once);
      assertThat(Tokens.meaning(once)).as(source).isEqualTo(Tokens.meaning(source));
      assertThat(Tokens.comments(once)).as(source).isEqualTo(Tokens.comments(source));
    }
  }

  /** What formatting may not change. */
  private static final class Tokens {

    /** The syntax without places. */
    static String meaning(String source) {
      return QuerySource.parse(source)
          .declarations()
          .toString()
          .replaceAll("Place\\[start=\\d+, end=\\d+]", "");
    }

    static List<String> comments(String source) {
      var lexer =
          new io.omnigraph.query.grammar.GqLexer(
              org.antlr.v4.runtime.CharStreams.fromString(source));
      return lexer.getAllTokens().stream()
          .filter(t -> t.getChannel() != org.antlr.v4.runtime.Token.DEFAULT_CHANNEL)
          .map(t -> t.getText().strip())
          .sorted()
          .toList();
    }
  }
}
