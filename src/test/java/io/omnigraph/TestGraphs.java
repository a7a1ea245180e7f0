package io.omnigraph;

import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.publish.Receipt;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;

/** A small graph for tests of the write path, and short ways to write and read it. */
final class TestGraphs {

  static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32?
      }
      node City {
        name: String @key
      }
      node Event {
        text: String
      }
      edge Knows: Person -> Person
      edge LivesIn: Person -> City
      """;

  static final TableKey PERSON = TableKey.node("Person");
  static final TableKey CITY = TableKey.node("City");
  static final TableKey KNOWS = TableKey.edge("Knows");
  static final TableKey LIVES_IN = TableKey.edge("LivesIn");
  static final TableKey EVENTS = TableKey.node("Event");

  private static final String INSERT =
      "query add($name: String, $age: I32) { insert Person { name: $name, age: $age } }";
  private static final String EVENT = "query log($text: String) { insert Event { text: $text } }";
  private static final String UPDATE =
      "query age($name: String, $age: I32) { update Person set { age: $age } where name = $name }";
  private static final String DELETE =
      "query del($name: String) { delete Person where name = $name }";
  private static final String KNOW =
      "query know($a: String, $b: String) { insert Knows { from: $a, to: $b } }";
  private static final String BOTH =
      """
      query both($name: String, $age: I32, $city: String) {
        insert Person { name: $name, age: $age }
        insert City { name: $city }
        insert LivesIn { from: $name, to: $city }
      }
      """;

  private TestGraphs() {}

  static OpenOptions fast() {
    return OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
  }

  static OmniGraph init(Path root) {
    return init(root, SCHEMA);
  }

  static OmniGraph init(Path root, String schema) {
    return OmniGraph.init(root.toString(), schema, false, fast());
  }

  static OmniGraph open(Path root) {
    return OmniGraph.open(root.toString(), fast());
  }

  static Receipt<MutationCounts> addPerson(OmniGraph graph, String branch, String name, int age) {
    return mutate(graph, branch, INSERT, Map.of("name", name, "age", age));
  }

  static Receipt<MutationCounts> addPerson(
      OmniGraph graph, String branch, String name, int age, WriteOptions options) {
    return graph.mutate(
        INSERT, null, Map.of("name", name, "age", age), BranchName.of(branch), options);
  }

  /** Inserts a row without a key, for which nothing has to be looked up. */
  static Receipt<MutationCounts> addEvent(OmniGraph graph, String branch, String text) {
    return mutate(graph, branch, EVENT, Map.of("text", text));
  }

  static Receipt<MutationCounts> setAge(OmniGraph graph, String branch, String name, int age) {
    return mutate(graph, branch, UPDATE, Map.of("name", name, "age", age));
  }

  static Receipt<MutationCounts> deletePerson(OmniGraph graph, String branch, String name) {
    return mutate(graph, branch, DELETE, Map.of("name", name));
  }

  static Receipt<MutationCounts> know(OmniGraph graph, String branch, String a, String b) {
    return mutate(graph, branch, KNOW, Map.of("a", a, "b", b));
  }

  /** One commit over three tables. */
  static Receipt<MutationCounts> settle(OmniGraph graph, String branch, String name, String city) {
    return mutate(graph, branch, BOTH, Map.of("name", name, "age", 1, "city", city));
  }

  /** Loads JSON records, one commit. */
  static Receipt<LoadCounts> load(OmniGraph graph, String branch, LoadMode mode, String records) {
    return graph.load(
        new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
        mode,
        BranchName.of(branch),
        null,
        WriteOptions.ANONYMOUS);
  }

  /** Records of a person, a city and the edge between them. */
  static String settler(String name, String city) {
    return """
    {"type":"Person","data":{"name":"%s","age":1}}
    {"type":"City","data":{"name":"%s"}}
    {"edge":"LivesIn","from":"%s","to":"%s"}
    """
        .formatted(name, city, name, city);
  }

  static Receipt<MutationCounts> mutate(
      OmniGraph graph, String branch, String source, Map<String, ?> params) {
    return graph.mutate(source, null, params, BranchName.of(branch), WriteOptions.ANONYMOUS);
  }

  /** The columns that a table of main has in the store. */
  static Set<String> columns(OmniGraph graph, TableKey key) {
    try (TableHandles.Lease lease =
        graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), key)) {
      return lease.handle().schema().getFields().stream()
          .map(Field::getName)
          .collect(Collectors.toSet());
    }
  }

  /** Age by name; -1 for null. */
  static Map<String, Long> people(OmniGraph graph, ReadTarget target) {
    Map<String, Long> people = new TreeMap<>();
    scan(
        graph,
        target,
        PERSON,
        List.of("id", "age"),
        (row, values) -> {
          long age = values.get(1) instanceof Value.Int i ? i.value() : -1;
          if (people.put(((Value.Text) values.get(0)).value(), age) != null) {
            throw new AssertionError("doubled row " + values);
          }
        });
    return people;
  }

  static Set<String> ids(OmniGraph graph, String branch, TableKey key) {
    Set<String> ids = new TreeSet<>();
    scan(
        graph,
        ReadTarget.branch(branch),
        key,
        List.of("id"),
        (row, values) -> {
          if (!ids.add(((Value.Text) values.get(0)).value())) {
            throw new AssertionError("doubled row " + values);
          }
        });
    return ids;
  }

  static void scan(
      OmniGraph graph,
      ReadTarget target,
      TableKey key,
      List<String> columns,
      BiConsumer<Integer, List<Value>> row) {
    try (var lease = graph.engine().handles().open(graph.snapshot(target), key)) {
      List<List<Value>> rows = RowBatches.readAll(lease.handle().scan(ScanRequest.of(columns)));
      for (int i = 0; i < rows.size(); i++) {
        row.accept(i, rows.get(i));
      }
    }
  }
}
