package io.omnigraph.write;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;

/** Reads what a scan yields for a blob column: a descriptor, not the payload. */
final class BlobDescriptors {

  private BlobDescriptors() {}

  /** The URI of a blob that is stored outside the graph. */
  static Optional<String> uri(StructVector descriptor, int row) {
    if (descriptor.isNull(row)
        || !(descriptor.getChild("blob_uri") instanceof VarCharVector uris)
        || uris.isNull(row)) {
      return Optional.empty();
    }
    String uri = new String(uris.get(row), StandardCharsets.UTF_8);
    return uri.isEmpty() ? Optional.empty() : Optional.of(uri);
  }
}
