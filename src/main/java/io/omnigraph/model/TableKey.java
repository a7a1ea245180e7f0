package io.omnigraph.model;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Names one table of a graph: {@code node:<Type>} or {@code edge:<Type>}. Ordered by its text, so
 * edges sort before nodes, as every listing and every export does.
 */
public record TableKey(Kind kind, String typeName) implements Comparable<TableKey> {

  private static final Comparator<TableKey> BY_TEXT = Comparator.comparing(TableKey::toString);

  /** What the rows of the table are. */
  public enum Kind {
    NODE("node"),
    EDGE("edge");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The lower-case word used in keys and on the wire. */
    public String word() {
      return word;
    }
  }

  public static TableKey node(String typeName) {
    return new TableKey(Kind.NODE, typeName);
  }

  public static TableKey edge(String typeName) {
    return new TableKey(Kind.EDGE, typeName);
  }

  /**
   * Reads {@code node:Person} or {@code edge:Knows}.
   *
   * @throws BadRequestException if the text has another form
   */
  public static TableKey parse(String text) {
    int colon = text.indexOf(':');
    if (colon > 0 && colon < text.length() - 1) {
      String word = text.substring(0, colon);
      for (Kind kind : Kind.values()) {
        if (kind.word.equals(word)) {
          return new TableKey(kind, text.substring(colon + 1));
        }
      }
    }
    throw new BadRequestException(
        "invalid_table_key",
        "invalid table key '" + text + "': expected node:<Type> or edge:<Type>");
  }

  // By hand: keys of maps that every query looks into.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableKey key && kind == key.kind && typeName.equals(key.typeName);
  }

  @Override
  public int hashCode() {
    return 31 * typeName.hashCode() + kind.ordinal();
  }

  public boolean isNode() {
    return kind == Kind.NODE;
  }

  public boolean isEdge() {
    return kind == Kind.EDGE;
  }

  @Override
  public int compareTo(TableKey other) {
    return BY_TEXT.compare(this, other);
  }

  @Override
  public String toString() {
    return kind.word + ":" + typeName;
  }
}
