package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.omnigraph.model.TableKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationPlannerTest {

  private static final String G =
      """
      node Member { handle: String @key  years: I32? }
      node Guild { title: String @key }
      edge Follows: Member -> Member { since: Date? }
      edge JoinedGuild: Member -> Guild
      """;

  private static MigrationPlan plan(String accepted, String desired) {
    return MigrationPlanner.plan(
        SchemaCompiler.compile(accepted), SchemaCompiler.compile(desired), false);
  }

  private static List<String> lines(MigrationPlan plan) {
    return plan.steps().stream().map(MigrationStep::describe).toList();
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("no change", "node A { x: I32 }", "node A { x: I32 }", List.of()),
        arguments(
            "types are added, edges after nodes",
            "",
            "edge E: B -> A node B {} interface I { p: Bool } node A {}",
            List.of("add interface I", "add node A", "add node B", "add edge E")),
        arguments(
            "an interface cannot be removed",
            "interface I { p: Bool }",
            "",
            List.of("removing interface 'I' is not supported in schema migration v1")),
        arguments(
            "a renamed node takes its edges along",
            "node A {} edge E: A -> A",
            "node B @rename_from(\"A\") {} edge E: B -> B",
            List.of("rename node A to B")),
        arguments(
            "a renamed edge keeps its rows",
            "node A {} edge E: A -> A",
            "node A {} edge F: A -> A @rename_from(\"E\")",
            List.of("rename edge E to F")),
        arguments(
            "a rename of nothing is refused",
            "node A { x: I32 } edge E: A -> A",
            """
            node A { x: I32 y: I32? @rename_from("z") } node B @rename_from("C") {}
            edge E: A -> A edge F: A -> A @rename_from("G")
            """,
            List.of(
                "property 'A.y' declares @rename_from(\"z\") but no accepted property with that"
                    + " name exists",
                "node 'B' declares @rename_from(\"C\") but no accepted node with that name exists",
                "edge 'F' declares @rename_from(\"G\") but no accepted edge with that name"
                    + " exists")),
        arguments(
            "a rename of something that stays is refused",
            "node A {}",
            "node A {} node B @rename_from(\"A\") {}",
            List.of("node 'B' declares @rename_from(\"A\") but 'A' is kept by the desired schema")),
        arguments(
            "two renames of the same thing are refused",
            "node A {}",
            "node B @rename_from(\"A\") {} node C @rename_from(\"A\") {}",
            List.of(
                "rename node A to B",
                "node 'C' declares @rename_from(\"A\") but it is already renamed to 'B'")),
        arguments(
            "a leftover rename is inert",
            "node B @rename_from(\"A\") { y: I32 @rename_from(x) }",
            "node B { y: I32 }",
            List.of()),
        arguments(
            "a nullable property is added",
            "node A {}",
            "node A { x: [String]? }",
            List.of("add property node A.x: [String]?")),
        arguments(
            "a required property is refused",
            "node A {}",
            "node A { x: I32 }",
            List.of(
                "[OG-MF-103] adding required property 'A.x' requires a backfill and is not"
                    + " supported in schema migration v1")),
        arguments(
            "constraints follow a renamed property",
            "node A { x: String @key n: I32? @unique(n, x) @check(x, \"a\") @range(n, 0..1) }",
            """
            node A { z: String @key @rename_from("x") m: I32? @rename_from("n")
              @unique(m, z) @check(z, "a") @range(m, 0..1) }
            """,
            List.of("rename property node A.n to m", "rename property node A.x to z")),
        arguments(
            "an embedding follows its renamed source",
            "node A { t: String v: Vector(2)? @embed(t, model=\"m\") }",
            "node A { s: String @rename_from(t) v: Vector(2)? @embed(s, model=\"m\") }",
            List.of("rename property node A.t to s")),
        arguments(
            "a rename that reorders a composite key is refused",
            "node A { b: String c: I32 @key(b, c) }",
            "node A { d: String @rename_from(b) c: I32 @key(c, d) }",
            List.of(
                "rename property node A.b to d",
                "renaming 'A.b' would change the composite @key order")),
        arguments(
            "a rename that keeps the order of a composite key is fine",
            "node A { b: String c: I32 @key(b, c) }",
            "node A { a: String @rename_from(b) c: I32 @key(a, c) }",
            List.of("rename property node A.b to a")),
        arguments("a wider number is a type change", "I32", "I64", typeChange()),
        arguments("a list is a type change", "I32", "[I32]", typeChange()),
        arguments("more nullable is a type change", "I32", "I32?", typeChange()),
        arguments("less nullable is a type change", "I32?", "I32", typeChange()),
        arguments("a narrower enum is a type change", "enum(a, b)", "enum(a)", typeChange()),
        arguments("a renamed enum value is a type change", "enum(a)", "enum(b)", typeChange()),
        arguments("an enum is not a String", "enum(a)", "String", typeChange()),
        arguments("a String is not an enum", "String", "enum(a)", typeChange()),
        arguments("a wider nullable enum is two changes", "enum(a)", "enum(a, b)?", typeChange()),
        arguments("another dimension is a type change", "Vector(2)", "Vector(3)", typeChange()),
        arguments("a reordered enum is no change", "enum(a, b)", "enum(b, a)", List.of()),
        arguments(
            "an enum is extended",
            "enum(b)?",
            "enum(c, b, a)?",
            List.of("extend enum node A.x by a, c")),
        arguments(
            "an index is added",
            "node A { x: I32 }",
            "node A { x: I32 @index }",
            List.of("add constraint index:x to node A")),
        arguments(
            "other constraints are not added",
            "node A { x: I32 y: String } edge E: A -> A",
            """
            node A { x: I32 @unique y: String @key @range(x, 0..1.5) @check(y, "p") }
            edge E: A -> A { @unique(src, dst) }
            """,
            List.of(
                adding("check:y:p", "A"),
                adding("key:y", "A"),
                adding("range:x:0:1.5", "A"),
                adding("unique:x", "A"),
                adding("unique:dst,src", "E"))),
        arguments(
            "constraints are not removed",
            "node A { x: I32? @index @unique }",
            "node A { x: I32? }",
            List.of("removing constraints from 'A' is not supported in schema migration v1")),
        arguments(
            "an indexed property is not dropped",
            "node A { x: I32? @index }",
            "node A {}",
            List.of(
                "drop property node A.x (soft)",
                "removing constraints from 'A' is not supported in schema migration v1")),
        arguments(
            "structure is fixed",
            "interface I {} node A implements I {} node B {} edge E: A -> B edge F: A -> B"
                + " @card(0..1)",
            "interface I {} node A {} node B {} edge E: B -> B edge F: A -> B @card(0..2)",
            List.of(
                "changing implemented interfaces on node 'A' is not supported in schema migration"
                    + " v1",
                "changing edge endpoints on 'E' is not supported in schema migration v1",
                "changing cardinality on edge 'F' is not supported in schema migration v1")),
        arguments(
            "descriptions change freely",
            "node A @description(\"a\") { x: I32 } edge E: A -> A",
            "node A @description(\"b\") { x: I32 @description(\"c\") } edge E: A -> A"
                + " @instruction(\"d\")",
            List.of(
                "update metadata of node A",
                "update metadata of property node A.x",
                "update metadata of edge E")),
        arguments(
            "other annotations do not",
            "node A @owner(a) { t: String v: Vector(2)? @embed(t) }",
            "node A @owner(b) { t: String v: Vector(2)? @embed(t, model=\"m\") }",
            List.of(
                "changing annotations beyond @description/@instruction on 'A' is not supported in"
                    + " schema migration v1",
                "changing annotations beyond @description/@instruction on 'A.v' is not supported in"
                    + " schema migration v1")),
        arguments(
            "drops of a kind come last",
            "node A { p: I32? q: I32? } node B {} node C {} edge E: B -> C",
            "node A { p: I32? } node D {}",
            List.of(
                "drop property node A.q (soft)",
                "add node D",
                "drop node B (soft)",
                "drop node C (soft)",
                "drop edge E (soft)")),
        arguments(
            "an interface gains a required property that its nodes have already",
            "interface I { p: I32 } node A implements I { q: Bool }",
            "interface I { p: I32 q: Bool } node A implements I { q: Bool }",
            List.of("add property interface I.q: Bool")),
        arguments(
            "an interface gains an index, and so do its nodes",
            "interface I { p: I32 } node A implements I {}",
            "interface I { p: I32 @index } node A implements I {}",
            List.of(
                "update metadata of property interface I.p", "add constraint index:p to node A")));
  }

  private static List<String> typeChange() {
    return List.of(
        "[OG-MF-106] changing property type for 'A.x' is not supported in schema migration v1");
  }

  private static String adding(String constraint, String type) {
    return "adding constraint '"
        + constraint
        + "' to '"
        + type
        + "' is not supported in schema migration v1";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void everyKindOfChangeHasItsSteps(
      String sentence, String accepted, String desired, List<String> steps) {
    assertThat(lines(plan(schema(accepted), schema(desired)))).isEqualTo(steps);
  }

  /** A bare property type stands for a node with one property of that type. */
  private static String schema(String text) {
    boolean bareType = !text.isEmpty() && !text.contains("{");
    return bareType ? "node A { x: " + text + " }" : text;
  }

  @Test
  void addingAPropertyAndAnIndexIsSupportedAndAdditive() {
    MigrationPlan plan = plan(G, G.replace("years: I32?", "years: I32? @index nick: String?"));
    assertThat(plan.supported()).isTrue();
    assertThat(plan.isAdditive()).isTrue();
    assertThat(plan.toJson())
        .hasToString(
            """
            {"supported":true,"steps":[\
            {"kind":"add_property","type_kind":"node","type_name":"Member","property_name":"nick",\
            "property_type":{"scalar":"String","nullable":true,"list":false,"enum_values":null}},\
            {"kind":"add_constraint","type_kind":"node","type_name":"Member",\
            "constraint":{"Index":["years"]}}]}\
            """);
  }

  @Test
  void renamingATypeAndAPropertyIsSupportedButNotAdditive() {
    MigrationPlan plan =
        plan(
            G,
            G.replace(
                    "node Member { handle: String @key",
                    "node Person2 @rename_from(\"Member\") { tag: String @key"
                        + " @rename_from(\"handle\")")
                .replace("Member ->", "Person2 ->")
                .replace("-> Member", "-> Person2"));
    assertThat(lines(plan))
        .containsExactly(
            "rename node Member to Person2", "rename property node Person2.handle to tag");
    assertThat(plan.supported()).isTrue();
    assertThat(plan.isAdditive()).isFalse();
    assertThat(plan.toJson())
        .hasToString(
            """
            {"supported":true,"steps":[\
            {"kind":"rename_type","type_kind":"node","from":"Member","to":"Person2"},\
            {"kind":"rename_property","type_kind":"node","type_name":"Person2","from":"handle",\
            "to":"tag"}]}\
            """);
  }

  @Test
  void removedPropertiesAndTypesAreDroppedSoftly() {
    MigrationPlan plan =
        plan(
            G,
            "node Member { handle: String @key } edge Follows: Member -> Member { since: Date? }");
    assertThat(plan.supported()).isTrue();
    assertThat(plan.toJson())
        .hasToString(
            """
            {"supported":true,"steps":[\
            {"kind":"drop_property","type_kind":"node","type_name":"Member",\
            "property_name":"years","mode":"soft"},\
            {"kind":"drop_type","type_kind":"node","name":"Guild","mode":"soft"},\
            {"kind":"drop_type","type_kind":"edge","name":"JoinedGuild","mode":"soft"}]}\
            """);
  }

  @Test
  void allowingDataLossMakesEveryDropHard() {
    MigrationPlan plan =
        MigrationPlanner.plan(
            SchemaCompiler.compile("node A { x: I32? } node B {}"),
            SchemaCompiler.compile("node A {}"),
            true);
    assertThat(lines(plan)).containsExactly("drop property node A.x (hard)", "drop node B (hard)");
  }

  @Test
  void unsupportedChangesCarryTheirCode() {
    MigrationPlan plan = plan("node A { x: I32 }", "node A { x: I64 y: Bool }");
    assertThat(plan.supported()).isFalse();
    assertThat(plan.firstUnsupported().orElseThrow().code()).isEqualTo(MigrationCode.MF_106);
    assertThat(plan.toJson())
        .hasToString(
            """
            {"supported":false,"steps":[\
            {"kind":"unsupported_change","entity":"node:A.x","reason":\
            "changing property type for 'A.x' is not supported in schema migration v1",\
            "code":"OG-MF-106"},\
            {"kind":"unsupported_change","entity":"node:A.y","reason":"adding required property\
             'A.y' requires a backfill and is not supported in schema migration v1",\
            "code":"OG-MF-103"}]}\
            """);
  }

  @Test
  void metadataStepsCarryTheDesiredAnnotations() {
    assertThat(
            plan(
                    "node A { x: enum(a) }",
                    "node A @description(\"d\") { x: enum(a, b) @description(\"e\") }")
                .toJson())
        .hasToString(
            """
            {"supported":true,"steps":[\
            {"kind":"update_type_metadata","type_kind":"node","name":"A",\
            "annotations":[{"name":"description","value":"d"}]},\
            {"kind":"extend_enum","type_kind":"node","type_name":"A","property_name":"x",\
            "added_values":["b"]},\
            {"kind":"update_property_metadata","type_kind":"node","type_name":"A",\
            "property_name":"x","annotations":[{"name":"description","value":"e"}]}]}\
            """);
  }

  @Test
  void everyStepSaysWhatItCosts() {
    MigrationPlan plan =
        plan(
            "node A { x: I32? y: I32? } node B {} edge E: A -> A",
            """
            node A2 @rename_from("A") { z: I32? @rename_from(x) @index n: Bool? } node C {}
            interface I {} edge E: A2 -> A2 @description("d")
            """);
    List<DataWork> work = plan.dataWork(Map.of(TableKey.node("A"), 12L));
    assertThat(work).hasSameSizeAs(plan.steps());
    assertThat(work.stream().map(DataWork::describe))
        .containsExactly(
            "none",
            "new dataset of node:A (12 rows)",
            "add column of node:A (0 rows)",
            "rewrite rows of node:A (12 rows)",
            "rewrite rows of node:A (12 rows)",
            "none",
            "new dataset of node:C (0 rows)",
            "retire dataset of node:B (0 rows)",
            "none");
    assertThat(plan.dataWork(Map.of()).get(1).describe())
        .isEqualTo("new dataset of node:A (unknown number of rows)");
  }

  @Test
  void everyCodeIsClassified() {
    assertThat(MigrationCode.values())
        .allSatisfy(code -> assertThat(code.text()).matches("OG-(DS|MF)-10[1-6]"))
        .extracting(MigrationCode::text)
        .doesNotHaveDuplicates();
    assertThat(MigrationCode.DS_104.tier()).isEqualTo(MigrationCode.Tier.DESTRUCTIVE);
  }
}
