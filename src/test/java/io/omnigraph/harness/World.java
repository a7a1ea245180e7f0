package io.omnigraph.harness;

import io.omnigraph.OmniGraph;
import io.omnigraph.model.ReadTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the model holds: the rows of every branch, and the schema of main. */
record World(Map<String, GraphState> branches, String schema) {
  World {
    branches = new TreeMap<>(branches);
  }

  World with(String branch, GraphState state) {
    Map<String, GraphState> changed = new TreeMap<>(branches);
    changed.put(branch, state);
    return new World(changed, schema);
  }

  World without(String branch) {
    Map<String, GraphState> changed = new TreeMap<>(branches);
    changed.remove(branch);
    return new World(changed, schema);
  }

  boolean hasRowsOf(World other) {
    return branches.keySet().equals(other.branches.keySet())
        && branches.entrySet().stream()
            .allMatch(e -> e.getValue().lines().equals(other.branches.get(e.getKey()).lines()));
  }

  /** What the graph shows instead of this; null if it shows this. */
  @Nullable String difference(OmniGraph graph) {
    TreeSet<String> shownBranches = new TreeSet<>();
    graph.branches().forEach(b -> shownBranches.add(b.value()));
    if (!shownBranches.equals(branches.keySet())) {
      return "branches " + shownBranches + " instead of " + branches.keySet();
    }
    if (!graph.schemaSource().equals(schema)) {
      return "schema " + graph.schemaSource() + " instead of " + schema;
    }
    for (Map.Entry<String, GraphState> branch : branches.entrySet()) {
      List<String> shown =
          GraphContent.lines(graph, ReadTarget.branch(branch.getKey()), branch.getValue());
      List<String> wanted = branch.getValue().lines();
      if (!shown.equals(wanted)) {
        List<String> more = new ArrayList<>(shown);
        wanted.forEach(more::remove);
        List<String> fewer = new ArrayList<>(wanted);
        shown.forEach(fewer::remove);
        return "on " + branch.getKey() + " too many: " + more + ", missing: " + fewer;
      }
    }
    return null;
  }
}
