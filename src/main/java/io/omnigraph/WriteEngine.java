package io.omnigraph;

import io.omnigraph.branch.Branches;
import io.omnigraph.evolve.SchemaEvolution;
import io.omnigraph.maintenance.Cleanup;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;

/**
 * What only the engine that owns its root has.
 *
 * @param lanes the way into the write path
 * @param branches branch control
 * @param cleanup removal of the past
 * @param evolution schema changes
 */
record WriteEngine(Lanes lanes, Branches branches, Cleanup cleanup, SchemaEvolution evolution) {

  /** Settles what an earlier owner left, publishes and schema changes alike. */
  static WriteEngine start(LaneContext context, SchemaStore schemas) {
    Lanes lanes = new Lanes(context);
    lanes.recoverAll();
    Branches branches = new Branches(context, lanes);
    Cleanup cleanup = new Cleanup(context, lanes, branches::steady);
    SchemaEvolution evolution =
        new SchemaEvolution(context, lanes, schemas, branches::whileSchemaChanges);
    evolution.settle();
    return new WriteEngine(lanes, branches, cleanup, evolution);
  }
}
