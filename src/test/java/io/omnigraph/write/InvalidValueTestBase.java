package io.omnigraph.write;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A graph whose types take few values of each kind, and some rows in it. */
abstract class InvalidValueTestBase {

  static final String SCHEMA =
      """
      node Thing {
        name: String @key
        need: I32
        i32: I32?
        i64: I64?
        u32: U32?
        u64: U64?
        f32: F32?
        f64: F64?
        flag: Bool?
        day: Date?
        moment: DateTime?
        text: String?
        kind: enum(a, b)?
        code: String?
        age: I32?
        mail: String? @unique @index
        serial: U64? @unique
        born: Date? @unique
        tiny: F64? @unique
        nums: [I32]?
        words: [String]?
        days: [Date]?
        reals: [F32]?
        emb: Vector(3)?
        @range(age, 0..120)
        @check(code, "^[A-Z]+$")
      }
      node Pair {
        left: String
        right: I64
        note: String?
        @key(left, right)
      }
      edge Link: Thing -> Thing {
        need: I32
        i32: I32?
        kind: enum(a, b)?
        day: Date?
        nums: [I32]?
      }
      """;

  static final String STOCK =
      """
      {"type":"Thing","data":{"name":"t1","need":1,"mail":"m1","serial":18446744073709551615,"born":"0001-01-01","tiny":0.0}}
      {"type":"Thing","data":{"name":"t2","need":2}}
      {"type":"Pair","data":{"left":"a","right":1}}
      {"edge":"Link","from":"t1","to":"t2","data":{"id":"l1","need":1}}
      """;

  @TempDir Path directory;
  TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
    graph.load(LoadMode.APPEND, STOCK);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  Map<String, Map<String, Object>> content() {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (String key : List.of("node:Thing", "node:Pair", "edge:Link")) {
      graph.rows(key).forEach((id, row) -> all.put(key + "/" + id, row));
    }
    return all;
  }
}
