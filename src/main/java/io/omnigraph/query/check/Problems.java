package io.omnigraph.query.check;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.query.ast.Place;
import io.omnigraph.query.ast.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one query. Confined to one thread. */
final class Problems {

  private final List<Problem> found = new ArrayList<>();

  /** A breach of a type rule; a code is put in front of the message. */
  void type(@Nullable String code, String message, Place place, @Nullable String hint) {
    found.add(
        new Problem(Kind.TYPE, code, code == null ? message : code + ": " + message, place, hint));
  }

  void type(@Nullable String code, String message, Place place) {
    type(code, message, place, null);
  }

  /** Well typed, but without a meaning that could be executed. */
  void plan(@Nullable String code, String message, Place place, @Nullable String hint) {
    found.add(new Problem(Kind.PLAN, code, message, place, hint));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Problem> found() {
    return found;
  }
}
