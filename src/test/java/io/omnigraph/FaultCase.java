package io.omnigraph;

import io.omnigraph.publish.FaultPoint;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** What is done around a step, and how one sees whether it took effect. */
sealed interface FaultCase {

  /**
   * Something done with an open graph, several times.
   *
   * @param template the graph it starts from
   * @param act the n-th time, n from 0
   * @param facts all true if the n-th time took effect, all false if not
   */
  record Doing(
      Template template,
      BiConsumer<OmniGraph, Integer> act,
      BiFunction<OmniGraph, Integer, Set<Boolean>> facts)
      implements FaultCase {}

  /**
   * Opening a graph.
   *
   * @param residue leaves something for recovery
   * @param evePresent whether the interrupted write is there afterwards; null if there was none
   */
  record Opening(Consumer<Path> residue, Boolean evePresent) implements FaultCase {}

  /** Creating a graph; {@code alsoFails} makes the clean-up necessary. */
  record Creating(FaultPoint alsoFails) implements FaultCase {}

  /** The graph that a case starts from. */
  record Template(String name, Consumer<OmniGraph> arrange) {}
}
