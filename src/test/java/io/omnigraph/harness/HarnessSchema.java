package io.omnigraph.harness;

import java.util.List;

/** The schema of the harness: a keyed and a keyless node type, edges with and without bounds. */
final class HarnessSchema {

  static final String PERSON = "node:Person";
  static final String TAG = "node:Tag";
  static final String KNOWS = "edge:Knows";
  static final String OWNS = "edge:Owns";
  static final List<String> TABLES = List.of(KNOWS, OWNS, PERSON, TAG);

  static final int OLDEST = 100;
  static final int MOST_OWNED = 2;
  static final List<String> ROLES = List.of("dev", "lead");

  static final String SOURCE =
      """
      node Person {
        name: String @key
        age: I32? @index
        mail: String? @unique
        role: enum(dev, lead)?
        @range(age, 0..100)
      }
      node Tag { label: String }
      edge Knows: Person -> Person { since: I32? }
      edge Owns: Person -> Tag @card(0..2)
      """;

  private HarnessSchema() {}
}
