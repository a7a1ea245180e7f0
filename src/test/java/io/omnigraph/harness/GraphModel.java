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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a write should do, worked out the simple way: apply it to a copy of the whole state, then
 * look at the whole state for broken rules.
 */
final class GraphModel {

  /** A write that must be refused, with the expected error code. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String code) {
      super(code);
    }
  }

  /** The state after a write, and its counts. */
  record Outcome(GraphState state, long nodes, long edges) {}

  private long minted;

  Outcome mutate(GraphState before, List<Statement> statements) {
    GraphState after = before.copy();
    Change change = new Change(before, after);
    statements.forEach(change::apply);
    change.check();
    return new Outcome(after, change.nodes, change.edges);
  }

  Outcome load(GraphState before, LoadMode mode, List<LoadRecord> records) {
    GraphState after = before.copy();
    Change change = new Change(before, after);
    change.load(mode, records);
    change.check();
    return new Outcome(after, change.nodes, change.edges);
  }

  private final class Change {
    private final GraphState before;
    private final GraphState after;
    private final Set<String> touchedSources = new HashSet<>();
    private final Set<String> changedPersons = new HashSet<>();
    private final List<Row> inputRows = new ArrayList<>();
    private boolean repeatedInBatch;
    private long nodes;
    private long edges;

    Change(GraphState before, GraphState after) {
      this.before = before;
      this.after = after;
    }

    void apply(Statement statement) {
      switch (statement) {
        case Statement.InsertPerson insert -> {
          after.table(PERSON).put(insert.name(), insert.row());
          changedPersons.add(insert.name());
          nodes++;
        }
        case Statement.InsertTag insert -> {
          after.table(TAG).put(GraphState.MINTED + minted++, insert.row());
          nodes++;
        }
        case Statement.InsertEdge insert -> {
          after
              .table(insert.table())
              .put(
                  GraphState.MINTED + minted++,
                  new Row(insert.from(), insert.to(), insert.values()));
          touch(insert.table(), insert.from());
          edges++;
        }
        case Statement.UpdatePersons update -> update(update);
        case Statement.DeletePersons delete -> {
          List<String> gone = matching(delete.where());
          gone.forEach(after.table(PERSON)::remove);
          nodes += gone.size();
          Set<String> names = new HashSet<>(gone);
          removeEdges(KNOWS, row -> names.contains(row.from()) || names.contains(row.to()));
          removeEdges(OWNS, row -> names.contains(row.from()));
        }
        case Statement.DeleteTags delete -> {
          Set<String> gone = new TreeSet<>();
          after
              .table(TAG)
              .forEach(
                  (id, row) -> {
                    if (delete.label().equals(row.get("label"))) {
                      gone.add(id);
                    }
                  });
          gone.forEach(after.table(TAG)::remove);
          nodes += gone.size();
          removeEdges(OWNS, row -> gone.contains(row.to()));
        }
        case Statement.DeleteKnows delete -> removeEdges(KNOWS, delete.where());
      }
    }

    private void update(Statement.UpdatePersons update) {
      Map<Object, Long> mails = new HashMap<>();
      for (String name : matching(update.where())) {
        Row changed = after.table(PERSON).get(name).with(update.property(), update.value());
        after.table(PERSON).put(name, changed);
        changedPersons.add(name);
        nodes++;
        if (changed.get("mail") != null) {
          mails.merge(Objects.requireNonNull(changed.get("mail")), 1L, Long::sum);
        }
      }
      repeatedInBatch |= mails.values().stream().anyMatch(n -> n > 1);
    }

    private List<String> matching(Predicate<Row> where) {
      return after.table(PERSON).entrySet().stream()
          .filter(e -> where.test(e.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }

    private void removeEdges(String table, Predicate<Row> where) {
      after
          .table(table)
          .values()
          .removeIf(
              row -> {
                if (!where.test(row)) {
                  return false;
                }
                touch(table, row.from());
                edges++;
                return true;
              });
    }

    private void touch(String table, String source) {
      if (table.equals(OWNS)) {
        touchedSources.add(source);
      }
    }

    void load(LoadMode mode, List<LoadRecord> records) {
      Map<String, Map<String, Row>> batch = new TreeMap<>();
      Map<Object, Long> mails = new HashMap<>();
      for (LoadRecord record : records) {
        String id = record.id() == null ? GraphState.MINTED + minted++ : record.id();
        Map<String, Row> rows = batch.computeIfAbsent(record.table(), t -> new LinkedHashMap<>());
        Row earlier = rows.put(id, record.row());
        if (earlier != null && record.table().equals(PERSON)) {
          repeatedInBatch = true;
        } else if (earlier != null && mode != LoadMode.MERGE) {
          throw new Refused("key_conflict");
        }
        if (record.table().equals(PERSON)) {
          inputRows.add(record.row());
        }
        if (record.row().get("mail") != null) {
          mails.merge(Objects.requireNonNull(record.row().get("mail")), 1L, Long::sum);
        }
      }
      repeatedInBatch |= mails.values().stream().anyMatch(n -> n > 1);
      batch.forEach((table, rows) -> put(mode, table, rows));
    }

    private void put(LoadMode mode, String table, Map<String, Row> rows) {
      Map<String, Row> target = after.table(table);
      if (mode == LoadMode.OVERWRITE) {
        target.values().forEach(row -> touchIfEdge(table, row));
        target.clear();
      }
      rows.forEach(
          (id, row) -> {
            if (mode == LoadMode.APPEND && before.table(table).containsKey(id)) {
              throw new Refused("key_conflict");
            }
            Row old = target.put(id, row);
            if (old != null) {
              touchIfEdge(table, old);
            }
            touchIfEdge(table, row);
            if (table.equals(PERSON)) {
              changedPersons.add(id);
            }
          });
      if (table.startsWith("node:")) {
        nodes += rows.size();
      } else {
        edges += rows.size();
      }
    }

    private void touchIfEdge(String table, Row row) {
      if (row.from() != null) {
        touch(table, row.from());
      }
    }

    void check() {
      inputRows.forEach(this::checkValues);
      for (String name : changedPersons) {
        Row row = after.table(PERSON).get(name);
        if (row != null) {
          checkValues(row);
        }
      }
      Set<Object> mails = new HashSet<>();
      boolean unique =
          after.table(PERSON).values().stream()
              .map(row -> row.get("mail"))
              .filter(Objects::nonNull)
              .allMatch(mails::add);
      if (repeatedInBatch || !unique) {
        throw new Refused("unique_violation");
      }
      checkEndpoints(KNOWS, PERSON);
      checkEndpoints(OWNS, TAG);
      for (String source : touchedSources) {
        long owned =
            after.table(OWNS).values().stream().filter(r -> source.equals(r.from())).count();
        if (owned > HarnessSchema.MOST_OWNED && after.table(PERSON).containsKey(source)) {
          throw new Refused("cardinality_violation");
        }
      }
    }

    private void checkValues(Row row) {
      boolean tooOld =
          row.get("age") instanceof Long age && (age < 0 || age > HarnessSchema.OLDEST);
      boolean unknownRole =
          row.get("role") != null && !HarnessSchema.ROLES.contains(row.get("role"));
      if (tooOld || unknownRole) {
        throw new Refused("value_constraint_violation");
      }
    }

    private void checkEndpoints(String table, String targets) {
      for (Row row : after.table(table).values()) {
        if (!after.table(PERSON).containsKey(row.from())
            || !after.table(targets).containsKey(row.to())) {
          throw new Refused("endpoint_not_found");
        }
      }
    }
  }
}
