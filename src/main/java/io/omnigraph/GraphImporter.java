package io.omnigraph;

import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.model.ConflictException;
import io.omnigraph.publish.UnpublishedRoot;
import io.omnigraph.publish.WriterLease;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.write.BundleGraph;
import io.omnigraph.write.BundleImport;
import io.omnigraph.write.ExternalBlobs;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty root from a history bundle, all or nothing. A marker lies at the root meanwhile,
 * and the schema text, without which nothing opens a graph, is written last. A failure removes
 * everything; after a crash the next import removes it and starts over.
 */
final class GraphImporter {

  private static final Logger LOG = LoggerFactory.getLogger(GraphImporter.class);

  /** Everything that a graph may have at its root besides the lease and the marker. */
  private static final List<String> CONTENT =
      List.of(ManifestStore.PATH + "/", "nodes/", "edges/", "__schemas/");

  private final EngineSettings settings;
  private final ObjectStore objects;
  private final TableStorage storage;
  private final SchemaStore schemas;
  private final ManifestStore manifests;

  GraphImporter(EngineSettings settings) {
    this.settings = settings;
    this.objects = settings.objects();
    this.storage = settings.storage();
    this.schemas = new SchemaStore(objects);
    this.manifests = new ManifestStore(storage);
  }

  /**
   * Imports.
   *
   * @throws ConflictException with code {@code already_initialized} if a graph is there
   */
  BundleImport.Result run(InputStream bundle, ExternalBlobs external) {
    try (WriterLease lease = lease()) {
      claim();
      boolean done = false;
      try {
        BundleImport.Result result;
        try (BundleGraph graph =
            new BundleGraph(new UnpublishedRoot(storage, settings.ids(), lease), external)) {
          result = new BundleImport(graph, schemas).read(bundle);
        }
        lease.requireHeld();
        schemas.writeContract(result.catalog());
        // From here on it is a graph.
        schemas.writeSource(result.schemaSource());
        done = true;
        objects.delete(SchemaStore.IMPORT_MARKER);
        return result;
      } finally {
        if (!done) {
          cleanUp();
        }
      }
    }
  }

  private WriterLease lease() {
    return new WriterLeases(
            settings.root(),
            objects,
            settings.ids(),
            settings.clock(),
            settings.nanoTime(),
            settings.leaseTiming(),
            settings.faults())
        .acquire(0, false);
  }

  private void claim() {
    boolean unfinished = objects.get(SchemaStore.IMPORT_MARKER).isPresent();
    if (objects.get(SchemaStore.SOURCE).isPresent()) {
      if (unfinished) {
        // The import was done except for this.
        objects.delete(SchemaStore.IMPORT_MARKER);
      }
      throw occupied();
    }
    if (unfinished) {
      LOG.info("removing what an unfinished import left at {}", settings.root());
      removeContent();
    } else if (schemas.anyRootFile() || manifests.exists()) {
      throw occupied();
    } else {
      requireRoom();
    }
    String marker = "{\"started_at\":\"" + settings.clock().instant() + "\"}";
    objects.put(SchemaStore.IMPORT_MARKER, marker.getBytes(StandardCharsets.UTF_8));
  }

  /** What stands where the graph's folders go would be removed with them if the import failed. */
  private void requireRoom() {
    for (String folder : CONTENT) {
      if (!objects.list(folder).isEmpty()) {
        throw new ConflictException(
            "root_not_empty",
            "'" + settings.root() + "' holds files below " + folder + "; import into an empty root",
            Map.of("uri", settings.root().toString(), "folder", folder));
      }
    }
  }

  private ConflictException occupied() {
    return new ConflictException(
        "already_initialized",
        "there is a graph at '" + settings.root() + "'; import into an empty root",
        Map.of("uri", settings.root().toString()));
  }

  private void removeContent() {
    CONTENT.forEach(objects::deletePrefix);
    objects.delete(SchemaStore.IR);
    objects.delete(SchemaStore.STATE);
  }

  private void cleanUp() {
    try {
      removeContent();
      objects.delete(SchemaStore.IMPORT_MARKER);
    } catch (RuntimeException e) {
      LOG.warn(
          "what the failed import left at {} could not be removed; the next import does it",
          settings.root(),
          e);
    }
  }
}
