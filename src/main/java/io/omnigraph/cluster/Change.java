package io.omnigraph.cluster;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One difference between what is declared and what was applied.
 *
 * @param disposition what a run does about it: applied, derived, deferred or blocked
 * @param reason why it is deferred or blocked
 */
record Change(
    String address,
    Operation operation,
    @Nullable String before,
    @Nullable String after,
    Disposition disposition,
    @Nullable String reason) {

  enum Operation {
    CREATE,
    UPDATE,
    DELETE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum Disposition {
    APPLIED,
    DERIVED,
    DEFERRED,
    BLOCKED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The kind of the resource: graph, schema or query (or one that this build only keeps). */
  String kind() {
    return address.substring(0, address.indexOf('.'));
  }

  /** The graph it belongs to, for graphs, schemas and queries. */
  String graph() {
    String rest = address.substring(address.indexOf('.') + 1);
    return kind().equals("query") ? rest.substring(0, rest.indexOf('.')) : rest;
  }

  Change with(Disposition newDisposition, @Nullable String newReason) {
    return new Change(address, operation, before, after, newDisposition, newReason);
  }

  boolean isOpen() {
    return disposition == Disposition.DEFERRED || disposition == Disposition.BLOCKED;
  }

  /** {@code Create graph.knowledge}, with the reason if nothing is done about it. */
  String line() {
    String word = operation.word();
    String text = Character.toUpperCase(word.charAt(0)) + word.substring(1) + " " + address;
    if (!isOpen()) {
      return "  " + text;
    }
    String state = disposition == Disposition.BLOCKED ? "Blocked" : "Deferred";
    return "  " + text + " [" + state + ": " + reason + "]";
  }
}
