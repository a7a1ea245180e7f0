package io.omnigraph.query;

import java.util.ArrayList;
import java.util.List;

/** A schema and query files of the size of a large product. */
public final class LargeSources {

  public static final int NODE_TYPES = 30;
  public static final int EDGE_TYPES = 70;
  public static final int FILES = 6;
  public static final int QUERIES_PER_FILE = 50;

  private LargeSources() {}

  /** Thirty node types of ten properties and seventy edge types. */
  public static String schema() {
    var schema = new StringBuilder();
    for (int i = 0; i < NODE_TYPES; i++) {
      schema
          .append("node Thing%d @description(\"thing %d\") {\n  key: String @key\n".formatted(i, i))
          .append("  name: String? @index\n  size: I32?\n  weight: F64?\n  seen: DateTime?\n")
          .append("  kind: enum(a, b, c)?\n  tags: [String]?\n  text: String? @index\n")
          .append("  vector: Vector(16)? @embed(text)\n  open: Bool?\n}\n");
    }
    for (int i = 0; i < EDGE_TYPES; i++) {
      schema.append(
          "edge Link%d: Thing%d -> Thing%d { since: Date?  share: F32? }\n"
              .formatted(i, i % NODE_TYPES, i * 7 % NODE_TYPES));
    }
    return schema.toString();
  }

  /** Three hundred queries in six files. */
  public static List<String> files() {
    var files = new ArrayList<String>();
    for (int file = 0; file < FILES; file++) {
      var source = new StringBuilder();
      for (int i = 0; i < QUERIES_PER_FILE; i++) {
        source.append(query(file * QUERIES_PER_FILE + i));
      }
      files.add(source.toString());
    }
    return files;
  }

  private static String query(int i) {
    int edge = i % EDGE_TYPES;
    int from = edge % NODE_TYPES;
    int to = edge * 7 % NODE_TYPES;
    return switch (i % 3) {
      case 0 ->
          """
          // Query %1$d reads.
          query read_%1$d($key: String, $size: I32?, $n: I64) @description("reads %1$d") {
            match {
              $a: Thing%3$d { key: $key, kind: "a" }
              $a $e:link%2$d $b
              $b.size > $size
              $e.since >= date("2024-01-01")
              not { $b.open = false }
              match_text($b.text, "some words")
            }
            return { $a.key, $b.name as name, count($b) as n, avg($b.weight) as weight }
            order { n desc, name }
            limit $n
          }
          """
              .formatted(i, edge, from);
      case 1 ->
          """
          query search_%1$d($point: Vector(16), $words: String) {
            match { $b: Thing%2$d  $b.tags contains "x"  $b.name starts_with "a" }
            return { $b, $b.name, nearest($b.vector, $point) as distance }
            order { rrf(nearest($b.vector, $point), bm25($b.text, $words)) }
            limit 10
          }
          """
              .formatted(i, to);
      default ->
          """
          query write_%1$d($key: String, $name: String?, $to: String) {
            insert Thing%3$d { key: $key, name: $name, size: 5, seen: now(), tags: ["a", "b"] }
            insert Link%2$d { from: $key, to: $to }
            update Thing%3$d set { open: true, weight: 1.5 } where key = $key
          }
          """
              .formatted(i, edge, from);
    };
  }
}
