package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;

/** Checks blob values that a mutation assigns: inline payloads only, and well-formed ones. */
final class AssignedBlobs {

  private AssignedBlobs() {}

  static Value check(Property property, Value value) {
    if (property.type().scalar() == ScalarType.BLOB && value instanceof Value.Text text) {
      if (!BlobText.isInline(text.value())) {
        throw BlobText.externalDenied(property.name(), text.value());
      }
      BlobText.payload(text.value());
    }
    return value;
  }
}
