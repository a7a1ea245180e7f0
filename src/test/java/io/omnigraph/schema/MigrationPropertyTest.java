package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writes down a random schema before and after random changes that are supported, in random order,
 * and expects the plan to consist of exactly these changes.
 */
class MigrationPropertyTest {

  private static final String[] TYPES = {"I32", "String?", "enum(a, c)", "[F64]?", "Date"};

  static LongStream seeds() {
    return LongStream.range(0, 60L * Integer.getInteger("soak.factor", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void thePlanConsistsOfTheChangesMade(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      var change = new RandomChange(random);
      Catalog accepted = SchemaCompiler.compile(change.before());
      Catalog desired = SchemaCompiler.compile(change.after());
      MigrationPlan plan = MigrationPlanner.plan(accepted, desired, false);
      assertThat(plan.steps().stream().map(MigrationStep::describe))
          .as("from\n%s\nto\n%s", change.before(), change.after())
          .containsExactlyInAnyOrderElementsOf(change.steps);
      assertThat(plan.supported()).isTrue();
      assertThat(kindsOf(plan)).isSorted();
      assertThat(MigrationPlanner.plan(desired, desired, false).isEmpty()).isTrue();
    }
  }

  /** The kinds of types the steps concern, in order. */
  private static List<TypeKind> kindsOf(MigrationPlan plan) {
    List<TypeKind> kinds = new ArrayList<>();
    plan.toJson()
        .get("steps")
        .forEach(s -> kinds.add(TypeKind.valueOf(s.get("type_kind").asText().toUpperCase())));
    return kinds;
  }

  private static final class RandomChange {
    private final Random random;
    private final List<String> before = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();

    /** Old and new names of the nodes that stay. */
    private final List<String[]> nodes = new ArrayList<>();

    RandomChange(Random random) {
      this.random = random;
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        node(i);
      }
      for (int i = 0; i < random.nextInt(4); i++) {
        edge(i);
      }
      if (random.nextBoolean()) {
        after.add("node Added { x: I32 @key }");
        steps.add("add node Added");
      }
      Collections.shuffle(before, random);
      Collections.shuffle(after, random);
    }

    String before() {
      return String.join("\n", before);
    }

    String after() {
      return String.join("\n", after);
    }

    private void node(int number) {
      String name = "N" + number;
      var oldBody = new ArrayList<String>();
      var newBody = new ArrayList<String>();
      if (random.nextInt(5) == 0) {
        before.add("node " + name + " { x: I32 @key }");
        steps.add("drop node " + name + " (soft)");
        return;
      }
      String newName = random.nextInt(3) == 0 ? "Renamed" + number : name;
      nodes.add(new String[] {name, newName});
      properties("node", newName, oldBody, newBody);
      before.add("node " + name + body(oldBody));
      after.add("node " + newName + head("node", name, newName) + body(newBody));
    }

    private void edge(int number) {
      if (nodes.isEmpty()) {
        return;
      }
      String[] from = nodes.get(random.nextInt(nodes.size()));
      String[] to = nodes.get(random.nextInt(nodes.size()));
      String name = "E" + number;
      String oldEnds = ": " + from[0] + " -> " + to[0];
      String newEnds = ": " + from[1] + " -> " + to[1];
      var oldBody = new ArrayList<String>();
      var newBody = new ArrayList<String>();
      switch (random.nextInt(5)) {
        case 0 -> {
          before.add("edge " + name + oldEnds);
          steps.add("drop edge " + name + " (soft)");
        }
        case 1 -> {
          after.add("edge " + name + newEnds);
          steps.add("add edge " + name);
        }
        default -> {
          String newName = random.nextInt(3) == 0 ? "Renamed" + number : name;
          properties("edge", newName, oldBody, newBody);
          before.add("edge " + name + oldEnds + body(oldBody));
          after.add("edge " + newName + newEnds + head("edge", name, newName) + body(newBody));
        }
      }
    }

    private String head(String kind, String oldName, String newName) {
      String head = "";
      if (!oldName.equals(newName)) {
        steps.add("rename " + kind + " " + oldName + " to " + newName);
        head = " @rename_from(\"" + oldName + "\")";
      }
      if (random.nextInt(4) == 0) {
        steps.add("update metadata of " + kind + " " + newName);
        head += " @description(\"new\")";
      }
      return head;
    }

    private String body(List<String> members) {
      Collections.shuffle(members, random);
      return " { " + String.join(" ", members) + " }";
    }

    private void properties(String kind, String type, List<String> before, List<String> after) {
      String path = kind + " " + type + ".";
      for (int i = 0; i < random.nextInt(6); i++) {
        String name = "p" + i;
        String propertyType = TYPES[random.nextInt(TYPES.length)];
        String declared = ": " + propertyType;
        switch (random.nextInt(7)) {
          case 0 -> {
            before.add(name + declared);
            steps.add("drop property " + path + name + " (soft)");
          }
          case 1 -> {
            String optional = propertyType.endsWith("?") ? propertyType : propertyType + "?";
            after.add(name + ": " + optional);
            steps.add("add property " + path + name + ": " + optional);
          }
          case 2 -> {
            before.add(name + declared + " @unique".repeat(propertyType.startsWith("[") ? 0 : 1));
            after.add(
                "z"
                    + name
                    + declared
                    + " @unique".repeat(propertyType.startsWith("[") ? 0 : 1)
                    + " @rename_from(\""
                    + name
                    + "\")");
            steps.add("rename property " + path + name + " to z" + name);
          }
          case 3 -> {
            before.add(name + ": enum(b, d)?");
            after.add(name + ": enum(d, c, b, a)?");
            steps.add("extend enum " + path + name + " by a, c");
          }
          case 4 -> {
            before.add(name + ": Date");
            after.add(name + ": Date @index");
            steps.add("add constraint index:" + name + " to " + kind + " " + type);
          }
          case 5 -> {
            before.add(name + declared + " @description(\"old\")");
            after.add(name + declared);
            steps.add("update metadata of property " + path + name);
          }
          default -> {
            before.add(name + declared + " @foo(1)");
            after.add(name + declared + " @foo(1) @rename_from(\"whatever\")");
          }
        }
      }
    }
  }
}
