package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Constraint.Bound;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the language accepts and what it means. */
class SchemaRulesTest {

  private static NodeType node(String source) {
    return SchemaCompiler.compile(source).node("A").orElseThrow();
  }

  private static EdgeType edge(String declaration) {
    return SchemaCompiler.compile("node A {} " + declaration).edge("E").orElseThrow();
  }

  @Test
  void aNodeTakesOverThePropertiesOfItsInterfaces() {
    NodeType type = node("interface N { label: String } node A implements N { x: I32? }");
    assertThat(type.properties()).extracting(Property::name).containsExactly("label", "x");
    assertThat(type.interfaces()).containsExactly("N");
  }

  @Test
  void annotationsOfAnInterfaceComeWithItsProperties() {
    NodeType type =
        node(
            """
            interface N { label: String @key @description("d") body: String
              v: Vector(2)? @embed(body) }
            node A implements N { body: String @index }
            """);
    assertThat(type.keyColumns()).containsExactly("label");
    assertThat(type.constraints())
        .containsExactly(
            new Constraint.Index(List.of("body")), new Constraint.Key(List.of("label")));
    assertThat(type.property("v").orElseThrow().embed()).contains(new Property.Embed("body", null));
    assertThat(type.property("label").orElseThrow().annotations())
        .containsExactly(new Annotation("description", "d", Map.of()));
  }

  @Test
  void aPropertyDeclaredInTheNodeKeepsItsOwnAnnotations() {
    NodeType type =
        node("interface N { p: enum(a, b) @unique } node A implements N { p: enum(b, a) }");
    assertThat(type.constraints()).isEmpty();
  }

  @Test
  void aKeyImpliesAnIndex() {
    NodeType type = node("node A { code: String @key n: I32 @index m: I32 @index(n, m) }");
    assertThat(type.constraints()).contains(new Constraint.Key(List.of("code")));
    assertThat(type.indexGroups())
        .containsExactly(List.of("m", "n"), List.of("n"), List.of("code"));
  }

  @Test
  void columnsOfAConstraintFormOneSortedGroup() {
    NodeType type = node("node A { b: I32 a: I32 @unique(b, a) @unique(a, b) @unique(a, a) }");
    assertThat(type.uniqueGroups()).containsExactly(List.of("a"), List.of("a", "b"));
  }

  @Test
  void theKeyIsTheFirstUniqueGroup() {
    NodeType type = node("node A { b: I32 @unique a: I32 @unique z: I32 @key }");
    assertThat(type.uniqueGroups()).containsExactly(List.of("z"), List.of("a"), List.of("b"));
  }

  @Test
  void boundsOfARangeKeepTheirKindAndSide() {
    assertThat(node("node A { t: F64 @range(t, -40.0..60.0) }").constraints())
        .containsExactly(new Constraint.Range("t", new Bound.Float(-40), new Bound.Float(60)));
    assertThat(node("node A { t: I32 @range(t, 5..) }").constraints())
        .containsExactly(new Constraint.Range("t", new Bound.Integer(5), null));
    assertThat(node("node A { t: I32 @range(t, ..5) }").constraints())
        .containsExactly(new Constraint.Range("t", null, new Bound.Integer(5)));
    assertThat(node("node A { t: I32 @range(t,1..5) }").constraints())
        .containsExactly(new Constraint.Range("t", new Bound.Integer(1), new Bound.Integer(5)));
    assertThat(
            node("node A { t: I64 @range(t, -9223372036854775808..9223372036854775808) }")
                .constraints())
        .containsExactly(
            new Constraint.Range("t", new Bound.Integer(Long.MIN_VALUE), new Bound.Float(0x1p63)));
  }

