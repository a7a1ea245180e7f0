package io.omnigraph.write;

import io.omnigraph.model.GraphException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A graph whose schema has every kind of property and key, to load into. */
abstract class LoadTestBase {

  private static final String SCHEMA =
      """
      node Member { handle: String @key  years: I32? }
      node Guild { title: String @key }
      node Note { text: String  emb: Vector(2)?  tags: [String]?  nums: [I32]?  body: Blob? }
      node Slot { tenant: String slot: I32 @key(tenant, slot) }
      node Day { on: Date @key }
      node All { code: String @key b: Bool? i: I32? l: I64? u: U32? w: U64? f: F32? d: F64? day: Date? at: DateTime? }
      edge Follows: Member -> Member { since: Date? }
      edge JoinedGuild: Member -> Guild
      edge Books: Slot -> Slot
      """;

  @TempDir Path directory;
  TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  String messageOf(LoadOptions options, String records) {
    try {
      graph.load(options, records);
    } catch (GraphException e) {
      return e.getMessage();
    }
    throw new AssertionError("accepted: " + records);
  }

  static LoadOptions lines() {
    return LoadOptions.of(LoadMode.MERGE).withFraming(LoadOptions.Framing.LINES);
  }
}
