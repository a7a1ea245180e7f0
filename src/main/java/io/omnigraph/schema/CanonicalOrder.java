package io.omnigraph.schema;

import java.util.Arrays;
import java.util.Comparator;

/** The orders of the canonical form, all by text. */
final class CanonicalOrder {

  static final Comparator<Property> PROPERTIES = Comparator.comparing(Property::name);

  static final Comparator<Annotation> ANNOTATIONS =
      Comparator.comparing(Annotation::name)
          .thenComparing(
              Annotation::value, Comparator.nullsFirst(CanonicalOrder::compareCodePoints))
          .thenComparing(a -> a.kwargs().toString(), CanonicalOrder::compareCodePoints);

  static final Comparator<Constraint> CONSTRAINTS =
      Comparator.comparing(Constraint::textKey, CanonicalOrder::compareCodePoints);

  private CanonicalOrder() {}

  /** The order of the UTF-8 bytes, which is not the order of {@code String.compareTo}. */
  private static int compareCodePoints(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