  @Test
  void cardinalityHasOpenLimits() {
    assertThat(edge("edge E: A -> A @card(0..1)"))
        .returns(0L, EdgeType::minCardinality)
        .returns(1L, EdgeType::maxCardinality);
    assertThat(edge("edge E: A -> A @card(1..)"))
        .returns(1L, EdgeType::minCardinality)
        .returns(null, EdgeType::maxCardinality);
    assertThat(edge("edge E: A -> A"))
        .returns(0L, EdgeType::minCardinality)
        .returns(null, EdgeType::maxCardinality);
    assertThat(edge("edge E: A -> A @card(0..4294967295)").maxCardinality()).isEqualTo(4294967295L);
  }

  @Test
  void edgesMayBeUniqueAndIndexedByTheirEnds() {
    assertThat(edge("edge E: A -> A { @unique(src, dst) @index(dst) }").constraints())
        .containsExactly(
            new Constraint.Index(List.of("dst")), new Constraint.Unique(List.of("dst", "src")));
  }

  @Test
  void anEmbeddingNamesItsSourceAndPerhapsItsModel() {
    NodeType type =
        node(
            "node A { t: enum(x) e: Vector(2) @embed(\"t\", model=\"m1\") f: Vector(2) @embed(t)"
                + " }");
    assertThat(type.property("e").orElseThrow().embed()).contains(new Property.Embed("t", "m1"));
    assertThat(type.property("f").orElseThrow().embed()).contains(new Property.Embed("t", null));
    assertThat(type.property("t").orElseThrow().embed()).isEmpty();
  }

