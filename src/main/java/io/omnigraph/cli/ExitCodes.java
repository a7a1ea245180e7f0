package io.omnigraph.cli;

import io.omnigraph.model.GraphException;

/** What the program returns to its caller. */
final class ExitCodes {

  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;

  /** A condition attached to a write did not hold. */
  static final int PRECONDITION = 4;

  private ExitCodes() {}

  static int of(GraphException problem) {
    return problem.kind() == GraphException.Kind.PRECONDITION_FAILED ? PRECONDITION : FAILURE;
  }
}
