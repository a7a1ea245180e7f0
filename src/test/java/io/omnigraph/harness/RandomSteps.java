package io.omnigraph.harness;

import static io.omnigraph.harness.HarnessSchema.KNOWS;
import static io.omnigraph.harness.HarnessSchema.OWNS;
import static io.omnigraph.harness.HarnessSchema.PERSON;
import static io.omnigraph.harness.HarnessSchema.TAG;

import io.omnigraph.harness.GraphState.Row;
import io.omnigraph.harness.Step.LoadRecord;
import io.omnigraph.harness.Step.Statement;
import io.omnigraph.write.LoadMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws operations. Names come from small pools, so that steps meet: most are valid, some break a
 * rule.
 */
final class RandomSteps {

  private static final int PEOPLE = 25;
  private static final int TAGS = 5;
  private static final int EDGE_IDS = 40;

  private final RandomGenerator random;
  private int branches;

  RandomSteps(RandomGenerator random) {
    this.random = random;
  }

  /** Everybody and every tag, so that edges find their ends from the beginning. */
  Step.Load firstLoad() {
    List<LoadRecord> records = new ArrayList<>();
    for (int i = 0; i < PEOPLE; i++) {
      Map<String, Object> values = Map.of("name", "p" + i, "age", number(100));
      records.add(new LoadRecord(PERSON, "p" + i, new Row(null, null, values)));
      records.add(new LoadRecord(OWNS, "o" + i, new Row("p" + i, tagId(), Map.of())));
    }
    for (int i = 0; i < TAGS; i++) {
      records.add(new LoadRecord(TAG, "t" + i, tag()));
    }
    return new Step.Load("main", LoadMode.APPEND, records);
  }

  /**
   * @param names branches that exist, main first
   * @param commits how many commits can be travelled to
   */
  Step next(List<String> names, int commits) {
    String branch = names.get(random.nextInt(names.size()));
    int dice = random.nextInt(100);
    if (dice < 56) {
      int condition = random.nextInt(8);
      return new Step.Mutate(
          branch,
          statements(),
          condition == 0
              ? Step.Condition.STALE
              : condition == 1 ? Step.Condition.HOLDS : Step.Condition.NONE);
    }
    if (dice < 60) {
      return random.nextBoolean() ? new Step.Optimize(branch) : new Step.EnsureIndices(branch);
    }
    if (dice < 63) {
      return new Step.LoadFrom("b" + random.nextInt(4), branch, mode(), records());
    }
    if (dice < 84) {
      LoadMode mode = mode();
      return new Step.Load(
          branch,
          mode,
          mode == LoadMode.OVERWRITE && random.nextInt(4) > 0 ? acquaintances() : records());
    }
    if (dice < 89) {
      return new Step.CreateBranch("b" + branches++ % 4, branch);
    }
    if (dice < 92) {
      return new Step.DeleteBranch("b" + random.nextInt(4));
    }
    if (dice < 98 && commits > 0) {
      return new Step.TimeTravel(random.nextInt(commits));
    }
    return new Step.Reopen();
  }

  private LoadMode mode() {
    int dice = random.nextInt(10);
    return dice < 3 ? LoadMode.APPEND : dice < 8 ? LoadMode.MERGE : LoadMode.OVERWRITE;
  }

