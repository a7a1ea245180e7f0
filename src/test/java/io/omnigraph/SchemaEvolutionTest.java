package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.PolicyDeniedException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Applying schemas: what happens to rows, to the past, to and to branches. */
class SchemaEvolutionTest extends SchemaChanges {

  @Test
  void what_is_added_is_there_at_once_and_rows_and_the_past_stay() {
    OmniGraph graph = graphs.init(root);
    TestGraphs.addPerson(graph, "main", "Ada", 36);
    ReadTarget before = head(graph);
    String wider =
        TestGraphs.SCHEMA.replace("age: I32?", "age: I32? @index\n nick: String?")
            + "node Pet { tag: String @key }\nedge Owns: Person -> Pet { since: Date? }";

    SchemaApplied applied = apply(graph, wider);

    assertThat(applied.applied()).isTrue();
    assertThat(Objects.requireNonNull(applied.commit()).kind()).isEqualTo(CommitKind.SCHEMA_APPLY);
    assertThat(applied.commit().schemaHash()).isEqualTo(graph.catalog().hash());
    assertThat(applied.manifestVersion())
        .isEqualTo(graph.snapshot(ReadTarget.MAIN).manifestVersion());
    TestGraphs.mutate(
        graph,
        "main",
        """
        query q() {
          insert Person { name: "Eve" nick: "e" }
          insert Pet { tag: "rex" }
          insert Owns { from: "Eve", to: "rex" since: date("2024-01-01") }
        }
        """,
        Map.of());
    String nicks =
        "query q() { match { $p: Person } return { $p.name, $p.nick } order { $p.name } }";
    assertThat(rows(graph, nicks).toString())
        .isEqualTo("[{p.name=Ada, p.nick=null}, {p.name=Eve, p.nick=e}]");
    assertThat(
            rows(graph, "query q() { match { $p: Person $p owns $x } return { $p.name, $x.tag } }"))
        .hasSize(1);
    assertThatThrownBy(() -> rows(graph, before, nicks))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("no property `nick`");
    assertThat(rows(graph, before, PEOPLE)).hasSize(1);
  }

  @Test
  void the_same_schema_or_one_that_differs_in_nothing_that_matters_makes_no_commit() {
    OmniGraph graph = graphs.init(root);
    CommitId head = graph.snapshot(ReadTarget.MAIN).head();
    assertThat(apply(graph, TestGraphs.SCHEMA).applied()).isFalse();
    assertThat(apply(graph, "// other words\n" + TestGraphs.SCHEMA).applied()).isFalse();
    assertThat(graph.snapshot(ReadTarget.MAIN).head()).isEqualTo(head);
  }

  @Test
  void names_change_and_values_of_every_type_stay() {
    OmniGraph graph =
        graph(
            """
            node Doc {
              slug: String @key
              body: Blob?
              tags: [String]?
              v: Vector(2)?
              day: Date?
              kind: enum(a, b)?
              n: U64?
            }
            edge Cites: Doc -> Doc { weight: F64? }
            """);
    load(
        graph,
        "{\"type\":\"Doc\",\"data\":{\"slug\":\"x\",\"body\":\"base64:SGVsbG8=\",\"tags\":[\"t\",\"u\"],"
            + "\"v\":[1,2],\"day\":\"2024-02-29\",\"kind\":\"b\",\"n\":7}}",
        "{\"type\":\"Doc\",\"data\":{\"slug\":\"y\"}}",
        "{\"edge\":\"Cites\",\"from\":\"x\",\"to\":\"y\",\"data\":{\"weight\":0.5}}");
    ReadTarget before = head(graph);
    String old = export(graph, before);

    apply(
        graph,
        """
        node Paper @rename_from("Doc") {
          id_word: String @key @rename_from("slug")
          content: Blob? @rename_from("body")
          words: [String]? @rename_from("tags")
          z: Vector(2)? @rename_from("v")
          at: Date? @rename_from("day")
          kind: enum(a, b, c)?
          n: U64?
          extra: Bool?
        }
        edge Cites: Paper -> Paper { score: F64? @rename_from("weight") }
        """);

    assertThat(export(graph, ReadTarget.MAIN).lines())
        .satisfiesExactly(
            edge -> assertThat(edge).contains("\"score\":0.5", "\"from\":\"x\""),
            x ->
                assertThat(x)
                    .contains(
                        "\"type\":\"Paper\"",
                        "\"id_word\":\"x\"",
                        "\"content\":\"base64:SGVsbG8=\"",
                        "\"words\":[\"t\",\"u\"]",
                        "\"z\":[1.0,2.0]",
                        "\"at\":\"2024-02-29\"",
                        "\"kind\":\"b\"",
                        "\"n\":7",
                        "\"extra\":null"),
            y -> assertThat(y).contains("\"id_word\":\"y\"", "\"content\":null", "\"words\":null"));
    assertThat(export(graph, before)).isEqualTo(old);
    assertThat(rows(graph, "query q() { match { $a: Paper $a cites $b } return { $b.id_word } }"))
        .hasSize(1);
    assertThat(graph.snapshot(ReadTarget.MAIN).find(TableKey.node("Doc"))).isEmpty();
  }

