package io.omnigraph.manifest;

/** Makes snapshots of manifest states. Thread-safe. */
public final class Snapshots {

  private final SchemaStore schemas;

  public Snapshots(SchemaStore schemas) {
    this.schemas = schemas;
  }

  /** What a state shows, with the schema that its head names. */
  public Snapshot of(ManifestState state) {
    return new Snapshot(
        state.branch(),
        state.incarnation(),
        state.version(),
        state.head().commit(),
        schemas.catalog(state.head().schemaHash()),
        state.tables());
  }
}
