package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.Diagnostic.Severity;
import io.omnigraph.model.Diagnostic.Span;
import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaDiagnosticsTest {

  private static CompileException failure(String source) {
    return catchThrowableOfType(CompileException.class, () -> SchemaCompiler.compile(source));
  }

  private static List<String> hints(String source) {
    return failure(source).diagnostics().stream().map(Diagnostic::hint).toList();
  }

  @Test
  void everyProblemOfAFileIsReportedInSourceOrder() {
    CompileException failure =
        failure(
            """
            node Person {
              name: Strin
              age: I32 @indx,
              mail: String? @key
            }
            node City { pop: String  @range(pop, 0..10)  @index(popp) }
            edge LivesIn: Person -> Citi
            edge Knows: Person -> Person { id: I32 }
            nod Other { }
            """);
    assertThat(failure.diagnostics())
        .extracting(d -> d.span().line() + ":" + d.span().column() + " " + d.message())
        .containsExactly(
            "2:9 parse error: unknown property type `Strin`",
            "3:17 parse error: expected a name, `}` or `@`, found `,`",
            "6:33 parse error: @range on City.pop requires a numeric type, got String",
            "6:53 parse error: @index on City references unknown property 'popp'",
            "7:25 catalog error: edge LivesIn references unknown target type: Citi",
            "9:1 parse error: expected `interface`, `node`, `edge` or end of file, found `nod`");
    assertThat(failure.kind()).isEqualTo(Kind.PARSE);
    assertThat(failure).hasMessage("parse error: unknown property type `Strin`");
    assertThat(failure.diagnostics().get(3).hint()).isEqualTo("did you mean `pop`?");
    assertThat(failure.diagnostics().get(4).hint()).isEqualTo("did you mean `City`?");
  }

  @Test
  void theRenderedTextShowsPlaceLineCaretAndHint() {
    assertThat(failure("node A {\n  größe: I32\n\tname: Strng?\n}").render())
        .isEqualTo(
            """
            error: parse error: unexpected character `ö`
             --> 2:5
            2 |   größe: I32
              |     ^
              = hint: names are ASCII letters, digits and `_`
            error: parse error: unknown property type `Strng`
             --> 3:8
            3 | \tname: Strng?
              | \t      ^^^^^
              = hint: did you mean `String`?
            """);
  }

  @Test
  void spansCountBytesAndColumnsCountCodePoints() {
    Diagnostic diagnostic =
        failure("/* 𝄞ä */ node A { x: I64 @unique @unique }").diagnostics().getFirst();
    assertThat(diagnostic)
        .isEqualTo(
            new Diagnostic(
                Severity.ERROR,
                null,
                "parse error: property A.x declares @unique multiple times",
                new Span(37, 44, 1, 34),
                null));
  }

  @Test
  void anErrorAtTheEndOfTheFileHasASpanOfOneByte() {
    assertThat(failure("node A {").diagnostics())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.message())
                  .isEqualTo("parse error: expected a name, `}` or `@`, found end of file");
              assertThat(d.span()).isEqualTo(new Span(8, 9, 1, 9));
              assertThat(d.hint()).isEqualTo("a `}` is missing");
            });
  }

  @Test
  void aMissingBraceIsFoundBeforeTheNextDeclaration() {
    CompileException failure = failure("node A { x: I32\nnode B { y: A }\nedge E: A -> B");
    assertThat(failure.diagnostics())
        .extracting(Diagnostic::message)
        .containsExactly(
            "parse error: expected a name, `}` or `@`, found `node`",
            "parse error: unknown property type `A`");
    assertThat(failure.diagnostics().getFirst().hint())
        .isEqualTo("a `}` is missing before this declaration");
  }

  @Test
  void whatRefersToABrokenDeclarationIsNotReported() {
    assertThat(
            failure(
                    """
                    interface I { p: }
                    node A { x: }
                    node B implements I { @index(p) }
                    edge E: A -> B
                    """)
                .diagnostics())
        .hasSize(2);
  }

  @Test
  void commonMistakesHaveHints() {
    assertThat(hints("# c")).containsExactly("comments begin with `//`");
    assertThat(hints("node A { x: string }")).containsExactly("did you mean `String`?");
    assertThat(hints("node A { x: I32, y: I32 }"))
        .containsExactly("properties stand one after the other, without commas");
    assertThat(hints("node person {}"))
        .containsExactly("type names begin with an upper-case letter");
    assertThat(hints("node A { Name: String }"))
        .containsExactly("property names begin with a lower-case letter or `_`");
    assertThat(hints("nodes A {}")).containsExactly("did you mean `node`?");
    assertThat(hints("node A {} edge E: A -> A @d(x) @card(0..1)"))
        .containsExactly("`@card(min..max)` stands before the annotations of an edge");
    assertThat(hints("interface I {} node A implements I @d {}"))
        .containsExactly("annotations stand before `implements`");
    assertThat(hints("interface I {} node A {} edge E: A -> I"))
        .containsExactly("`I` is an interface; edges join node types");
    assertThat(hints("interface Named {} node A implements Name {}"))
        .containsExactly("did you mean `Named`?");
    assertThat(hints("node A { x: Int }")).containsExactly("integers are `I32` and `I64`");
    assertThat(hints("node A { x: [text] }")).containsExactly("text is `String`");
    assertThat(hints("node A extends B {}")).containsExactly("did you mean `implements`?");
    assertThat(hints("vertex A {}")).containsExactly("did you mean `node`?");
    assertThat(hints("node A { x: I32 = 5 }")).containsExactly("properties have no default values");
    assertThat(hints("node A { x I32 }")).containsExactly("a `:` is missing");
    assertThat(hints("@d node A {}"))
        .containsExactly("annotations stand after the name of the type");
    assertThat(hints("node A {} edge E: A > A")).containsExactly("edges are written `From -> To`");
    assertThat(hints("node A {} edge E: A -> A @card(..2)"))
        .containsExactly("`@card` needs a minimum: `@card(0..max)`");
    assertThat(hints("node A { x: I32 @range(x, -..5) }")).containsOnlyNulls();
    assertThat(hints("node A @key(x) { x: I32 }")).containsExactly("constraints stand in the body");
    assertThat(hints("interface I { x: I32 @key(x) }"))
        .containsExactly("interfaces have no constraints of their own");
    assertThat(hints("node A { x: [Vector(2)] }")).containsExactly("lists hold base types only");
    assertThat(hints("node A { x: I32 @range(x, 0..1) @unique }"))
        .containsExactly(
            "constraints take parentheses; annotations stand directly after their property");
    assertThat(hints("node A { x: I32 @rename_from(Old) }"))
        .containsExactly("put it in double quotes");
  }

  @Test
  void aFloodOfErrorsIsCutButCounted() {
    String source =
        IntStream.range(0, 250)
            .mapToObj(i -> "node N" + i + " { x: Vector(0) }")
            .collect(Collectors.joining("\n"));
    CompileException failure = failure(source);
    assertThat(failure.diagnostics()).hasSize(DiagnosticCollector.LIMIT);
    assertThat(failure.render()).endsWith("... and 150 more errors\n");
  }

  @Test
  void whatCannotBeSeenIsNamedByNumber() {
    assertThat(failure("\uFEFFnode A {}")).hasMessage("parse error: unexpected character U+FEFF");
    assertThat(hints("\uFEFFnode A {}")).containsExactly("save the file without a byte order mark");
    assertThat(failure("node A @d(\"\uD800\") {}"))
        .hasMessage("parse error: string holds an unpaired surrogate");
  }

  @Test
  void aBoundBeyondEveryNumberIsRefused() {
    assertThat(failure("node A { x: F64 @range(x, 1" + "0".repeat(400) + "..) }"))
        .hasMessage("parse error: number is out of range for a bound");
  }
}
