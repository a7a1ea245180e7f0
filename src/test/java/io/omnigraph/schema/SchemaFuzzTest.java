package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.DiagnosticCollector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the input: the compiler answers with a catalog or with diagnostics, never with another
 * exception. {@code -Dsoak.factor=n} runs n times as many seeds.
 */
class SchemaFuzzTest {

  private static final int CASES_PER_SEED = 60;

  /** A quarter of a mebibyte; a soak run goes up to three times that. */
  private static final int HUGE = (1 << 18) * Math.min(3, Integer.getInteger("soak.factor", 1));

  static LongStream seeds() {
    return LongStream.range(0, 25L * Integer.getInteger("soak.factor", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void tokensInAnyOrderEndInAnAnswer(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      assertAnswered(RandomSchemas.tokenSoup(random, 1 + random.nextInt(200)));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedSchemasEndInAnAnswer(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      assertAnswered(RandomSchemas.damage(random, RandomSchemas.valid(random)));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyCharactersEndInAnAnswer(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      assertAnswered(RandomSchemas.characters(random, random.nextInt(120)));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void validSchemasSurviveTheirCanonicalForm(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      Catalog catalog = SchemaCompiler.compile(RandomSchemas.valid(random));
      Catalog read = SchemaCompiler.fromCanonicalJson(catalog.canonicalJson());
      assertThat(read.canonicalJson()).isEqualTo(catalog.canonicalJson());
      assertThat(read.nodes()).isEqualTo(catalog.nodes());
      assertThat(read.edges()).isEqualTo(catalog.edges());
      assertThat(MigrationPlanner.plan(catalog, read, false).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedCanonicalFormsEndInAnAnswer(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      String json = SchemaCompiler.compile(RandomSchemas.valid(random)).canonicalJson();
      String damaged = RandomSchemas.damage(random, json);
      try {
        assertThat(SchemaCompiler.fromCanonicalJson(damaged)).isNotNull();
      } catch (CompileException expected) {
        assertThat(expected.diagnostics()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyTwoSchemasHaveAPlanThatDescribesItself(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      Catalog accepted = SchemaCompiler.compile(RandomSchemas.valid(random));
      Catalog desired = SchemaCompiler.compile(RandomSchemas.valid(random));
      MigrationPlan plan = MigrationPlanner.plan(accepted, desired, random.nextBoolean());
      assertThat(plan.toJson().get("steps")).hasSameSizeAs(plan.steps());
      assertThat(plan.dataWork(java.util.Map.of())).hasSameSizeAs(plan.steps());
      assertThat(plan.isEmpty()).isEqualTo(accepted.equals(desired));
    }
  }

  static Stream<String> hugeInputs() {
    return Stream.of(
            "{",
            "}",
            "@",
            "\"",
            "\\",
            "/*",
            "//",
            "/",
            "[",
            "(",
            "node A {",
            "node A {}\n",
            "node A { x: I32 }",
            "node A { x: I32\n",
            "edge E: A -> A",
            "interface ",
            "@d(",
            "enum(a,",
            "\uD800",
            "\uDC00\uD800",
            "𝄞",
            "é",
            "\u0000",
            "a",
            "1",
            ".",
            "..",
            "-",
            "->",
            "x: I32,",
            "x: Vector(0)\n",
            "implements A, ",
            "\n",
            "\r",
            "\uFEFF",
            "'",
            "#\n")
        .map(piece -> piece.repeat(HUGE / piece.length()));
  }

  static Stream<String> hugeSchemas() {
    return Stream.of(
        "node A { x: Vector(" + "9".repeat(HUGE) + ") }",
        "node A { x: Vector(" + "0".repeat(HUGE) + ") }",
        "node A { x: F64 @range(x, -" + "9".repeat(HUGE) + "..) }",
        "node A { x: F64 @range(x, 0." + "9".repeat(HUGE) + "..) }",
        "node A { x: String @check(x, \"" + "(".repeat(HUGE) + "\") }",
        "node A { x: String @check(x, \"" + "(".repeat(500) + "\") }",
        "node A { x: String @check(x, \"" + "a{1000}".repeat(142) + "\") }",
        "node A @d(\"" + "\\q".repeat(HUGE / 2) + "\") {}",
        "node A @d(\"" + "x\n".repeat(HUGE / 2) + "\") {}",
        "node A { x: enum(" + "a-".repeat(HUGE / 2) + ") }",
        "node A { x: enum(" + "a ".repeat(HUGE / 2) + ") }",
        "node A { x: enum(" + "a,".repeat(HUGE / 2) + "b) }",
        "node A { @key(" + "a,".repeat(HUGE / 2) + "b) }",
        "node A { " + "x: I32 ".repeat(HUGE / 7) + "}",
        "node A { x: I32 " + "@d ".repeat(HUGE / 3) + "}",
        "node A { x: I32 " + "@unique ".repeat(HUGE / 8) + "}",
        "node A { x: I32 " + "@unique(x) ".repeat(HUGE / 11) + "}",
        "node A { x: I32 " + "@unique(y) ".repeat(HUGE / 11) + "}",
        "node A implements " + "B,".repeat(HUGE / 2) + "B {}",
        "interface B { x: I32 } node A implements " + "B,".repeat(HUGE / 2) + "B {}",
        "node " + "A".repeat(HUGE / 2) + " {} edge E: A -> " + "A".repeat(HUGE / 2),
        "/*" + "*".repeat(HUGE) + "/ node A {}",
        "node A {" + numbered(HUGE / 40, "p%d: I32 ") + numbered(HUGE / 40, "@index(q%d) ") + "}",
        "interface I {"
            + numbered(HUGE / 30, "p%d: I32 ")
            + "}"
            + numbered(HUGE / 50, "node N%d implements I {}\n"),
        "interface I {"
            + numbered(HUGE / 40, "p%d: I32 ")
            + "} node A implements I {"
            + numbered(HUGE / 40, "p%d: I64 ")
            + "}");
  }

  private static String numbered(int count, String piece) {
    return IntStream.range(0, count).mapToObj(piece::formatted).collect(Collectors.joining());
  }

  @ParameterizedTest(name = "huge input {index}")
  @MethodSource({"hugeInputs", "hugeSchemas"})
  void aHugeInputEndsInAnAnswer(String source) {
    assertAnswered(source);
  }

  @Test
  void aSourceBeyondTheLimitIsRefused() {
    String source = " ".repeat(SchemaCompiler.LONGEST_SOURCE + 1);
    assertThatThrownBy(() -> SchemaCompiler.compile(source))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            "parse error: schema source has 1048577 characters; at most 1048576 are supported");
    assertThatThrownBy(() -> SchemaFormatter.format(source)).isInstanceOf(CompileException.class);
    assertThat(SchemaCompiler.compile(source.substring(1)).nodes()).isEmpty();
  }

  @Test
  void interfacesCannotMultiplyWithoutBound() {
    String source =
        "interface I {"
            + numbered(1000, "p%d: I32 ")
            + "}"
            + numbered(101, "node N%d implements I {}");
    assertThatThrownBy(() -> SchemaCompiler.compile(source))
        .hasMessage(
            "catalog error: schema is too large: interfaces add more than 100000 properties");
  }

  @Test
  void longNamesAndTextsSurviveTheCanonicalForm() {
    String name = "n".repeat(100_000);
    Catalog catalog =
        SchemaCompiler.compile("node A { %s: I32 @d(1, %s=\"%s\") }".formatted(name, name, name));
    assertThat(SchemaCompiler.fromCanonicalJson(catalog.canonicalJson())).isEqualTo(catalog);
    MigrationPlan plan = MigrationPlanner.plan(SchemaCompiler.compile(""), catalog, false);
    assertThat(plan.toJson().get("supported").booleanValue()).isTrue();
  }

  @ParameterizedTest(name = "deep JSON {index}")
  @MethodSource("deepJson")
  void deeplyNestedJsonEndsInDiagnostics(String json) {
    try {
      SchemaCompiler.fromCanonicalJson(json);
    } catch (CompileException expected) {
      assertThat(expected.getMessage()).startsWith("catalog error: ");
      return;
    }
    throw new AssertionError("accepted: " + json.substring(0, Math.min(40, json.length())));
  }

  static Stream<String> deepJson() {
    return Stream.of(
        "[".repeat(HUGE),
        "{\"a\":".repeat(HUGE / 5),
        "",
        "null",
        "1",
        "[]",
        "{}",
        "{\"ir_version\":1}",
        "{\"ir_version\":99999999999999999999,\"nodes\":[]}",
        "{\"ir_version\":1,\"interfaces\":[],\"nodes\":[],\"edges\":[]} x");
  }

  private static void assertAnswered(String source) {
    try {
      assertThat(SchemaCompiler.compile(source)).isNotNull();
    } catch (CompileException failure) {
      List<Diagnostic> diagnostics = failure.diagnostics();
      assertThat(diagnostics).hasSizeBetween(1, DiagnosticCollector.LIMIT);
      int bytes = source.getBytes(StandardCharsets.UTF_8).length;
      for (Diagnostic diagnostic : diagnostics) {
        assertThat(diagnostic.message()).matches("(?s)(parse|catalog) error: .+");
        Diagnostic.Span span = diagnostic.span();
        assertThat(span).isNotNull();
        assertThat(span.start()).isBetween(0, bytes);
        assertThat(span.end()).isBetween(span.start() + 1, bytes + 1);
      }
      assertThat(failure.render().length()).isLessThan(4 * HUGE);
    }
  }
}
