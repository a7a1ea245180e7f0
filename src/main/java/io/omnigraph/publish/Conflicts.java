package io.omnigraph.publish;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Footprint.Touched;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** Decides whether a change that came in between matters to a prepared operation. Stateless. */
final class Conflicts {

  /** What a change means for an operation that was prepared before it. */
  sealed interface Verdict {

    /** Still valid as it is. */
    record Valid() implements Verdict {}

    /** Nothing it rests on changed, but rows moved physically: prepare again. */
    record Moved() implements Verdict {}

    /** Something it wrote or read changed. */
    record Touches(TableKey table) implements Verdict {}

    /** The set of tables or the schema changed. */
    record SchemaChanged() implements Verdict {}
  }

  static final Verdict VALID = new Verdict.Valid();
  private static final Verdict MOVED = new Verdict.Moved();

  private Conflicts() {}

  /** Judges one earlier change against a prepared operation. */
  static Verdict judge(Prepared<?> prepared, Footprint change) {
    if (change.structure()) {
      return new Verdict.SchemaChanged();
    }
    for (StructureChange structure : prepared.structure()) {
      TableKey key =
          switch (structure) {
            case StructureChange.Point(var entry) -> entry.key();
            case StructureChange.Create create -> create.key();
            case StructureChange.Columns columns -> columns.key();
            case StructureChange.Drop(var dropped) -> dropped;
            case StructureChange.Catalog(var ignored) -> null;
          };
      if (key != null && change.tables().containsKey(key)) {
        return new Verdict.Touches(key);
      }
    }
    boolean moved = false;
    for (Map.Entry<TableKey, TableDelta> write : prepared.tables().entrySet()) {
      Touched touched = change.tables().get(write.getKey());
      switch (touched) {
        case null -> {}
        case Touched.Addresses() -> moved = true;
        case Touched.Everything() -> {
          return new Verdict.Touches(write.getKey());
        }
        case Touched.Rows rows -> {
          TableDelta delta = write.getValue();
          if (delta.replaceAll() || intersect(delta.writtenIds(), rows.ids())) {
            return new Verdict.Touches(write.getKey());
          }
        }
      }
    }
    for (Map.Entry<TableKey, ReadSet.Reads> read : prepared.reads().byTable().entrySet()) {
      Touched touched = change.tables().get(read.getKey());
      if (touched != null && matters(read.getValue(), touched)) {
        return new Verdict.Touches(read.getKey());
      }
    }
    return moved ? MOVED : VALID;
  }

  private static boolean matters(ReadSet.Reads reads, Touched touched) {
    return switch (touched) {
      case Touched.Addresses() -> false;
      case Touched.Everything() -> true;
      case Touched.Rows rows -> matters(reads, rows);
    };
  }

  private static boolean matters(ReadSet.Reads reads, Touched.Rows rows) {
    return switch (reads) {
      case ReadSet.Reads.Everything() -> true;
      case ReadSet.Reads.Ids(var ids) -> intersect(ids, rows.ids());
      case ReadSet.Reads.AddedValues(var columns, var values) ->
          rows.added() == null || rows.added().matches(columns, values);
      case ReadSet.Reads.Values(var columns, var values) ->
          rows.removes() || rows.added() == null || rows.added().matches(columns, values);
      case ReadSet.Reads.AllOf(var parts) -> parts.stream().anyMatch(p -> matters(p, rows));
    };
  }

  private static boolean intersect(Set<String> a, Collection<String> b) {
    return !Collections.disjoint(a, b);
  }
}
