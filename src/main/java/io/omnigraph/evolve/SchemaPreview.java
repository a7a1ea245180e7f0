package io.omnigraph.evolve;

import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.DataWork;
import io.omnigraph.schema.MigrationPlan;
import java.util.List;

/**
 * What applying a schema would do.
 *
 * @param desired the schema that would be in force; as compiled also if the plan is not supported
 * @param work what each step of the plan does to stored data, in the same order
 */
public record SchemaPreview(MigrationPlan plan, Catalog desired, List<DataWork> work) {

  public SchemaPreview {
    work = List.copyOf(work);
  }
}
