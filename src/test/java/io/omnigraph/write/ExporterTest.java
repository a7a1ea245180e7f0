package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports, and that they load back into the same graph. */
class ExporterTest {

  private static final String SCHEMA =
      """
      node Thing { code: String @key b: Bool? i: I32? l: I64? u: U32? w: U64? f: F32? d: F64? day: Date? at: DateTime? }
      node Note { text: String  emb: Vector(3)?  tags: [String]?  reals: [F32]?  days: [Date]?  body: Blob? }
      node Empty { name: String @key }
      edge About: Note -> Thing { since: Date?  weight: F32? }
      edge Twice: Thing -> Thing
      """;

  private static final String DATA =
      """
      {"edge":"About","from":"n2","to":"z","data":{"id":"e2","since":"2024-05-01","weight":0.1}}
      {"edge":"About","from":"n1","to":"a","data":{"id":"e1"}}
      {"type":"Thing","data":{"code":"z","b":true,"i":-5,"l":9223372036854775807,"u":4294967295,"w":18446744073709551615,"f":0.1,"d":0.1,"day":"2024-02-29","at":"2024-06-01T12:00:00.001Z"}}
      {"type":"Thing","data":{"code":"a"}}
      {"type":"Thing","data":{"code":"é\\"\\n\\u0001\\\\"}}
      {"type":"Note","data":{"id":"n2","text":"","emb":[0.1,-0.0,1e-7],"tags":["x",null,""],"reals":[0.1,3.4028235e38],"days":["1969-12-31"],"body":"base64:SGVsbG8gV29ybGQ="}}
      {"type":"Note","data":{"id":"n1","text":"b","tags":[]}}
      """;

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory.resolve("one"), SCHEMA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private static String export(TestGraph graph, List<String> types, List<String> keys) {
    var snapshot = graph.base().snapshot();
    var out = new ByteArrayOutputStream();
    new Exporter(snapshot, key -> graph.table(key.toString()))
        .write(Exporter.select(snapshot, types, keys), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String export(TestGraph graph) {
    return export(graph, List.of(), List.of());
  }

  @Test
  void rowsComeByTableKeyThenByIdWithEverythingWrittenOut() {
    graph.load(LoadMode.APPEND, DATA);
    assertThat(export(graph).lines().toList())
        .containsExactly(
            "{\"edge\":\"About\",\"from\":\"n1\",\"to\":\"a\",\"data\":{\"id\":\"e1\",\"since\":null,\"weight\":null}}",
            "{\"edge\":\"About\",\"from\":\"n2\",\"to\":\"z\",\"data\":{\"id\":\"e2\",\"since\":\"2024-05-01\",\"weight\":0.1}}",
            "{\"type\":\"Note\",\"data\":{\"id\":\"n1\",\"body\":null,\"days\":null,\"emb\":null,\"reals\":null,\"tags\":[],\"text\":\"b\"}}",
            "{\"type\":\"Note\",\"data\":{\"id\":\"n2\",\"body\":\"base64:SGVsbG8gV29ybGQ=\",\"days\":[\"1969-12-31\"],\"emb\":[0.1,-0.0,1.0E-7],\"reals\":[0.1,3.4028235E38],\"tags\":[\"x\",null,\"\"],\"text\":\"\"}}",
            "{\"type\":\"Thing\",\"data\":{\"id\":\"a\",\"at\":null,\"b\":null,\"code\":\"a\",\"d\":null,\"day\":null,\"f\":null,\"i\":null,\"l\":null,\"u\":null,\"w\":null}}",
            "{\"type\":\"Thing\",\"data\":{\"id\":\"z\",\"at\":\"2024-06-01T12:00:00.001Z\",\"b\":true,\"code\":\"z\",\"d\":0.1,\"day\":\"2024-02-29\",\"f\":0.1,\"i\":-5,\"l\":9223372036854775807,\"u\":4294967295,\"w\":18446744073709551615}}",
            "{\"type\":\"Thing\",\"data\":{\"id\":\"é\\\"\\n"
                + "\\u0001\\\\\",\"at\":null,\"b\":null,\"code\":\"é\\\"\\n"
                + "\\u0001\\\\\",\"d\":null,\"day\":null,\"f\":null,\"i\":null,\"l\":null,\"u\":null,\"w\":null}}");
  }

  @Test
  void anExportLoadsBackIntoAnIdenticalGraph() {
    graph.load(LoadMode.APPEND, DATA);
    graph.run("insert Note { text: \"minted\" }");
    String first = export(graph);
    for (var framing : LoadOptions.Framing.values()) {
      try (TestGraph other = new TestGraph(directory.resolve("to-" + framing), SCHEMA)) {
        other.load(LoadOptions.of(LoadMode.OVERWRITE).withFraming(framing), first);
        assertThat(export(other)).isEqualTo(first);
        other.load(LoadMode.MERGE, first);
        assertThat(export(other)).isEqualTo(first);
      }
    }
  }

  @Test
  void manyRowsInRandomOrderComeSorted() {
    StringBuilder records = new StringBuilder();
    List<Integer> numbers =
        new java.util.ArrayList<>(IntStream.range(10_000, 19_000).boxed().toList());
    java.util.Collections.shuffle(numbers, new java.util.Random(11));
    numbers.forEach(
        n -> records.append("{\"type\":\"Empty\",\"data\":{\"name\":\"e%d\"}}\n".formatted(n)));
    graph.load(LoadMode.APPEND, records.toString());
    graph.run("delete Empty where name = \"e10500\"");
    List<String> ids =
        export(graph).lines().map(l -> l.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1")).toList();
    assertThat(ids).hasSize(8999).isSorted();
  }

  @Test
  void filtersSelectTypesAndTablesAndRefuseUnknownOnes() {
    graph.load(LoadMode.APPEND, DATA);
    assertThat(export(graph, List.of("About"), List.of()).lines()).hasSize(2);
    assertThat(export(graph, List.of(), List.of("node:Note")).lines()).hasSize(2);
    assertThat(export(graph, List.of("About"), List.of("node:Note"))).isEmpty();
    assertThatThrownBy(() -> export(graph, List.of("Abuot"), List.of()))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("unknown type 'Abuot'; did you mean 'About'?");
    assertThatThrownBy(() -> export(graph, List.of(), List.of("node:About")))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("unknown table 'node:About'");
    assertThatThrownBy(() -> export(graph, List.of(), List.of("About")))
        .isInstanceOf(BadRequestException.class);
  }

  @Test
  void anExternalBlobIsExportedAsItsUri() throws Exception {
    Path file = Files.writeString(directory.resolve("blob.bin"), "payload");
    String uri = file.toUri().toString().replace("file:/", "file:///").replace("////", "//");
    graph.load(
        LoadOptions.of(LoadMode.APPEND)
            .withExternalBlobs(new ExternalBlobs(List.of("file://" + directory))),
        "{\"type\":\"Note\",\"data\":{\"id\":\"n\",\"text\":\"a\",\"body\":\"" + uri + "\"}}");
    assertThat(export(graph, List.of("Note"), List.of())).contains("\"body\":\"" + uri + "\"");
  }

  @Test
  void anUpdateKeepsTheBlobsItDoesNotAssign() throws Exception {
    Path file = Files.writeString(directory.resolve("blob.bin"), "payload");
    String uri = "file://" + file;
    graph.load(
        LoadOptions.of(LoadMode.APPEND)
            .withExternalBlobs(new ExternalBlobs(List.of("file://" + directory))),
        """
        {"type":"Note","data":{"id":"n1","text":"a","body":"base64:SGVsbG8="}}
        {"type":"Note","data":{"id":"n2","text":"a"}}
        {"type":"Note","data":{"id":"n3","text":"a","body":"%s"}}
        """
            .formatted(uri));
    graph.run("update Note set { text: \"b\" } where text = \"a\"");
    assertThat(export(graph, List.of("Note"), List.of()).lines().toList())
        .satisfiesExactly(
            l -> assertThat(l).contains("\"body\":\"base64:SGVsbG8=\"", "\"text\":\"b\""),
            l -> assertThat(l).contains("\"body\":null"),
            l -> assertThat(l).contains("\"body\":\"" + uri + "\""));
  }
}
