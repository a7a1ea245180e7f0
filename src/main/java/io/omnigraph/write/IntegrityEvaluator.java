package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.ReadSet;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the schema, checked on the final image of a change: values, then uniqueness, then
 * edge endpoints, then cardinality; tables in key order, rows in input order. Work follows the
 * change: new rows are read once per need, committed rows are looked up by id, source or value. The
 * one evaluator of mutations, loads and merges. An instance serves one evaluation.
 */
public final class IntegrityEvaluator {

  private final WriteBase base;
  private final Map<TableKey, TableChange> changes;
  private final ReadSetBuilder reads = new ReadSetBuilder();

  /**
   * @param base the committed state that the changes apply to
   * @param changes one per changed table
   */
  public IntegrityEvaluator(WriteBase base, Map<TableKey, TableChange> changes) {
    this.base = base;
    this.changes = new TreeMap<>(changes);
  }

  /**
   * Checks the change and throws at the first violation.
   *
   * @return what the verdict relied on
   * @throws io.omnigraph.model.BadRequestException with the code of the violated family
   */
  public ReadSet requireValid() {
    return evaluate(
        violation -> {
          throw violation.toException();
        });
  }

  /**
   * Reports every violation in order, except that a row may be reported once per rule that it
   * breaks.
   *
   * @return what the verdict relied on
   */
  public ReadSet evaluate(Consumer<Violation> sink) {
    List<Violation> endpointViolations = new ArrayList<>();
    EndpointCheck endpoints = new EndpointCheck(base, changes, endpointViolations::add, reads);
    List<CardinalityCheck> cardinalities = new ArrayList<>();
    for (TableChange change : changes.values()) {
      readOnce(change, endpoints, cardinalities, sink);
    }
    uniqueness(sink);
    endpoints.finish(base.snapshot().catalog());
    endpointViolations.forEach(sink);
    cardinalities.forEach(check -> check.finish(base, reads, sink));
    return reads.build();
  }

  /** One pass over the new rows of a table serves the value checks and gathers the endpoints. */
  private void readOnce(
      TableChange change,
      EndpointCheck endpoints,
      List<CardinalityCheck> cardinalities,
      Consumer<Violation> sink) {
    ValueChecks values = new ValueChecks(change.type());
    @Nullable EdgeType edge = change.type() instanceof EdgeType e ? e : null;
    @Nullable CardinalityCheck cardinality = null;
    if (edge != null && CardinalityCheck.isNeeded(edge)) {
      cardinality = new CardinalityCheck(change, edge, changes.get(TableKey.node(edge.from())));
      cardinalities.add(cardinality);
    }
    if (values.isEmpty() && edge == null) {
      return;
    }
    try (BatchStream stream = change.added().open(base.allocator())) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        values.check(batch, sink);
        if (edge != null) {
          endpoints.collect(edge, batch);
        }
        if (cardinality != null) {
          cardinality.collect(batch);
        }
      }
    }
  }

  private void uniqueness(Consumer<Violation> sink) {
    changes.forEach(
        (key, change) -> {
          if (change.added().rowCount() == 0) {
            return;
          }
          CommittedRows committed = new CommittedRows(base, key);
          for (List<String> columns : change.type().uniqueGroups()) {
            new UniquenessCheck(change, columns, base.allocator(), sink).run(committed, reads);
          }
        });
  }
}
