package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;

/** Checks blob values that a mutation assigns: well-formed payloads and admitted references. */
final class AssignedBlobs {

  private AssignedBlobs() {}

  static Value check(Property property, Value value, ExternalBlobs external) {
    if (property.type().scalar() == ScalarType.BLOB && value instanceof Value.Text text) {
      BlobText.check(property.name(), text.value(), external);
    }
    return value;
  }
}