  private List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    boolean deletes = random.nextInt(4) == 0;
    for (int i = 0; i < count; i++) {
      statements.add(deletes ? delete() : insertOrUpdate());
    }
    return statements;
  }

  private Statement insertOrUpdate() {
    int dice = random.nextInt(10);
    if (dice < 4) {
      String name = name();
      return new Statement.InsertPerson(name, person(name));
    }
    if (dice < 5) {
      return new Statement.InsertTag(tag());
    }
    if (dice < 7) {
      Map<String, Object> values = random.nextBoolean() ? Map.of() : Map.of("since", number(30));
      return new Statement.InsertEdge(KNOWS, name(), name(), values);
    }
    if (dice < 8) {
      return new Statement.InsertEdge(OWNS, name(), tagId(), Map.of());
    }
    Where where = where();
    return switch (random.nextInt(3)) {
      case 0 -> new Statement.UpdatePersons("mail", mail(), where.text(), where.test());
      case 1 -> new Statement.UpdatePersons("role", role(), where.text(), where.test());
      default -> new Statement.UpdatePersons("age", age(), where.text(), where.test());
    };
  }

  private Statement delete() {
    switch (random.nextInt(4)) {
      case 0 -> {
        Where where = where();
        return new Statement.DeletePersons(where.text(), where.test());
      }
      case 1 -> {
        return new Statement.DeleteTags("l" + random.nextInt(4));
      }
      case 2 -> {
        String name = name();
        String side = random.nextBoolean() ? "from" : "to";
        return new Statement.DeleteKnows(
            side + " = " + Step.quote(name),
            row -> name.equals(side.equals("from") ? row.from() : row.to()));
      }
      default -> {
        long since = number(30);
        return new Statement.DeleteKnows(
            "since <= " + since, row -> row.get("since") instanceof Long s && s <= since);
      }
    }
  }

  private record Where(String text, Predicate<Row> test) {}

  private Where where() {
    if (random.nextInt(3) > 0) {
      String name = name();
      return new Where("name = " + Step.quote(name), row -> name.equals(row.get("name")));
    }
    long age = number(100);
    return random.nextBoolean()
        ? new Where("age > " + age, row -> row.get("age") instanceof Long a && a > age)
        : new Where("age = " + age, row -> row.get("age") instanceof Long a && a == age);
  }

  private List<LoadRecord> records() {
    List<LoadRecord> records = new ArrayList<>();
    int count = random.nextInt(10) == 0 ? 400 : random.nextInt(5);
    for (int i = 0; i < count; i++) {
      String name =
          count > 100 ? "bulk" + i : random.nextInt(3) == 0 ? "q" + random.nextInt(999) : name();
      records.add(record(name));
    }
    return records;
  }

  /** Edges only: replacing nodes would strand most edges. */
  private List<LoadRecord> acquaintances() {
    List<LoadRecord> records = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      records.add(
          new LoadRecord(KNOWS, edgeId("k"), new Row(name(), name(), Map.of("since", number(30)))));
    }
    return records;
  }

  private LoadRecord record(String name) {
    int dice = random.nextInt(10);
    if (dice < 5) {
      return new LoadRecord(PERSON, name, person(name));
    }
    if (dice < 7) {
      return new LoadRecord(TAG, random.nextInt(4) == 0 ? null : tagId(), tag());
    }
    if (dice < 9) {
      return new LoadRecord(
          KNOWS, edgeId("k"), new Row(name(), name(), Map.of("since", number(30))));
    }
    return new LoadRecord(OWNS, edgeId("o"), new Row(name(), tagId(), Map.of()));
  }

  private @Nullable String edgeId(String prefix) {
    return random.nextBoolean() ? null : prefix + random.nextInt(EDGE_IDS);
  }

  private Row person(String name) {
    Map<String, Object> values = new TreeMap<>();
    values.put("name", name);
    if (random.nextInt(3) > 0) {
      values.put("age", age());
    }
    if (random.nextInt(6) == 0) {
      values.put("mail", mail());
    }
    if (random.nextInt(3) == 0) {
      values.put("role", role());
    }
    return new Row(null, null, values);
  }

  private Row tag() {
    return new Row(null, null, Map.of("label", "l" + random.nextInt(4)));
  }

  private String name() {
    return "p" + random.nextInt(PEOPLE);
  }

  private String tagId() {
    return "t" + random.nextInt(TAGS);
  }

  private String mail() {
    return "m" + random.nextInt(400);
  }

  private String role() {
    return HarnessSchema.ROLES.get(random.nextInt(2));
  }

  /** Sometimes out of range. */
  private Object age() {
    return number(random.nextInt(40) == 0 ? 400 : 100);
  }

  private long number(int bound) {
    return random.nextInt(bound + 1);
  }
}
