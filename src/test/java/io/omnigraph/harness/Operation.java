package io.omnigraph.harness;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.publish.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation: what the model makes of it, and how the graph does it.
 *
 * @param after null if the model refuses it
 * @param partial a third outcome that a crash may leave; null if there is none
 * @param act does it, under a key if it is a write of rows
 * @param keyed whether repeating it under the same key must do it once
 */
record Operation(
    String kind,
    @Nullable World after,
    @Nullable World partial,
    Supplier<@Nullable Receipt<?>> act,
    boolean keyed) {

  /**
   * A pattern of what an operation that met nothing broken may answer: "accepted", or "refused" and
   * why. A branch that others were made from stays until they are gone, which the model ignores.
   */
  String answer() {
    if (after == null) {
      return "refused.*(?s).*";
    }
    return kind.equals("delete branch") ? "accepted|refused.*(?s).*depends on it.*" : "accepted";
  }

  /** What may be there after it met something broken, or was acknowledged. */
  List<World> possible(World before, boolean acknowledged, @Nullable GraphException error) {
    List<World> possible = new ArrayList<>();
    boolean known = error != null && !(error instanceof RecoveryRequiredException);
    if (!acknowledged) {
      possible.add(before);
    }
    if (after != null && !known) {
      possible.add(after);
    }
    if (partial != null && !acknowledged) {
      possible.add(partial);
    }
    return possible;
  }
}
