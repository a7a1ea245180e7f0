package io.omnigraph.model;

/**
 * Mints ULIDs: 26 upper-case Crockford characters, strictly increasing within one source.
 * Thread-safe. Injected, so that a run can be repeated.
 */
@FunctionalInterface
public interface IdSource {
  String nextUlid();
}
