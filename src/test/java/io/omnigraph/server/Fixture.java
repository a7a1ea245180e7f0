package io.omnigraph.server;

import io.omnigraph.OpenOptions;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.auth.BearerTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small cluster on disk with people, companies and stored queries, as the scenarios use it. */
public final class Fixture {

  public static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32?
      }
      node Company {
        name: String @key
      }
      edge Knows: Person -> Person {
        since: Date?
      }
      edge WorksAt: Person -> Company
      """;

  public static final String QUERIES =
      """
      query find_person($name: String) @description("One person by name.") {
        match { $p: Person { name: $name } }
        return { $p.name, $p.age }
      }
      query everybody() {
        match { $p: Person }
        return { $p.name, $p.age }
        order { $p.name asc }
      }
      query insert_person($name: String, $age: I32?) {
        insert Person { name: $name, age: $age }
      }
      """;

  public static final String SEED =
      """
      {"type": "Person", "data": {"name": "Alice", "age": 30}}
      {"type": "Person", "data": {"name": "Bob", "age": 25}}
      {"type": "Person", "data": {"name": "Charlie", "age": 35}}
      {"type": "Person", "data": {"name": "Diana", "age": 28}}
      {"type": "Company", "data": {"name": "Acme"}}
      {"type": "Company", "data": {"name": "Globex"}}
      {"edge": "Knows", "from": "Alice", "to": "Bob", "data": {"since": "2020-01-01"}}
      {"edge": "Knows", "from": "Alice", "to": "Charlie"}
      {"edge": "Knows", "from": "Bob", "to": "Diana"}
      {"edge": "WorksAt", "from": "Alice", "to": "Acme"}
      {"edge": "WorksAt", "from": "Bob", "to": "Globex"}
      """;

  /** Keeps throw-away data out of the slow lane of forced writes. */
  public static final Map<String, String> ENVIRONMENT = Map.of("OMNIGRAPH_DURABILITY", "os");

  private Fixture() {}

  public static OpenOptions open() {
    return OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
  }

  /** An open server on the cluster in a folder. */
  public static ServerOptions openServer(Path cluster) {
    return ServerOptions.of(cluster.toString(), BearerTokens.of(Map.of()), true).withOpen(open());
  }

  /** Applies a cluster whose graphs all have the fixture's schema, queries and records. */
  public static Path cluster(Path folder, String... graphs) {
    write(folder.resolve("person.pg"), SCHEMA);
    write(folder.resolve("queries/people.gq"), QUERIES);
    write(folder.resolve("seed.jsonl"), SEED);
    var yaml = new StringBuilder("version: 1\ngraphs:\n");
    for (String graph : graphs) {
      yaml.append("  ").append(graph).append(": { schema: person.pg, queries: queries/ }\n");
    }
    write(folder.resolve("cluster.yaml"), yaml.toString());
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    for (String graph : graphs) {
      CliRun.ok(folder, "load", "--mode", "overwrite", "--data", "seed.jsonl", root(folder, graph));
    }
    return folder;
  }

  /** The store of a graph of the cluster. */
  public static String root(Path folder, String graph) {
    return folder.resolve("graphs/" + graph + ".omni").toString();
  }

  public static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
