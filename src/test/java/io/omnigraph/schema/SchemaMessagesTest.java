package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of the schema language, each from a schema that has no other fault. */
class SchemaMessagesTest {

  private static Arguments parse(String source, String... messages) {
    return arguments(source, Stream.of(messages).map("parse error: "::concat).toList());
  }

  private static Arguments catalog(String source, String... messages) {
    return arguments(source, Stream.of(messages).map("catalog error: "::concat).toList());
  }

  static Stream<Arguments> types() {
    return Stream.of(
        parse("node A { x: [Blob] }", "list of Blob is not supported"),
        parse("node A { x: Vector(0) }", "Vector dimension must be greater than zero"),
        parse(
            "node A { x: Vector(2147483648) }",
            "Vector dimension 2147483648 exceeds maximum supported 2147483647"),
        parse("node A { x: enum(b, a, b) }", "enum type cannot include duplicate values"),
        parse("node A { x: enum() }", "expected an enum value, found `)`"),
        parse("node A { x: enum(a b) }", "expected `,` or `)` after an enum value"),
        parse("node A { x: [enum(a)] }", "expected a base type, found `enum`"),
        parse("node A { x: [Vector(3)] }", "expected a base type, found `Vector`"),
        parse("node A { x: [String?] }", "expected `]`, found `?`"),
        parse("node A { x: Strin }", "unknown property type `Strin`"),
        parse("node A { x: I32 @d(\"a\\q\") }", "unsupported escape sequence: \\q"),
        parse("node A { x: I32 @d(\"\\u0041\") }", "unsupported escape sequence: \\u"));
  }

  static Stream<Arguments> propertyAnnotations() {
    return Stream.of(
        parse("node A { x: [String] @key }", "@key is not supported on list property A.x"),
        parse("node A { x: [String] @unique }", "@unique is not supported on list property A.x"),
        parse("node A { x: [String] @index }", "@index is not supported on list property A.x"),
        parse(
            "node A { s: String x: [F32] @embed(s) }",
            "@embed is not supported on list property A.x"),
        parse("node A { x: Vector(2) @key }", "@key is not supported on vector property A.x"),
        parse("node A { x: Vector(2) @unique }", "@unique is not supported on vector property A.x"),
        parse("node A { x: Blob @key }", "@key is not supported on blob property A.x"),
        parse("node A { x: Blob @unique }", "@unique is not supported on blob property A.x"),
        parse("node A { x: Blob @index }", "@index is not supported on blob property A.x"),
        parse(
            "node A { s: String x: Blob @embed(s) }",
            "@embed is not supported on blob property A.x"),
        parse(
            "node A { x: I32 @instruction(\"i\") }",
            "@instruction is only supported on node and edge types (property A.x)"),
        parse(
            "node A {} edge E: A -> A { x: I32 @key }",
            "@key is not supported on edge properties (edge E.x)"),
        parse(
            "node A {} edge E: A -> A { s: String x: Vector(2) @embed(s) }",
            "@embed is not supported on edge properties (edge E.x)"),
        parse("node A { x: I32 @key @key }", "property A.x declares @key multiple times"),
        parse("node A { x: I32 @unique @unique }", "property A.x declares @unique multiple times"),
        parse("node A { x: I32 @index @index }", "property A.x declares @index multiple times"),
        parse(
            "node A { s: String x: Vector(2) @embed(s) @embed(s) }",
            "property A.x declares @embed multiple times"),
        parse(
            "node A { s: String x: String @embed(s) }",
            "@embed is only supported on vector properties (A.x)"),
        parse("node A { x: Vector(2) @embed }", "@embed on A.x requires a source property name"),
        parse(
            "node A { x: Vector(2) @embed(\" \") }",
            "@embed on A.x requires a non-empty source property name"),
        parse(
            "node A { x: Vector(2) @embed(q) }",
            "@embed on A.x references unknown source property q"),
        parse(
            "node A { q: I32 x: Vector(2) @embed(q) }",
            "@embed source property A.q must be String"),
        parse(
            "node A { q: [String] x: Vector(2) @embed(q) }",
            "@embed source property A.q must be String"),
        parse(
            "node A { q: String x: Vector(2) @embed(q, size=\"3\") }",
            "@embed on A.x has unknown argument 'size=' (only 'model' is supported)"),
        parse(
            "node A { q: String x: Vector(2) @embed(q, model=\"a\", model=\"b\") }",
            "@embed repeats argument 'model='"),
        parse(
            "node A { x: I32 @description(\"a\") @description(\"b\") }",
            "property A.x declares @description multiple times"),
        parse(
            "node A { x: I32 @description(\" \") }",
            "@description on property A.x requires a non-empty value"),
        parse(
            "node A { x: I32 @description }",
            "@description on property A.x requires a non-empty value"),
        parse(
            "node A { x: I32 @rename_from(\"a\") @rename_from(\"b\") }",
            "property A.x declares @rename_from multiple times"),
        parse(
            "node A { x: I32 @rename_from }",
            "@rename_from on property A.x requires exactly one non-empty positional value"),
        parse(
            "node A { x: I32 @rename_from(\"\") }",
            "@rename_from on property A.x requires exactly one non-empty positional value"),
        parse(
            "node A { x: I32 @rename_from(\"a\", b=\"c\") }",
            "@rename_from on property A.x does not accept keyword arguments"),
        parse(
            "node A { x: I32 @range }",
            "@range requires property name and bounds: @range(prop, min..max)"),
        parse(
            "node A { x: String @check }",
            "@check requires property name and pattern: @check(prop, \"regex\")"));
  }

