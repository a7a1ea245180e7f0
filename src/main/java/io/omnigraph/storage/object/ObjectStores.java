package io.omnigraph.storage.object;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.StorageOptions;

/** Opens the object store of a graph or cluster root. */
public final class ObjectStores {

  private ObjectStores() {}

  public static ObjectStore open(GraphUri root, StorageOptions options) {
    return switch (root.scheme()) {
      case LOCAL -> new LocalObjectStore(root.path(), options.durability(), options.forcer());
      case S3 -> S3ObjectStore.open(root, options.s3());
    };
  }
}
