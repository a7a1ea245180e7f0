package io.omnigraph.storage.object;

import io.omnigraph.model.ExternalBlobSourceException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.BlobSources;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.StorageOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Looks at files and at objects in S3 buckets, with the access of the graph. A bucket is opened
 * when it is first asked for. Thread-safe.
 */
public final class ReachableBlobs implements BlobSources, AutoCloseable {

  private final StorageOptions options;

  /** By name; guarded by itself. */
  private final Map<String, ObjectStore> buckets = new HashMap<>();

  public ReachableBlobs(StorageOptions options) {
    this.options = options;
  }

  @Override
  public void require(String uri) {
    URI place = URI.create(uri);
    switch (place.getScheme().toLowerCase(Locale.ROOT)) {
      case "file" -> requireFile(uri, place);
      case "s3" -> requireObject(uri, place);
      default ->
          throw new ExternalBlobSourceException(
              uri, "only file: and s3: places can be looked at", null);
    }
  }

  private static void requireFile(String uri, URI place) {
    if (place.getRawAuthority() != null) {
      throw new ExternalBlobSourceException(uri, "it names another host", null);
    }
    Path file = Path.of(place.getPath());
    if (!Files.exists(file)) {
      throw new ExternalBlobSourceException(uri, "there is no such file", null);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ExternalBlobSourceException(uri, "it is not a file that may be read", null);
    }
  }

  private void requireObject(String uri, URI place) {
    String key = place.getPath().replaceFirst("^/+", "");
    String bucket = place.getRawAuthority();
    if (bucket == null || key.isEmpty() || key.endsWith("/")) {
      throw new ExternalBlobSourceException(uri, "it names no object", null);
    }
    boolean found;
    try {
      found = bucket(bucket).stat(key).isPresent();
    } catch (GraphException e) {
      throw new ExternalBlobSourceException(uri, e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new ExternalBlobSourceException(uri, "it names no object", e);
    }
    if (!found) {
      throw new ExternalBlobSourceException(uri, "there is no such object", null);
    }
  }

  private ObjectStore bucket(String name) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(
          name, absent -> ObjectStores.open(new GraphUri(GraphUri.Scheme.S3, absent), options));
    }
  }

  @Override
  public void close() {
    synchronized (buckets) {
      buckets.values().forEach(ObjectStore::close);
      buckets.clear();
    }
  }
}
