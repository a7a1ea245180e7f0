package io.omnigraph.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is declared with what was applied and says what a run can do about each difference.
 * Today graphs are created, their schemas changed, and stored queries created, replaced and
 * removed; everything else is deferred.
 */
final class Differ {

  static final String UNSUPPORTED = "apply_unsupported_kind";
  static final String DEPENDENCY = "dependency_not_applied";
  static final String RECOVERY = "cluster_recovery_pending";

  private Differ() {}

  /**
   * The differences, sorted by address.
   *
   * @param blockedGraphs graphs with unfinished business that must be settled first
   */
  static List<Change> diff(
      DesiredState desired, SortedMap<String, Ledger.Resource> applied, Set<String> blockedGraphs) {
    SortedMap<String, String> declared = desired.digests();
    var addresses = new TreeSet<String>(declared.keySet());
    addresses.addAll(applied.keySet());
    var raw = new ArrayList<Change>();
    for (String address : addresses) {
      String after = declared.get(address);
      Ledger.Resource resource = applied.get(address);
      String before = resource == null ? null : resource.digest();
      if (before == null || !before.equals(after)) {
        raw.add(
            new Change(
                address,
                operation(before, after),
                before,
                after,
                Change.Disposition.APPLIED,
                null));
      }
    }
    Set<String> unmovable = unmovableGraphs(raw);
    var changes = new ArrayList<Change>();
    for (Change change : raw) {
      changes.add(classify(change, unmovable, blockedGraphs));
    }
    return changes;
  }

  /** The digests that stand after the applied changes. */
  static SortedMap<String, Ledger.Resource> after(
      SortedMap<String, Ledger.Resource> applied, List<Change> changes) {
    var result = new TreeMap<>(applied);
    for (Change change : changes) {
      if (change.isOpen() || change.disposition() == Change.Disposition.DERIVED) {
        continue;
      }
      if (change.after() == null) {
        result.remove(change.address());
      } else {
        result.put(change.address(), Ledger.Resource.of(change.after()));
      }
    }
    return result;
  }

  private static Change.Operation operation(@Nullable String before, @Nullable String after) {
    if (before == null) {
      return Change.Operation.CREATE;
    }
    return after == null ? Change.Operation.DELETE : Change.Operation.UPDATE;
  }

  /** Graphs that are to be dropped, or that have a schema without a graph: not supported yet. */
  private static Set<String> unmovableGraphs(List<Change> changes) {
    var created = new HashSet<String>();
    var graphs = new HashSet<String>();
    for (Change change : changes) {
      if (change.kind().equals("graph") && change.operation() == Change.Operation.CREATE) {
        created.add(change.graph());
      }
    }
    for (Change change : changes) {
      boolean drop = change.kind().equals("graph") && change.operation() == Change.Operation.DELETE;
      boolean alone =
          change.kind().equals("schema")
              && change.operation() != Change.Operation.UPDATE
              && !created.contains(change.graph());
      if (drop || alone) {
        graphs.add(change.graph());
      }
    }
    return graphs;
  }

  private static Change classify(Change change, Set<String> unmovable, Set<String> blockedGraphs) {
    return switch (change.kind()) {
      case "graph" -> {
        if (blockedGraphs.contains(change.graph())) {
          yield change.with(Change.Disposition.BLOCKED, RECOVERY);
        }
        yield switch (change.operation()) {
          case CREATE -> change;
          case DELETE -> change.with(Change.Disposition.DEFERRED, UNSUPPORTED);
          case UPDATE ->
              unmovable.contains(change.graph())
                  ? change.with(Change.Disposition.BLOCKED, DEPENDENCY)
                  : change.with(Change.Disposition.DERIVED, null);
        };
      }
      case "schema" -> {
        if (blockedGraphs.contains(change.graph())) {
          yield change.with(Change.Disposition.BLOCKED, RECOVERY);
        }
        yield unmovable.contains(change.graph())
            ? change.with(Change.Disposition.DEFERRED, UNSUPPORTED)
            : change;
      }
      case "query" -> {
        if (blockedGraphs.contains(change.graph())) {
          yield change.with(Change.Disposition.BLOCKED, RECOVERY);
        }
        yield unmovable.contains(change.graph())
            ? change.with(Change.Disposition.BLOCKED, DEPENDENCY)
            : change;
      }
      default -> change.with(Change.Disposition.DEFERRED, UNSUPPORTED);
    };
  }
}
