package io.omnigraph.harness;

import io.omnigraph.harness.GraphState.Row;
import io.omnigraph.write.LoadMode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One random operation, as both sides understand it. */
sealed interface Step {

  /** What a write expects of its branch. */
  enum Condition {
    NONE,
    /** The newest logical commit, which it is. */
    HOLDS,
    /** An earlier commit. */
    STALE
  }

  /** Statements of one mutation on a branch. */
  record Mutate(String branch, List<Statement> statements, Condition condition) implements Step {
    /** The kind of its first statement. */
    String kind() {
      return statements.getFirst().getClass().getSimpleName();
    }

    String source() {
      return statements.stream()
          .map(Statement::text)
          .collect(Collectors.joining("\n  ", "query step() {\n  ", "\n}"));
    }
  }

  /** A load into a branch. */
  record Load(String branch, LoadMode mode, List<LoadRecord> records) implements Step {
    String text() {
      return records.stream().map(LoadRecord::json).collect(Collectors.joining("\n"));
    }
  }

  /** A load into a branch that it makes, unless it is there. */
  record LoadFrom(String branch, String from, LoadMode mode, List<LoadRecord> records)
      implements Step {}

  /** Folds the files of a branch's tables and brings their indices up to date. */
  record Optimize(String branch) implements Step {}

  /** Builds what indices a branch's tables lack. */
  record EnsureIndices(String branch) implements Step {}

  record CreateBranch(String name, String from) implements Step {}

  record DeleteBranch(String name) implements Step {}

  /** Reads an earlier commit again. */
  record TimeTravel(int commit) implements Step {}

  /** Closes the graph and opens it again. */
  record Reopen() implements Step {}

  /**
   * One record of a load.
   *
   * @param id the explicit id, for keyed nodes the key; null to let the engine mint one
   */
  record LoadRecord(String table, @Nullable String id, Row row) {
    String json() {
      String type = table.substring(5);
      StringBuilder data = new StringBuilder();
      if (table.equals(HarnessSchema.PERSON)) {
        data.append("\"name\":").append(quote(String.valueOf(id)));
      } else if (id != null) {
        data.append("\"id\":").append(quote(id));
      }
      row.values()
          .forEach(
              (name, value) -> {
                if (!name.equals("name")) {
                  data.append(data.isEmpty() ? "" : ",").append(quote(name)).append(':');
                  data.append(value instanceof String s ? quote(s) : value);
                }
              });
      return row.from() == null
          ? "{\"type\":\"" + type + "\",\"data\":{" + data + "}}"
          : "{\"edge\":\""
              + type
              + "\",\"from\":"
              + quote(row.from())
              + ",\"to\":"
              + quote(String.valueOf(row.to()))
              + ",\"data\":{"
              + data
              + "}}";
    }
  }

  static String quote(String text) {
    return '"' + text + '"';
  }

  /** One statement of a mutation: its text, and what the model needs to do the same. */
  sealed interface Statement {

    String text();

    record InsertPerson(String name, Row row) implements Statement {
      @Override
      public String text() {
        return "insert Person { " + assignments(row.values()) + " }";
      }
    }

    record InsertTag(Row row) implements Statement {
      @Override
      public String text() {
        return "insert Tag { " + assignments(row.values()) + " }";
      }
    }

    record InsertEdge(String table, String from, String to, Map<String, Object> values)
        implements Statement {
      @Override
      public String text() {
        String more = values.isEmpty() ? "" : ", " + assignments(values);
        return "insert "
            + table.substring(5)
            + " { from: "
            + quote(from)
            + ", to: "
            + quote(to)
            + more
            + " }";
      }
    }

    record UpdatePersons(String property, Object value, String predicate, Predicate<Row> where)
        implements Statement {
      @Override
      public String text() {
        return "update Person set { "
            + assignments(Map.of(property, value))
            + " } where "
            + predicate;
      }
    }

    record DeletePersons(String predicate, Predicate<Row> where) implements Statement {
      @Override
      public String text() {
        return "delete Person where " + predicate;
      }
    }

    record DeleteTags(String label) implements Statement {
      @Override
      public String text() {
        return "delete Tag where label = " + quote(label);
      }
    }

    record DeleteKnows(String predicate, Predicate<Row> where) implements Statement {
      @Override
      public String text() {
        return "delete Knows where " + predicate;
      }
    }

    private static String assignments(Map<String, Object> values) {
      return values.entrySet().stream()
          .map(
              e -> e.getKey() + ": " + (e.getValue() instanceof String s ? quote(s) : e.getValue()))
          .collect(Collectors.joining(", "));
    }
  }
}