  static Stream<Arguments> typeAnnotations() {
    return Stream.of(
        parse(
            "node A @key {}",
            "@key is only supported on node properties or as body constraint (node A)"),
        parse(
            "node A @unique {}",
            "@unique is only supported on node properties or as body constraint (node A)"),
        parse(
            "node A @index {}",
            "@index is only supported on node properties or as body constraint (node A)"),
        parse(
            "node A @embed {}",
            "@embed is only supported on node properties or as body constraint (node A)"),
        parse("node A {} edge E: A -> A @key", "@key is not supported on edges (edge E)"),
        parse("node A {} edge E: A -> A @unique", "@unique is not supported on edges (edge E)"),
        parse("node A {} edge E: A -> A @index", "@index is not supported on edges (edge E)"),
        parse("node A {} edge E: A -> A @embed", "@embed is not supported on edges (edge E)"),
        parse(
            "node A @description(\"a\") @description(\"b\") {}",
            "node A declares @description multiple times"),
        parse(
            "node A {} edge E: A -> A @instruction(\"a\") @instruction(\"b\")",
            "edge E declares @instruction multiple times"),
        parse("node A @description(\"\") {}", "@description on node A requires a non-empty value"),
        parse(
            "node A {} edge E: A -> A @instruction(\"\\n\")",
            "@instruction on edge E requires a non-empty value"),
        parse(
            "node A @rename_from(\"B\") @rename_from(\"C\") {}",
            "node A declares @rename_from multiple times"),
        parse(
            "node A @rename_from {}",
            "@rename_from on node A requires exactly one non-empty positional value"),
        parse(
            "node A {} edge E: A -> A @rename_from(\"B\", c=1)",
            "@rename_from on edge E does not accept keyword arguments"),
        parse(
            "node A @card(5) {}",
            "@card requires bounds and stands on an edge before its annotations: @card(min..max)"));
  }

