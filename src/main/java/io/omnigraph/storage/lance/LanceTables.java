package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.object.ObjectStores;

/** Opens the tables of a graph root. */
public final class LanceTables {

  private LanceTables() {}

  /** Tables with an object store of their own, which closes with them. */
  public static TableStorage open(GraphUri root, StorageOptions options) {
    ObjectStore objects = ObjectStores.open(root, options);
    return new LanceTableStorage(
        new LanceContext(root, options, objects, LanceRuntime.process()), true);
  }

  /**
   * Tables that share an object store of the same root; it must outlive them.
   *
   * @param objects used for branch references, residue and file lengths
   */
  public static TableStorage open(GraphUri root, StorageOptions options, ObjectStore objects) {
    return new LanceTableStorage(
        new LanceContext(root, options, objects, LanceRuntime.process()), false);
  }
}
