package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What queries with small results cost once they are warm, told by the bytes they allocate, which
 * do not depend on how busy the machine is.
 */
class SmallQueriesTest {

  private static final int PEOPLE = 2_000;
  private static final int FRIENDS = 10;
  private static final ReadTarget MAIN = new ReadTarget.Branch(BranchName.MAIN);

  @TempDir static Path folder;
  private static OmniGraph graph;

  @BeforeAll
  static void fill() {
    graph =
        OmniGraph.init(
            folder.resolve("graph").toString(),
            """
            node Person { name: String @key  mail: String @unique  age: I32 }
            edge Knows: Person -> Person { since: I32 }
            """,
            false,
            OpenOptions.readWrite());
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      records.append(
          "{\"type\":\"Person\",\"data\":{\"name\":\"p%d\",\"mail\":\"p%d@x\",\"age\":%d}}\n"
              .formatted(i, i, i % 90));
    }
    for (int i = 0; i < PEOPLE * FRIENDS; i++) {
      records.append(
          "{\"edge\":\"Knows\",\"from\":\"p%d\",\"to\":\"p%d\",\"data\":{\"since\":%d}}\n"
              .formatted(i / FRIENDS, (i * 31 + 7) % PEOPLE, i % 70));
    }
    graph.load(
        new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
        LoadMode.APPEND,
        BranchName.MAIN,
        null,
        WriteOptions.ANONYMOUS);
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private static long rows(String query, int person) {
    long rows = 0;
    Map<String, String> params = Map.of("name", "p" + person, "mail", "p" + person + "@x");
    try (var cursor = graph.query(query, null, params, MAIN)) {
      for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
        rows += batch.getRowCount();
      }
    }
    return rows;
  }

  private static long bytes(String query, int calls) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      rows(query, (i * 37) % PEOPLE);
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / calls;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12000 | 1  | match { $p: Person { name: $name } } return { $p.age }",
        "12000 | 1  | match { $p: Person { name: $name } } return { $p.age, $p.mail }",
        "14000 | 1  | match { $p: Person { mail: $mail } } return { $p.age }",
        "24000 | 10 | match { $p: Person { name: $name }  $p knows $q } return { $q.name, $q.age }",
        "24000 | 10 | match { $p: Person { name: $name }  $q knows $p } return { $q.name }",
        "26000 | 10 | match { $p: Person { name: $name }  $p $e:knows $q } return { $e.since }",
        "24000 | 1  | match { $p: Person { name: $name }  $p knows $q } return { count($q) as n }",
        "36000 | 1  | match { $p: Person { name: $name }  $p $e:knows $q  $q $f:knows $r }"
            + " return { count($r) as n }",
        "40000 | 1  | match { $p: Person { name: $name }  $p knows{1,2} $q }"
            + " return { count($q) as n }",
        "24000 | 3  | match { $p: Person { name: $name }  $p knows $q } return { $q.name }"
            + " order { $q.age desc } limit 3",
        "210000 | 70 | match { $p: Person  $p $e:knows $q } return { $e.since, sum($q.age) as n }",
      })
  void aQueryAllocatesLittleHoweverLargeTheGraph(long most, long rows, String body) {
    String query = "query q($name: String, $mail: String) { " + body + " }";
    assertThat(rows(query, 1)).isEqualTo(rows);
    bytes(query, 500);
    long found = bytes(query, 500);
    System.out.println(found + " bytes: " + body);
    assertThat(found).isLessThan(most);
  }
}