  static Stream<Arguments> constraints() {
    return Stream.of(
        parse(
            "node A { x: I32 y: I32 @key(x) @key(y) }",
            "node type A has multiple @key constraints; only one is supported"),
        parse(
            "node A { x: I32 @key y: I32 @key }",
            "node type A has multiple @key constraints; only one is supported"),
        parse(
            "node A { x: I32 @key @key(x) }",
            "node type A has multiple @key constraints; only one is supported"),
        parse("node A { @key(p) }", "@key on A references unknown property 'p'"),
        parse("node A { x: I32? @key }", "@key property A.x cannot be nullable"),
        parse("node A { x: I32? @key(x) }", "@key property A.x cannot be nullable"),
        parse("node A { x: [I32] @key(x) }", "@key is not supported on list property A.x"),
        parse("node A { x: Vector(2) @key(x) }", "@key is not supported on vector property A.x"),
        parse("node A { x: Blob @key(x) }", "@key is not supported on blob property A.x"),
        parse(
            "node A {} edge E: A -> A { x: I32 @key(x) }",
            "@key constraint is not supported on edges (edge E)"),
        parse("node A { @unique(p) }", "@unique on A references unknown property 'p'"),
        parse("node A { @unique(src) }", "@unique on A references unknown property 'src'"),
        parse(
            "node A {} edge E: A -> A { @unique(src, p) }",
            "@unique on E references unknown property 'p'"),
        parse("node A { x: Blob @unique(x) }", "@unique is not supported on blob property A.x"),
        parse("node A { @index(p) }", "@index on A references unknown property 'p'"),
        parse("node A { x: Blob @index(x) }", "@index is not supported on blob property A.x"),
        parse(
            "node A {} edge E: A -> A { x: I32 @range(x, 0..1) }",
            "@range constraint is not supported on edges (edge E)"),
        parse("node A { @range(p, 0..1) }", "@range on A references unknown property 'p'"),
        parse(
            "node A { x: String @range(x, 0..1) }",
            "@range on A.x requires a numeric type, got String"),
        parse(
            "node A { x: [I32]? @range(x, 0..1) }",
            "@range on A.x requires a numeric type, got [I32]?"),
        parse("node A { x: I32 @range(x, 2..1) }", "@range on x has min (2) greater than max (1)"),
        parse(
            "node A {} edge E: A -> A { x: String @check(x, \"a\") }",
            "@check constraint is not supported on edges (edge E)"),
        parse("node A { @check(p, \"a\") }", "@check on A references unknown property 'p'"),
        parse("node A { x: I32 @check(x, \"a\") }", "@check on A.x requires String type, got I32"),
        parse(
            "node A { x: String @check(x, \"(a\") }",
            "@check on A.x has invalid regex '(a': missing closing ): `(a`"),
        parse(
            "node A { x: String @check(x, \"(?=a)\") }",
            "@check on A.x has invalid regex '(?=a)': invalid or unsupported Perl syntax: `(?=`"),
        parse(
            "node A { x: String @check(x, \"(a{1000}){1000}\") }",
            "@check on A.x has invalid regex '(a{1000}){1000}': repetitions unfold to more than"
                + " 10000 steps"),
        parse("node A {} edge E: A -> A @card(3..2)", "cardinality min (3) exceeds max (2)"),
        parse(
            "node A {} edge E: A -> A @card(0..4294967296)",
            "cardinality limit 4294967296 exceeds maximum supported 4294967295"),
        parse("node A { @key() }", "@key constraint requires at least one property name"),
        parse("node A { @unique() }", "@unique constraint requires at least one property name"),
        parse("node A { @index() }", "@index constraint requires at least one property name"),
        parse("node A { @unique(\"x\") }", "expected property name in constraint"),
        parse("node A { @range(0..1, 0..1) }", "expected property name in constraint"),
        parse("node A { x: String @check(x, y) }", "expected string argument in constraint"),
        parse("node A { x: String @check(x, 5) }", "expected string argument in constraint"),
        parse(
            "node A { x: I32 @range(x, 5) }",
            "expected range bounds (min..max) in @range constraint"),
        parse(
            "node A { age: I32 @range(0..5) }",
            "@range requires property name and bounds: @range(prop, min..max)"),
        parse(
            "node A { x: String @check(x) }",
            "@check requires property name and pattern: @check(prop, \"regex\")"),
        parse(
            "node A { x: F64 @range(x, 1" + "0".repeat(400) + "..) }",
            "number is out of range for a bound"));
  }