  @Test
  void a_column_that_is_renamed_in_place_keeps_its_values_beside_others_that_come_and_go() {
    OmniGraph graph =
        graph(
            "node T { k: String @key a: I32? @index  b: [I32]?  c: Vector(2)?  d: String?  x: Blob?"
                + " }");
    load(
        graph,
        "{\"type\":\"T\",\"data\":{\"k\":\"1\",\"a\":5,\"b\":[1,2],\"c\":[1,2],\"d\":\"gone\",\"x\":\"base64:QQ==\"}}");
    graph.ensureIndices(BranchName.MAIN, 1);
    apply(
        graph,
        """
        node T { k: String @key  aa: I32? @index @rename_from("a")  zb: [I32]? @rename_from("b")
                 c2: Vector(2)? @rename_from("c")  n: String?  xx: Blob? @rename_from("x") }
        """);
    load(graph, "{\"type\":\"T\",\"data\":{\"k\":\"2\",\"aa\":6,\"n\":\"new\"}}");
    assertThat(export(graph, ReadTarget.MAIN).lines())
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .contains("\"aa\":5", "\"zb\":[1,2]", "\"c2\":[1.0,2.0]", "\"n\":null", "QQ==")
                    .doesNotContain("gone"),
            two -> assertThat(two).contains("\"aa\":6", "\"n\":\"new\"", "\"xx\":null"));
    graph.ensureIndices(BranchName.MAIN, 1);
    assertThat(rows(graph, "query q() { match { $t: T { aa: 5 } } return { $t.k } }")).hasSize(1);
    assertThat(rows(graph, "query q() { match { $t: T  $t.aa > 5 } return { $t.k } }")).hasSize(1);
    graph.optimize(BranchName.MAIN);
    assertThat(rows(graph, "query q() { match { $t: T  $t.aa >= 5 } return { $t.k } }")).hasSize(2);
  }

  @Test
  void a_dropped_property_that_comes_back_is_empty_and_the_past_has_its_values() {
    OmniGraph graph = graphs.init(root);
    TestGraphs.addPerson(graph, "main", "Ada", 36);
    assertThat(rows(graph, PEOPLE).toString()).contains("p.age=36");
    ReadTarget before = head(graph);
    String without = TestGraphs.SCHEMA.replace("age: I32?", "");
    apply(graph, without);
    assertThatThrownBy(() -> rows(graph, PEOPLE)).hasMessageContaining("no property `age`");
    apply(graph, TestGraphs.SCHEMA);
    assertThat(rows(graph, PEOPLE).toString()).contains("p.age=null");
    assertThat(rows(graph, before, PEOPLE).toString()).contains("p.age=36");
    TestGraphs.setAge(graph, "main", "Ada", 1);
    assertThat(rows(graph, PEOPLE).toString()).contains("p.age=1");
  }

  @Test
  void a_dropped_type_that_comes_back_is_empty_again_and_again() {
    OmniGraph graph = graphs.init(root);
    String cities = "query q() { match { $c: City } return { $c.name } }";
    String without = TestGraphs.SCHEMA.replaceAll("(?s)node City \\{.*?\\}|edge LivesIn.*", "");
    List<ReadTarget> past = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      TestGraphs.settle(graph, "main", "P" + n, "Rome" + n);
      past.add(head(graph));
      apply(graph, without);
      assertThatThrownBy(() -> rows(graph, cities)).hasMessageContaining("T1");
      apply(graph, TestGraphs.SCHEMA);
      assertThat(rows(graph, cities)).isEmpty();
      assertThat(rows(graph, past.get(n), cities).toString()).isEqualTo("[{c.name=Rome" + n + "}]");
    }
    assertThat(rows(graph, past.get(0), cities).toString()).isEqualTo("[{c.name=Rome0}]");
  }

  @Test
  void what_is_dropped_with_data_loss_is_out_of_reach_in_the_past_too() {
    OmniGraph graph = graphs.init(root);
    TestGraphs.settle(graph, "main", "Ada", "Rome");
    TestGraphs.addPerson(graph, "main", "Bob", 2);
    ReadTarget before = head(graph);
    String cities = "query q() { match { $c: City } return { $c.name } }";
    assertThat(rows(graph, before, cities)).hasSize(1);
    assertThat(rows(graph, before, PEOPLE)).hasSize(2);
    String narrow =
        TestGraphs.SCHEMA
            .replaceAll("(?s)node City \\{.*?\\}|edge LivesIn.*", "")
            .replace("age: I32?", "");

    applyHard(graph, narrow);

    for (String query : List.of(cities, PEOPLE)) {
      assertThatThrownBy(() -> rows(graph, before, query))
          .isInstanceOf(GoneException.class)
          .extracting(e -> ((GraphException) e).code())
          .isEqualTo("historical_version_reclaimed");
    }
    assertThat(rows(graph, before, "query q() { match { $e: Event } return { $e.text } }"))
        .isEmpty();
    assertThat(rows(graph, "query q() { match { $p: Person } return { $p.name } }")).hasSize(2);
    applyHard(graph, TestGraphs.SCHEMA);
    TestGraphs.settle(graph, "main", "Eve", "Oslo");
    assertThat(rows(graph, cities).toString()).isEqualTo("[{c.name=Oslo}]");
    assertThatThrownBy(() -> rows(graph, before, cities)).isInstanceOf(GoneException.class);
  }

  @Test
  void branches_keep_their_schema_and_stop_what_is_not_additive() {
    OmniGraph graph = graphs.init(root);
    TestGraphs.addPerson(graph, "main", "Ada", 36);
    BranchName dev = BranchName.of("dev");
    graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
    String narrower = TestGraphs.SCHEMA.replace("age: I32?", "");
    assertThatThrownBy(() -> apply(graph, narrower))
        .isInstanceOf(ConflictException.class)
        .hasMessage("schema apply requires a graph with only main; found non-main branches: dev");
    assertThatThrownBy(() -> graph.previewSchema(narrower, false))
        .isInstanceOf(ConflictException.class);
    assertThat(graph.planSchema(narrower, false).supported()).isTrue();

    apply(graph, TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n nick: String?"));

    TestGraphs.addPerson(graph, "dev", "Eve", 1);
    TestGraphs.addPerson(graph, "main", "Bob", 1);
    ReadTarget onDev = new ReadTarget.Branch(dev);
    String nicks = "query q() { match { $p: Person } return { $p.nick } }";
    assertThat(rows(graph, nicks)).hasSize(2);
    assertThatThrownBy(() -> rows(graph, onDev, nicks)).isInstanceOf(CompileException.class);
    assertThat(rows(graph, onDev, PEOPLE)).hasSize(2);
    graph.deleteBranch(dev, WriteOptions.ANONYMOUS);
    assertThat(apply(graph, narrower).applied()).isTrue();
  }

  @Test
  void what_cannot_be_done_changes_nothing() {
    OmniGraph graph = graphs.init(root);
    CommitId head = graph.snapshot(ReadTarget.MAIN).head();
    assertThatThrownBy(() -> apply(graph, TestGraphs.SCHEMA.replace("age: I32?", "age: I64?")))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(
            "[OG-MF-106] changing property type for 'Person.age' is not supported in schema"
                + " migration v1");
    assertThatThrownBy(() -> apply(graph, "node Person {")).isInstanceOf(CompileException.class);
    assertThatThrownBy(
            () ->
                graph.applySchema(
                    TestGraphs.SCHEMA + "node X {}",
                    false,
                    schema -> {
                      throw new BadRequestException("breaks", "it breaks a query");
                    },
                    WriteOptions.ANONYMOUS))
        .hasMessage("it breaks a query");
    TestGraphs.addPerson(graph, "main", "Ada", 1);
    assertThatThrownBy(
            () ->
                graph.applySchema(
                    TestGraphs.SCHEMA + "node X {}", false, new WriteOptions(null, head, null)))
        .isInstanceOf(PreconditionFailedException.class);
    assertThat(graph.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
    assertThat(root.resolve("_schema.pg.staging")).doesNotExist();
  }

  @Test
  void an_edited_schema_file_stops_the_change() throws IOException {
    OmniGraph graph = graphs.init(root);
    Files.writeString(root.resolve("_schema.pg"), TestGraphs.SCHEMA + "node Smuggled {}");
    assertThatThrownBy(() -> apply(graph, TestGraphs.SCHEMA + "node X {}"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("current _schema.pg no longer matches the accepted compiled schema");
    Files.writeString(root.resolve("_schema.pg"), TestGraphs.SCHEMA + "// a comment is fine");
    assertThat(apply(graph, TestGraphs.SCHEMA + "node X {}").applied()).isTrue();
  }

  @Test
  void the_guard_decides_who_may() {
    graphs.init(root);
    OmniGraph guarded =
        graphs.watch(
            OmniGraph.open(
                root.toString(),
                TestGraphs.fast()
                    .withGuard(
                        access -> {
                          throw new PolicyDeniedException("denied", access.action().word());
                        })));
    assertThatThrownBy(() -> apply(guarded, TestGraphs.SCHEMA + "node X {}"))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessage("schema_apply");
    assertThat(guarded.planSchema(TestGraphs.SCHEMA + "node X {}", false).steps()).hasSize(1);
  }

  @Test
  void plans_say_what_each_step_costs() {
    OmniGraph graph = graphs.init(root);
    TestGraphs.addPerson(graph, "main", "Ada", 1);
    var preview =
        graph.previewSchema(
            TestGraphs.SCHEMA
                .replace("node Person", "node Human @rename_from(\"Person\")")
                .replace("Person -> Person", "Human -> Human")
                .replace("Person -> City", "Human -> City"),
            false);
    assertThat(preview.work().stream().map(w -> w.describe()))
        .containsExactly("new dataset of node:Person (1 rows)");
    assertThat(preview.desired().nodes()).containsKey("Human");
    assertThat(Set.copyOf(graph.catalog().nodes().keySet())).doesNotContain("Human");
  }

  @Test
  void a_bucket_takes_schema_changes_as_a_directory_does() throws Exception {
    try (AtomicS3Endpoint s3 = new AtomicS3Endpoint()) {
      StorageOptions options = StorageOptions.defaults().withS3(s3.access());
      GraphUri bucket = GraphUri.parse("s3://bucket/evolving");
      TestEngine.init(TestEngine.settings(bucket, options)).close();
      try (OmniGraph graph = TestEngine.open(bucket, options, settings -> settings)) {
        TestGraphs.settle(graph, "main", "Ada", "Rome");
        ReadTarget before = head(graph);
        apply(
            graph,
            TestGraphs.SCHEMA
                    .replace("age: I32?", "years: I32? @rename_from(\"age\")\n  nick: String?")
                    .replace("node City", "node Town @rename_from(\"City\")")
                    .replace("Person -> City", "Person -> Town")
                + "node Pet { tag: String @key }");
        assertThat(
                rows(
                        graph,
                        "query q() { match { $p: Person $p livesIn $t } return { $p.years, $t.name"
                            + " } }")
                    .toString())
            .isEqualTo("[{p.years=1, t.name=Rome}]");
        applyHard(graph, "node Person { name: String @key  years: I32? }");
        assertThat(rows(graph, "query q() { match { $p: Person } return { $p.years } }"))
            .hasSize(1);
        assertThatThrownBy(() -> rows(graph, before, PEOPLE)).isInstanceOf(GoneException.class);
      }
      try (OmniGraph again = TestEngine.open(bucket, options, settings -> settings)) {
        assertThat(again.schemaSource())
            .isEqualTo("node Person { name: String @key  years: I32? }");
      }
    }
  }

  @Test
  void cleaning_up_after_a_drop_leaves_what_comes_back_in_order() {
    OmniGraph graph = graphs.init(root);
    String without = TestGraphs.SCHEMA.replaceAll("(?s)node City \\{.*?\\}|edge LivesIn.*", "");
    TestGraphs.settle(graph, "main", "Ada", "Rome");
    apply(graph, without);
    TestGraphs.addPerson(graph, "main", "Bob", 2);
    graph.cleanup(new CleanupPolicy(1, null), false);
    apply(graph, TestGraphs.SCHEMA);
    String cities = "query q() { match { $c: City } return { $c.name } }";
    assertThat(rows(graph, cities)).isEmpty();
    TestGraphs.settle(graph, "main", "Eve", "Oslo");
    assertThat(rows(graph, cities).toString()).isEqualTo("[{c.name=Oslo}]");
    assertThat(rows(graph, PEOPLE)).hasSize(3);
  }
}
