package io.omnigraph.read.exec;

import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.schema.Catalog;
import java.util.List;

/**
 * What every run of a query has in common: all that follows from its plan and the schema, and from
 * neither parameters nor data. Immutable, shared by concurrent runs.
 */
public final class PreparedQuery {

  private final String schemaHash;
  private final List<ResultColumn> columns;
  private final PlanNode plan;
  private final PlanStudy study;
  private final boolean selective;

  private PreparedQuery(CompiledQuery.Read query, Catalog catalog) {
    this.schemaHash = catalog.hash();
    this.columns = query.columns();
    this.plan = StartChoice.choose(BodyNames.distinct(query.plan()), catalog);
    this.study = PlanStudy.of(plan, false);
    this.selective = FewRows.isSelective(plan, catalog);
  }

  public static PreparedQuery of(CompiledQuery.Read query, Catalog catalog) {
    return new PreparedQuery(query, catalog);
  }

  /** Whether this holds for snapshots of a schema. */
  public boolean fits(Catalog catalog) {
    return schemaHash.equals(catalog.hash());
  }

  public List<ResultColumn> columns() {
    return columns;
  }

  PlanNode plan() {
    return plan;
  }

  /**
   * @param paged whether a page of the result is wanted, which takes an order
   */
  PlanStudy study(boolean paged) {
    return paged ? PlanStudy.of(plan, true) : study;
  }

  /** Whether the query looks at few rows however many there are. */
  boolean isSelective() {
    return selective;
  }
}
