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
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the schema, checked on the final image of a change: values, then uniqueness, then
 * edge endpoints, then cardinality; tables in key order, rows in input order. Work follows the
 * change: new rows are read once per need, committed rows are looked up by id, source or value. A
 * check whose texts do not fit its memory goes through the rows once per share of them. The one
 * evaluator of mutations, loads and merges. An instance serves one evaluation.
 */
final class IntegrityEvaluator {

  private final WriteBase base;
  private final Map<TableKey, TableChange> changes;
  private final IdBudget budget;
  private final ReadSetBuilder reads = new ReadSetBuilder();

  /**
   * @param base the committed state that the changes apply to
   * @param changes one per changed table
   * @param budget for the texts that one check holds at a time
   */
  IntegrityEvaluator(WriteBase base, Map<TableKey, TableChange> changes, IdBudget budget) {
    this.base = base;
    this.changes = new TreeMap<>(changes);
    this.budget = budget;
  }

  /**
   * Checks the change and throws at the first violation.
   *
   * @return what the verdict relied on
   * @throws io.omnigraph.model.BadRequestException with the code of the violated family
   */
  ReadSet requireValid() {
    return evaluate(ViolationSink.throwing());
  }

  /**
   * Reports every violation, except that a row may be reported once per rule that it breaks.
   *
   * @return what the verdict relied on
   */
  ReadSet evaluate(ViolationSink sink) {
    EndpointCheck endpoints = new EndpointCheck(base, changes, budget, reads);
    List<CardinalityCheck> cardinalities = new ArrayList<>();
    for (TableChange change : changes.values()) {
      sink.begin(ViolationSink.Start.NEXT);
      readOnce(change, endpoints, cardinalities, sink);
    }
    uniqueness(sink);
    sink.begin(ViolationSink.Start.NEXT);
    endpoints.finish(base.snapshot().catalog(), sink);
    for (CardinalityCheck check : cardinalities) {
      sink.begin(ViolationSink.Start.NEXT);
      check.finish(base, reads, sink);
    }
    return reads.build();
  }

  /** One pass over the new rows of a table serves the value checks and gathers the endpoints. */
  private void readOnce(
      TableChange change,
      EndpointCheck endpoints,
      List<CardinalityCheck> cardinalities,
      ViolationSink sink) {
    ValueChecks values = new ValueChecks(change.type());
    @Nullable EdgeType edge = change.type() instanceof EdgeType e ? e : null;
    @Nullable CardinalityCheck cardinality = null;
    if (edge != null && CardinalityCheck.isNeeded(edge)) {
      cardinality =
          new CardinalityCheck(change, edge, changes.get(TableKey.node(edge.from())), budget);
      cardinalities.add(cardinality);
    }
    if (values.isEmpty() && edge == null) {
      return;
    }
    long before = 0;
    try (BatchStream stream = change.added().open(base.allocator())) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        values.check(batch, before, sink);
        if (edge != null) {
          endpoints.collect(edge, batch);
        }
        if (cardinality != null) {
          cardinality.collect(batch);
        }
        before += batch.getRowCount();
      }
    }
  }

  private void uniqueness(ViolationSink sink) {
    changes.forEach(
        (key, change) -> {
          if (change.added().rowCount() == 0) {
            return;
          }
          CommittedRows committed = new CommittedRows(base, key);
          for (List<String> columns : change.type().uniqueGroups()) {
            sink.begin(ViolationSink.Start.NEXT);
            new UniquenessCheck(change, columns, base.allocator(), budget, sink)
                .run(committed, reads);
          }
        });
  }
}