  @Test
  void unknownAnnotationsAreKept() {
    NodeType type =
        node(
            "node A @foo @bar(baz) @n(1.5) @b(true) { x: I32 @foo(\"a\\\"b\\\\\\n"
                + "\\r"
                + "\\t\") @foo(2, k=\"v\") }");
    assertThat(type.annotations())
        .extracting(Annotation::name, Annotation::value)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("b", "true"),
            org.assertj.core.groups.Tuple.tuple("bar", "baz"),
            org.assertj.core.groups.Tuple.tuple("foo", null),
            org.assertj.core.groups.Tuple.tuple("n", "1.5"));
    assertThat(type.property("x").orElseThrow().annotations())
        .containsExactly(
            new Annotation("foo", "2", Map.of("k", "v")),
            new Annotation("foo", "a\"b\\\n\r\t", Map.of()));
  }

  @Test
  void stringsMayHoldLineBreaksAndAnyCharacter() {
    assertThat(node("node A @d(\"a\n// 𝄞 /* x\") {}").annotations().getFirst().value())
        .isEqualTo("a\n// 𝄞 /* x");
  }

  @Test
  void everyWordMayBeAName() {
    Catalog catalog =
        SchemaCompiler.compile(
            """
            interface Interface { interface: Bool }
            node Node { node: String edge: I32 implements: I32 enum: enum(enum, node, true, F32)
              card: I32 key: I32 unique: I32 index: I32 range: I32 check: I32 true: I32 false: I32
              @key(key) @unique(unique, index) @range(range, 0..1) }
            node String {} node Vector {} node Date @node(edge) implements Interface {}
            edge Edge: String -> Vector @card(0..1) @card2 { node: Date }
            """);
    assertThat(catalog.nodes().keySet()).containsExactly("Date", "Node", "String", "Vector");
    assertThat(
            catalog.node("Node").orElseThrow().property("enum").orElseThrow().type().enumValues())
        .containsExactly("F32", "enum", "node", "true");
  }

  @Test
  void enumValuesAreBareWordsWithDashesAndLeadingDigits() {
    PropertyType type =
        node("node A { x: enum(small-molecule, 2y, _z, --, -1-a, 12, Zed2_) }")
            .property("x")
            .orElseThrow()
            .type();
    assertThat(type.enumValues())
        .containsExactly("--", "-1-a", "12", "2y", "Zed2_", "_z", "small-molecule");
    assertThat(type.scalar()).isEqualTo(ScalarType.STRING);
  }

  @Test
  void blanksAndCommentsMayStandBetweenAnyTwoTokens() {
    NodeType type =
        node(
            "node/**/A/*x*/@ d // y\n ( x ) { x : // c\r\n [ I32 ] ? p : Vector ( 3 ) ?"
                + " q : I32 @ unique @ range ( q , - 1 .. 2 ) }");
    assertThat(type.properties())
        .extracting(p -> p.name() + ": " + p.type())
        .containsExactly("p: Vector(3)?", "q: I32", "x: [I32]?");
  }

  @Test
  void wordsNeedABoundary() {
    for (String source :
        List.of(
            "nodeA {}",
            "node A { x: I32y: Bool }",
            "node A { x: Vector(3x) }",
            "interfaceA {}",
            "node A implementsB {}")) {
      assertThatThrownBy(() -> SchemaCompiler.compile(source))
          .as(source)
          .isInstanceOf(CompileException.class);
    }
  }

  @Test
  void edgesAreFoundByWordRegardlessOfCase() {
    Catalog catalog = SchemaCompiler.compile("edge Follows: A -> A node A {}");
    assertThat(catalog.edgeByWord("follows")).isPresent();
    assertThat(catalog.edgeByWord("FOLLOWS")).isPresent();
    assertThat(catalog.edgeByWord("follow")).isEmpty();
  }

  @Test
  void aNodeAndAnEdgeMayShareAName() {
    Catalog catalog = SchemaCompiler.compile("node A {} edge A: A -> A");
    assertThat(catalog.types().map(EntityType::tableKey))
        .containsExactly(TableKey.edge("A"), TableKey.node("A"));
  }

  @Test
  void columnsAreTheIdentityAndTheSortedProperties() {
    assertThat(node("node A { b: I32 a: Bool? }").columns())
        .extracting(p -> p.name() + ": " + p.type())
        .containsExactly("id: String", "a: Bool?", "b: I32");
    assertThat(edge("edge E: A -> A { a: Date }").columns())
        .extracting(Property::name)
        .containsExactly("id", "src", "dst", "a");
  }

  @Test
  void checkPatternsAreFoundAnywhere() {
    CheckPattern pattern = CheckPattern.of(new Constraint.Check("x", "[A-Z]{3}-[0-9]+"));
    assertThat(pattern.foundIn("say ABC-12!")).isTrue();
    assertThat(pattern.foundIn("abc-12")).isFalse();
    assertThat(CheckPattern.problem("[]a]{1000}[^]b{1}]x{2,3}(?i:y){10}")).isEmpty();
    assertThat(CheckPattern.problem("a{,5}{b}{")).isEmpty();
    assertThat(CheckPattern.problem("(((a{9}){9}){9}){9}){9}")).isPresent();
    assertThat(CheckPattern.problem("((a|[)]){1000}){11}")).isPresent();
    assertThat(CheckPattern.problem("(\\Q(\\E{900}){900}")).isPresent();
    assertThat(CheckPattern.problem("{(b{1000}){1000}")).isPresent();
    assertThat(CheckPattern.problem("a".repeat(1001))).isPresent();
  }

  @Test
  void equalNumbersOfTwoPropertiesAreRefused() {
    var names = new HashMap<Long, String>();
    String one = null;
    String other = null;
    for (int i = 0; one == null; i++) {
      String name = "p" + Integer.toString(i, 36);
      other = name;
      one = names.put(TypeIds.propertyId("node", "A", name), name);
    }
    String source = "node A { %s: I32 %s: I32 }".formatted(one, other);
    assertThatThrownBy(() -> SchemaCompiler.compile(source))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            "catalog error: property id collision: 'node:A:%s' and 'node:A:%s' both hash to %d",
            minimum(one, other), maximum(one, other), TypeIds.propertyId("node", "A", one));
  }

  private static String minimum(String a, String b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static String maximum(String a, String b) {
    return a.compareTo(b) < 0 ? b : a;
  }
}