  static Stream<Arguments> names() {
    return Stream.of(
        parse("node A implements Ghost {}", "node A implements unknown interface 'Ghost'"),
        parse(
            "interface I { t: String } node A implements I { t: I32 }",
            "node A property 't' has type I32 but interface I declares it as String"),
        parse(
            "interface I { t: String } interface J { t: String? } node A implements I, J {}",
            "node A property 't' has type String but interface J declares it as String?"),
        parse(
            "interface I { t: String? @key } node A implements I {}",
            "@key property A.t cannot be nullable"),
        catalog("node A {} node A {}", "duplicate node type: A"),
        catalog("node A {} edge E: A -> A edge E: A -> A", "duplicate edge type: E"),
        catalog("interface I {} interface I {}", "duplicate interface: I"),
        catalog("node A {} edge E: B -> A", "edge E references unknown source type: B"),
        catalog("node A {} edge E: A -> B", "edge E references unknown target type: B"),
        catalog(
            "node A {} edge Follows: A -> A edge FOLLOWS: A -> A",
            "edge name collision after case folding: 'Follows' conflicts with 'FOLLOWS'"),
        catalog("node A { x: I32 x: I32 }", "duplicate property: x in node A"),
        catalog("interface I { x: I32 x: I32 }", "duplicate property: x in interface I"),
        catalog(
            "node A { aB: I32 ab: I32 }",
            "property name collision after case folding: 'aB' conflicts with 'ab' in node A"),
        catalog(
            "interface I { ab: I32 } node A implements I { aB: I32 }",
            "property name collision after case folding: 'aB' conflicts with 'ab' in node A"),
        catalog(
            "node A { id: String }",
            "property name 'id' is reserved for row identity; rename it in node A"),
        catalog(
            "node A { iD: String }",
            "property name 'iD' is reserved for row identity; rename it in node A"),
        catalog(
            "interface I { id: String }",
            "property name 'id' is reserved for row identity; rename it in interface I"),
        catalog(
            "node A {} edge E: A -> A { id: I32 src: I32 dst: I32 from: I32 to: I32 }",
            Stream.of("id", "src", "dst", "from", "to")
                .map(
                    name ->
                        "property name '"
                            + name
                            + "' is reserved for row identity; rename it in edge E")
                .toArray(String[]::new)),
        catalog(
            "node A { _rowid: I32 _rowaddr: I32 _rowoffset: I32 _row_created_at_version: I32"
                + " _row_last_updated_at_version: I32 }",
            Stream.of(
                    "_rowid",
                    "_rowaddr",
                    "_rowoffset",
                    "_row_created_at_version",
                    "_row_last_updated_at_version")
                .map(
                    name ->
                        "property name '"
                            + name
                            + "' is reserved for a virtual storage system column; rename property "
                            + name
                            + " of node A")
                .toArray(String[]::new)));
  }

  static Stream<Arguments> syntax() {
    return Stream.of(
        parse("# node A {}", "unexpected character `#`"),
        parse("node A { x: I32, y: I32 }", "expected a name, `}` or `@`, found `,`"),
        parse("node A", "expected `implements`, `{` or `@`, found end of file"),
        parse("nodeA {}", "expected `interface`, `node` or `edge`, found `nodeA`"),
        parse("interface I @d {}", "expected `{`, found `@`"),
        parse("interface I { @key(x) }", "expected a name or `}`, found `@`"),
        parse("interface I {} node A implements I @d {}", "expected `{` or `,`, found `@`"),
        parse("node A {} edge E: A -> A @d @card(0..1)", "expected `)` or `,`, found `..`"),
        parse("node A { X: I32 }", "expected a name, `}` or `@`, found `X`"),
        parse("node a {}", "expected a type name, found `a`"),
        parse("node A { x: I32 @d('a') }", "unexpected character `'`"),
        parse("node A { x: I32 @d(\"a) }", "this string is not closed"),
        parse("node A {} /* c", "this comment is not closed"),
        parse("node A { x: I32 @d(-1) }", "expected a name, a number or a string, found `-`"),
        parse("node A { x: I32 @d() }", "expected a name, a number or a string, found `)`"),
        parse("node A { x: I32 @range(x, 1...5) }", "unexpected character `.`"),
        parse("node A { x: F64 @range(x, 1.) }", "unexpected character `.`"),
        parse("\uFEFFnode A {}", "unexpected character U+FEFF"),
        parse("node Ä {}", "unexpected character `Ä`"));
  }

  @ParameterizedTest
  @MethodSource({
    "types",
    "propertyAnnotations",
    "typeAnnotations",
    "constraints",
    "names",
    "syntax"
  })
  void theFaultIsReportedWithItsExactTextAndNothingElse(String source, List<String> messages) {
    CompileException failure =
        catchThrowableOfType(CompileException.class, () -> SchemaCompiler.compile(source));
    assertThat(failure).as(source).isNotNull();
    assertThat(failure.diagnostics()).extracting(Diagnostic::message).isEqualTo(messages);
    assertThat(failure).hasMessage(messages.getFirst());
    assertThat(failure.diagnostics()).allSatisfy(d -> assertThat(d.span()).isNotNull());
  }
}
